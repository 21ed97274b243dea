// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A part of a run: piece `index` of `count`, counted from 1.
package struct Shard: Codable, Sendable, Hashable {
  package let index: Int
  package let count: Int

  /// The whole run.
  package static let whole = Shard(unchecked: 1, 1)

  /// - Throws: ``BenchError`` unless 1 ≤ index ≤ count ≤ 10,000.
  package init(index: Int, count: Int) throws {
    guard (1...10_000).contains(count), (1...count).contains(index) else {
      throw BenchError("shard \(index)/\(count): expected I/N with 1 ≤ I ≤ N ≤ 10000")
    }
    self.init(unchecked: index, count)
  }

  private init(unchecked index: Int, _ count: Int) {
    self.index = index
    self.count = count
  }
}

/// A run as the store lists it.
package struct RunRecord: Sendable, Hashable {
  /// The suite and the beginning of the configuration's digest, as `bbh-3f2a90c1d4`; the same
  /// configuration under the same label has the same id in every store.
  package let id: String
  /// Tells repetitions of one configuration apart; usually empty.
  package let label: String
  package let configuration: RunConfiguration
  package let createdAt: Date
  /// Items answered, items that the configuration asks for, and items that it could ask for but for
  /// its limit; over all strategies, seeds and tasks.
  package let attempted: Int
  package let total: Int
  package let available: Int
  package var isComplete: Bool { attempted == total }

  package init(
    id: String, label: String, configuration: RunConfiguration, createdAt: Date, attempted: Int,
    total: Int, available: Int
  ) {
    self.id = id
    self.label = label
    self.configuration = configuration
    self.createdAt = createdAt
    self.attempted = attempted
    self.total = total
    self.available = available
  }
}

/// One process at work on a run.
package struct SessionRecord: Sendable, Hashable {
  package let id: String
  package let startedAt: Date
  /// Nil while it works, and if it was killed.
  package let endedAt: Date?
  package let shard: Shard
  package let environment: RunEnvironment
  /// The most memory that it held; nil as ``endedAt``.
  package let peakMemoryBytes: Int?

  package init(
    id: String, startedAt: Date, endedAt: Date?, shard: Shard, environment: RunEnvironment,
    peakMemoryBytes: Int?
  ) {
    self.id = id
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.shard = shard
    self.environment = environment
    self.peakMemoryBytes = peakMemoryBytes
  }
}
