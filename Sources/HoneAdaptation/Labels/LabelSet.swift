// SPDX-License-Identifier: Apache-2.0

/// The outputs of a task that has few: what its queries are answered with, whatever else a model
/// would write.
package struct LabelSet: Sendable, Hashable {
  /// Without white space at their ends, in the order of the demonstrations; two at least.
  package let labels: [String]
  /// The share of each among the demonstrations, as if each had been there once more.
  package let shares: [Double]

  /// Nil unless every label is one line and was demonstrated twice on average; a demonstration that is
  /// there twice counts once.
  package init?(_ demonstrations: [Demonstration]) {
    let demonstrations = demonstrations.withoutCopies.map { demonstrations[$0] }
    let firsts = demonstrations.sameOutputs
    let outputs = demonstrations.indices.filter { firsts[$0] == $0 }
    let labels = outputs.map { demonstrations[$0].output.trimmingWhitespace() }
    guard labels.count >= 2, Self.areFew(labels.count, among: demonstrations.count),
      labels.allSatisfy({ !$0.isEmpty && !$0.contains(where: \.isNewline) })
    else { return nil }
    self.labels = labels
    let total = Double(demonstrations.count + labels.count)
    shares = outputs.map { output in Double(firsts.count { $0 == output } + 1) / total }
  }

  /// Whether outputs are so few that they can be labels.
  ///
  /// - Parameter demonstrations: Those that differ.
  static func areFew(_ outputs: Int, among demonstrations: Int) -> Bool {
    outputs > 0 && 2 * outputs <= demonstrations
  }
}
