// SPDX-License-Identifier: Apache-2.0
import HoneTensor

extension Decoder {
  /// `−log p` of each of several replies to one prompt, in nats, all tokens of a reply summed.
  ///
  /// The prompt is run once; the replies run behind it side by side, some hundred tokens at a time.
  ///
  /// - Parameters:
  ///   - prompt: Not empty.
  ///   - replies: Tokens of each, the stop token among them; none empty.
  /// - Throws: `CancellationError`.
  package func costs(
    of replies: [[Int32]], behind prompt: [Int32], adapter: LoRAAdapter?
  ) throws -> [Double] {
    precondition(!prompt.isEmpty && replies.allSatisfy { !$0.isEmpty })
    let cache = KVCache(configuration)
    try run(Array(prompt.dropLast()), into: cache, adapter: adapter)
    let last = Array(prompt.suffix(1))
    var costs = [Double](repeating: 0, count: replies.count)
    var batch: [(reply: Int, Continuation)] = []
    func flush() throws {
      defer { batch = [] }
      guard !batch.isEmpty else { return }
      let rows = batch.reduce(0) { $0 + $1.1.ids.count }
      let hidden = try hiddenStates(batch.map(\.1), adapter: adapter, rows: Array(0..<rows))
      let owners = batch.flatMap { reply, continuation in
        Array(repeating: reply, count: continuation.ids.count)
      }
      let targets = batch.flatMap { replies[$0.reply] }
      let mark = arena.mark
      for start in stride(from: 0, to: rows, by: Self.headRows) {
        arena.release(to: mark)
        let part = start..<min(start + Self.headRows, rows)
        let values = device.logLikelihood(
          logits(hidden.rows(part), adapter: adapter), targets: Array(targets[part]))
        for (row, value) in zip(part, values) { costs[owners[row]] -= Double(value) }
      }
    }
    var room = Self.chunkTokens
    for (index, reply) in replies.enumerated() {
      if reply.count > room {
        try flush()
        room = Self.chunkTokens
      }
      let fork = cache.count == 0 ? KVCache(configuration) : cache.fork()
      batch.append((index, Continuation(cache: fork, ids: last + reply.dropLast())))
      room -= reply.count
    }
    try flush()
    return costs
  }
}
