// SPDX-License-Identifier: Apache-2.0

/// A reply that a search found.
package struct GridReply: Sendable, Hashable {
  /// Its tokens, the stop token not among them.
  package internal(set) var ids: [Int32]
  /// The stop token; nil for a reply that was broken off.
  package internal(set) var stopToken: Int32?
  /// `−log p` of all tokens, the stop token among them, in nats. The probabilities are the model's
  /// own, over the whole vocabulary, whatever the search allowed.
  package internal(set) var cost: Double

  package init(ids: [Int32] = [], stopToken: Int32? = nil, cost: Double = 0) {
    self.ids = ids
    self.stopToken = stopToken
    self.cost = cost
  }

  package var isComplete: Bool { stopToken != nil }
}

/// What a search for several replies found.
package struct GridSearchResult: Sendable {
  /// Complete ones, the most probable first. With several stop tokens a text may be there with more
  /// than one of them.
  package internal(set) var replies: [GridReply] = []
  /// Whether the caller ended the search before its time.
  package internal(set) var isCut = false
  /// Forward passes.
  package internal(set) var passes = 0

  mutating func sort() {
    replies.sort {
      $0.cost != $1.cost ? $0.cost < $1.cost : $0.ids.lexicographicallyPrecedes($1.ids)
    }
  }
}
