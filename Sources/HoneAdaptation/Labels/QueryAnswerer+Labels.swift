// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor

extension QueryAnswerer {
  /// How likely a model holds each label to be for some questions.
  package struct LabelScores: Sendable {
    /// `log p` of each label for each question, in nats; the labels' probabilities sum to 1.
    package var logProbabilities: [[Double]] = []
    /// Tokens run for each question besides its own.
    package var tokens = 0
  }

  /// Reads off how likely each label is: at each token that tells labels apart, the model's
  /// probabilities of the tokens that may stand there. The questions stay as they are.
  ///
  /// - Throws: `ModelError` if a logit is no finite number; `CancellationError`.
  package func labelScores(_ prompted: Prompted, _ labels: TaskLabels) throws -> LabelScores {
    var scores = LabelScores()
    scores.logProbabilities = prompted.last.map { _ in
      [Double](repeating: 0, count: labels.set.labels.count)
    }
    try visit(
      labels.tree, prompted, behind: prompted.last, sums: prompted.last.map { _ in 0 }, &scores)
    // The question's last token was not run for the labels.
    scores.tokens -= 1
    return scores
  }

  /// - Parameters:
  ///   - ids: Of each question, to be run before the tree's own tokens.
  ///   - sums: Of each question, of the choices that lead here.
  private func visit(
    _ tree: LabelTree, _ prompted: Prompted, behind ids: [[Int32]], sums: [Double],
    _ scores: inout LabelScores
  ) throws {
    guard case .choice(let common, let branches) = tree else { return }
    let run = ids.map { $0 + common }
    let logits = try decoder.nextLogits(
      zip(prompted.caches, run).map { .init(cache: $0, ids: $1) }, adapter: adapter)
    scores.tokens += run[0].count
    // Before anything else is run, for that may write over the logits.
    let chosen = run.indices.map { row in branches.map { Double(logits[row, Int($0.token)]) } }
    guard chosen.joined().allSatisfy(\.isFinite) else { throw ModelError.brokenLogits }
    let values = zip(sums, chosen).map { sum, logits in
      let total = logSumExp(logits)
      return logits.map { sum + $0 - total }
    }
    for (place, branch) in branches.enumerated() {
      let sums = values.map { $0[place] }
      if case .label(let label) = branch.rest {
        for (row, sum) in sums.enumerated() { scores.logProbabilities[row][label] = sum }
      } else {
        try visit(
          branch.rest, prompted, behind: ids.map { _ in [branch.token] }, sums: sums, &scores)
      }
    }
    for (cache, ids) in zip(prompted.caches, run) { cache.removeLast(ids.count) }
  }
}
