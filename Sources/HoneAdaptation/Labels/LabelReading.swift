// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// How likely a model holds each label to be for a demonstration that it was not shown.
struct LabelReading: Sendable, Hashable {
  let demonstration: Int
  /// Demonstrations that stood before it.
  let shots: Int
  /// Tokens of its answer and the line end.
  let tokens: Int
  /// The place of its own label.
  let label: Int
  /// `log p` of each label.
  let logProbabilities: [Double]
}

extension HeldOutEvidence {
  /// What labels read off and calibrated make of the demonstrations: likelihoods among the labels
  /// alone.
  init(_ readings: [LabelReading], of set: LabelSet) {
    let calibration = LabelCalibration(readings.map(\.logProbabilities), shares: set.shares)
    self.init(
      readings.map { reading in
        let scores = calibration.scores(reading.logProbabilities)
        return HeldOutTrial(
          demonstration: reading.demonstration, shots: reading.shots,
          nats: logSumExp(scores) - scores[reading.label], tokens: reading.tokens,
          isReproduced: calibration.choice(reading.logProbabilities) == reading.label)
      })
  }
}
