// SPDX-License-Identifier: Apache-2.0

/// Sequences laid end to end, each attending only to itself, with the tokens to be predicted.
package struct PackedBatch: Sendable {
  /// All tokens.
  package private(set) var ids: [Int32] = []
  /// The position of each token in its own sequence.
  package private(set) var positions: [Int32] = []
  /// The rows of each sequence.
  package private(set) var sequences: [Range<Int>] = []
  /// Rows whose next token carries loss, ascending.
  package private(set) var lossRows: [Int] = []
  /// That next token, for each of `lossRows`.
  package private(set) var targets: [Int32] = []

  package init() {}

  /// Adds a sequence; `isTarget[i]` says that token i is to be predicted from those before it
  /// (the first never is).
  package mutating func append(_ tokens: [Int32], isTarget: [Bool]) {
    precondition(tokens.count == isTarget.count)
    let start = ids.count
    ids += tokens
    positions += (0..<tokens.count).map(Int32.init)
    sequences.append(start..<ids.count)
    for index in 1..<max(1, tokens.count) where isTarget[index] {
      lossRows.append(start + index - 1)
      targets.append(tokens[index])
    }
  }
}
