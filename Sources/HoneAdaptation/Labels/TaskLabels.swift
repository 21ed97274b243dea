// SPDX-License-Identifier: Apache-2.0

/// The labels of a task as a model reads them.
package struct TaskLabels: Sendable {
  package let set: LabelSet
  /// Of the labels as answers, with their line ends.
  package let tree: LabelTree
  /// Of each demonstration the place of its label.
  let places: [Int]

  /// Nil where outputs are no labels, or the model's tokens do not tell them apart.
  package init?(_ demonstrations: [Demonstration], prompt: TaskPrompt) {
    guard let set = LabelSet(demonstrations), let tree = LabelTree(set.labels.map(prompt.answer))
    else { return nil }
    self.set = set
    self.tree = tree
    places = demonstrations.map { demonstration in
      set.labels.firstIndex(of: demonstration.output.trimmingWhitespace()) ?? 0
    }
  }

  /// The label that is answered to each input, in the inputs' order.
  ///
  /// Demonstrations held out are no inputs to calibrate by: fewer stand before them, and with them
  /// answers were right less often (by a point on the label tasks of the priors).
  ///
  /// - Parameters:
  ///   - logProbabilities: Of each label for each input.
  ///   - others: Of inputs that only calibrate.
  package func answers(_ logProbabilities: [[Double]], others: [[Double]] = []) -> [String] {
    let calibration = LabelCalibration(logProbabilities + others, shares: set.shares)
    return logProbabilities.map { set.labels[calibration.choice($0)] }
  }
}
