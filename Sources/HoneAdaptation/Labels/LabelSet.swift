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
    var counts: [(label: String, count: Int)] = []
    for demonstration in demonstrations {
      let label = demonstration.output.trimmingWhitespace()
      if let place = counts.firstIndex(where: { $0.label == label }) {
        counts[place].count += 1
      } else {
        counts.append((label, 1))
      }
    }
    guard counts.count >= 2, Self.areFew(counts.count, among: demonstrations.count),
      counts.allSatisfy({ !$0.label.isEmpty && !$0.label.contains(where: \.isNewline) })
    else { return nil }
    labels = counts.map(\.label)
    let total = Double(demonstrations.count + counts.count)
    shares = counts.map { Double($0.count + 1) / total }
  }

  /// Whether outputs are so few that they can be labels.
  ///
  /// - Parameter demonstrations: Those that differ.
  static func areFew(_ outputs: Int, among demonstrations: Int) -> Bool {
    outputs > 0 && 2 * outputs <= demonstrations
  }
}
