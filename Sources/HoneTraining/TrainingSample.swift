// SPDX-License-Identifier: Apache-2.0

/// A token sequence with the tokens to be learned marked.
public struct TrainingSample: Sendable, Hashable {
  public private(set) var ids: [Int32] = []
  /// Whether each token is to be predicted from those before it.
  public private(set) var isTarget: [Bool] = []

  public init() {}

  /// Both of one length.
  init(ids: [Int32], isTarget: [Bool]) {
    precondition(ids.count == isTarget.count)
    self.ids = ids
    self.isTarget = isTarget
  }

  /// Adds tokens, all with loss or all without.
  public mutating func append(_ tokens: [Int32], isTarget: Bool) {
    ids += tokens
    self.isTarget += Array(repeating: isTarget, count: tokens.count)
  }

  /// Keeps the first tokens only.
  mutating func truncate(to count: Int) {
    ids.removeLast(max(0, ids.count - count))
    isTarget.removeLast(max(0, isTarget.count - count))
  }

  /// Tokens with loss; the first token of a sequence has nothing before it and never counts.
  public var targetCount: Int { isTarget.dropFirst().count { $0 } }
}
