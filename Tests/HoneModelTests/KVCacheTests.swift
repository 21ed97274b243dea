// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTesting
import Testing

@Suite struct KVCacheTests {
  private let decoder: Decoder

  init() throws {
    decoder = try Fixtures.decoder(folder: "tiny-llama", device: CPUDevice(threads: 2))
  }

  private func ids(_ range: Range<Int>) -> [Int32] { range.map { Int32($0 * 11 % 320) } }

  /// The logits behind `ids`, after what the cache holds.
  private func logits(_ cache: KVCache, _ ids: [Int32]) throws -> [Float] {
    try decoder.nextLogits([.init(cache: cache, ids: ids)], adapter: nil).toArray()
  }

  /// Expects the same without any cache.
  private func expectFresh(
    _ found: [Float], _ ids: [Int32], _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let fresh = try logits(KVCache(decoder.configuration), ids)
    expectClose(
      found, fresh.map(Double.init), absolute: 1e-4, relative: 1e-4, what,
      sourceLocation: sourceLocation)
  }

  @Test func `forks of forks of forks continue what they hold`() throws {
    var cache = KVCache(decoder.configuration)
    var held: [Int32] = []
    var others: [(cache: KVCache, held: [Int32])] = []
    for generation in 0..<4 {
      let new = ids(generation * 40..<generation * 40 + [33, 1, 7, 64][generation])
      try decoder.run(new, into: cache, adapter: nil)
      held += new
      others.append((cache, held))
      cache = cache.fork()
      #expect(cache.count == held.count && others[generation].cache.count == held.count)
    }
    try expectFresh(try logits(cache, [9]), held + [9], "last")
    // What was forked goes on by itself, and the forks do not see it.
    for (generation, other) in others.enumerated() {
      let own = ids(200 + generation..<203 + generation)
      try expectFresh(try logits(other.cache, own), other.held + own, "generation \(generation)")
    }
    try expectFresh(try logits(cache, [8]), held + [9, 8], "last again")
  }

  @Test func `an empty cache can be forked`() throws {
    let fork = KVCache(decoder.configuration).fork()
    #expect(fork.count == 0)
    try expectFresh(try logits(fork.fork(), [4, 5]), [4, 5], "fork of an empty fork")
    try expectFresh(try logits(fork, [6]), [6], "empty fork")
  }

  @Test func `twins forked from one cache, with nothing new between, do not mix`() throws {
    let base = KVCache(decoder.configuration)
    try decoder.run(ids(0..<20), into: base, adapter: nil)
    let (one, two) = (base.fork(), base.fork())
    let together = try decoder.nextLogits(
      [.init(cache: one, ids: [1, 2]), .init(cache: two, ids: [3])], adapter: nil
    ).copied()
    try expectFresh(together.rows(0..<1).toArray(), ids(0..<20) + [1, 2], "one")
    try expectFresh(together.rows(1..<2).toArray(), ids(0..<20) + [3], "two")
    try expectFresh(try logits(base, [7]), ids(0..<20) + [7], "base")
  }

  @Test(arguments: [0, 1, 6, 7])
  func `what was removed is forgotten`(removed: Int) throws {
    for forks in [false, true] {
      var cache = KVCache(decoder.configuration)
      try decoder.run(ids(0..<10), into: cache, adapter: nil)
      if forks { cache = cache.fork() }
      try decoder.run(ids(50..<57), into: cache, adapter: nil)
      cache.removeLast(removed)
      #expect(cache.count == 17 - removed)
      let held = ids(0..<10) + ids(50..<57).dropLast(removed)
      try expectFresh(
        try logits(cache, [3, 4]), held + [3, 4], "removed \(removed), fork \(forks)")
    }
  }

  @Test func `a fork after a removal holds what is left`() throws {
    let cache = KVCache(decoder.configuration)
    try decoder.run(ids(0..<40), into: cache, adapter: nil)
    cache.removeLast(25)
    let fork = cache.fork()
    #expect(fork.count == 15)
    try decoder.run([5], into: cache, adapter: nil)
    try expectFresh(try logits(fork, [9]), ids(0..<15) + [9], "fork")
  }

  @Test func `a cancelled run leaves the cache as it was`() async throws {
    // The task is awaited before its cache is used.
    nonisolated(unsafe) let cache = KVCache(decoder.configuration)
    nonisolated(unsafe) let decoder = decoder
    try decoder.run(ids(0..<12), into: cache, adapter: nil)
    let new = ids(30..<90)
    let isCancelled = await Task {
      withUnsafeCurrentTask { $0?.cancel() }
      do { try decoder.run(new, into: cache, adapter: nil) } catch {
        return error is CancellationError
      }
      return false
    }.value
    #expect(isCancelled && cache.count == 12)
    try expectFresh(try logits(cache, [9]), ids(0..<12) + [9], "after")
  }
}
