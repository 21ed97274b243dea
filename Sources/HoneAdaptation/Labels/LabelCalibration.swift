// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// How queries of a task with labels are answered.
package enum LabelAnswering: String, Codable, Sendable, Hashable {
  /// With the likeliest of the demonstrated outputs, after ``LabelCalibration``.
  case calibrated
}

/// Takes a model's leaning towards some labels out of its answers: what it gives a label over many
/// inputs is held against how often the label was demonstrated. No right answer is needed.
/// - SeeAlso: Zhou et al. 2024, arXiv 2309.17249, section 3 (batch calibration).
package struct LabelCalibration: Sendable {
  /// Inputs whose weight the demonstrations' shares have, so that few inputs correct little.
  package static var priorWeight: Double { 4 }

  /// What is added to the logarithm of each label's probability.
  package let corrections: [Double]

  /// - Parameters:
  ///   - logProbabilities: Of each label for each input.
  ///   - shares: What share of all inputs each label is expected for.
  package init(_ logProbabilities: [[Double]], shares: [Double]) {
    let weight = Self.priorWeight
    corrections = shares.indices.map { label in
      let sum = logProbabilities.reduce(weight * shares[label]) { $0 + exponential($1[label]) }
      let mean = sum / (weight + Double(logProbabilities.count))
      return logarithm(shares[label]) - logarithm(mean)
    }
  }

  /// Of each label, corrected; the probabilities no longer sum to 1.
  func scores(_ logProbabilities: [Double]) -> [Double] {
    zip(logProbabilities, corrections).map(+)
  }

  /// The likeliest label after the correction, the first of equals.
  package func choice(_ logProbabilities: [Double]) -> Int {
    let scores = scores(logProbabilities)
    return scores.indices.dropFirst().reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
  }
}
