// SPDX-License-Identifier: Apache-2.0

/// A token sequence with the tokens to be learned marked.
public struct TrainingSample: Sendable, Hashable {
  public private(set) var ids: [Int32] = []
  /// Whether each token is to be predicted from those before it.
  public private(set) var isTarget: [Bool] = []

  public init() {}

  /// Adds tokens, all with loss or all without.
  public mutating func append(_ tokens: [Int32], isTarget: Bool) {
    ids += tokens
    self.isTarget += Array(repeating: isTarget, count: tokens.count)
  }

  /// Tokens with loss; the first token of a sequence has nothing before it and never counts.
  public var targetCount: Int { isTarget.dropFirst().count { $0 } }
}
