// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneModel
import HoneTensor
import HoneTesting
import Testing

@Suite struct DepthFirstGridDecoderTests {
  private let model: TinyGridModel

  init() throws { model = try TinyGridModel() }

  /// A threshold between the costs of two neighbours, so that rounding decides nothing, and what
  /// lies above it.
  private func threshold(_ all: [GridReply], after count: Int) -> (value: Double, [GridReply]) {
    guard count < all.count else { return (exponential(-(all[all.count - 1].cost + 1)), all) }
    var count = count
    while count > 1, all[count].cost - all[count - 1].cost < 1e-3 { count -= 1 }
    return (
      exponential(-(all[count - 1].cost + all[count].cost) / 2), Array(all.prefix(count))
    )
  }

  private func search(
    _ tokens: ReplyTokens, _ threshold: Double, _ prompt: Decoder.Continuation,
    maxTokens: Int = 100, guess: [Int32] = [], shouldStop: () -> Bool = { false }
  ) throws -> GridSearchResult {
    try DepthFirstGridDecoder(
      decoder: model.decoder, adapter: model.adapter, tokens: tokens, threshold: threshold
    ).run(prompt, maxTokens: maxTokens, guess: guess, shouldStop: shouldStop)
  }

  @Test(arguments: [1, 2, 5, 12, 30, 1000], [true, false])
  func `all replies above the threshold are found, whatever is guessed`(
    count: Int, isNumpy: Bool
  ) throws {
    let format = isNumpy ? TinyGridModel.numpy : TinyGridModel.cells
    let tokens = ReplyTokens.grid(try TinyGridModel.tokens(format))
    let all = try model.allReplies(format)
    let (threshold, expected) = threshold(all, after: count)
    let middle = all[all.count / 2].ids
    let guesses: [[Int32]] = [
      [], expected[0].ids, expected[0].ids + [2], expected[expected.count - 1].ids, middle,
      all[all.count - 1].ids, [99], [2], expected[0].ids + [30, 30, 30, 30],
      Array(expected[0].ids.dropLast()) + [41], Array(expected[0].ids.dropLast()),
      [30, 99] + middle, (0..<300).map { _ in 30 },
    ]
    let prompt = try model.prompt()
    for guess in guesses {
      let result = try search(tokens, threshold, prompt, guess: guess)
      #expect(isSame(result.replies, expected), "\(result.replies.count) with guess \(guess)")
      #expect(!result.isCut)
      #expect(prompt.cache.count == 3)
    }
  }

  @Test func `a prompt of any division gives the same`() throws {
    let tokens = ReplyTokens.grid(try TinyGridModel.tokens(TinyGridModel.cells))
    let all = try model.allReplies(TinyGridModel.cells)
    let (threshold, expected) = threshold(all, after: 20)
    for (own, last) in [(0, 1), (3, 1), (0, 4), (1, 2), (2, 2)] {
      for guess in [[], expected[3].ids] {
        let prompt = try model.prompt(own: own, last: last)
        let result = try search(tokens, threshold, prompt, guess: guess)
        #expect(isSame(result.replies, expected))
        #expect(prompt.cache.count == 4 - last)
      }
    }
  }

  @Test(arguments: 1...7)
  func `no reply is longer than allowed, its stop token counted`(maxTokens: Int) throws {
    let tokens = ReplyTokens.grid(try TinyGridModel.tokens(TinyGridModel.cells))
    let expected = try model.allReplies(TinyGridModel.cells, maxTokens: maxTokens)
    let guess = try model.allReplies(TinyGridModel.cells).last?.ids ?? []
    for guess in [[], guess] {
      let result = try search(
        tokens, 1e-200, try model.prompt(), maxTokens: maxTokens, guess: guess)
      #expect(isSame(result.replies, expected))
      #expect(expected.isEmpty == (maxTokens == 1))
    }
    #expect(try search(tokens, 1e-200, try model.prompt(), maxTokens: 0).replies.isEmpty)
  }

  @Test func `a right guess costs a pass and is found first`() throws {
    let tokens = ReplyTokens.grid(try TinyGridModel.tokens(TinyGridModel.numpy))
    let all = try model.allReplies(TinyGridModel.numpy)
    let (threshold, expected) = threshold(all, after: 12)
    let prompt = try model.prompt()
    let plain = try search(tokens, threshold, prompt)
    for reply in expected {
      let guessed = try search(tokens, threshold, prompt, guess: reply.ids)
      // One pass in place of one for the prompt and one for each token.
      #expect(guessed.passes == plain.passes - reply.ids.count)
      var passes = 0
      let first = try search(tokens, threshold, prompt, guess: reply.ids) {
        defer { passes += 1 }
        return passes == 1
      }
      #expect(first.isCut && first.passes == 1)
      #expect(first.replies.contains { $0.ids == reply.ids })
    }
  }

  @Test(arguments: [0, 1, 2, 7, 20])
  func `a search that is cut keeps what it found`(limit: Int) throws {
    let tokens = ReplyTokens.grid(try TinyGridModel.tokens(TinyGridModel.cells))
    let all = try model.allReplies(TinyGridModel.cells)
    let prompt = try model.prompt()
    for guess in [[], all[0].ids] {
      var passes = 0
      let cut = try search(tokens, 1e-200, prompt, guess: guess) {
        defer { passes += 1 }
        return passes == limit
      }
      #expect(cut.isCut && cut.passes == limit)
      #expect(cut.replies.count < all.count)
      #expect(
        isSame(
          cut.replies,
          all.filter { reply in
            cut.replies.contains { $0.ids == reply.ids && $0.stopToken == reply.stopToken }
          }))
      #expect(prompt.cache.count == 3)
      #expect(isSame(try search(tokens, 1e-200, prompt, guess: guess).replies, all))
    }
  }

  @Test func `without a grammar all tokens are tried`() throws {
    // Every reply of up to two tokens and a stop token that can cost less than a bound: the model
    // is asked behind every first token below it, all second ones side by side.
    let model = try TinyGridModel(strength: 1)
    let size = Int32(model.decoder.configuration.vocabSize)
    let device = model.decoder.device
    let prompt: [Int32] = [5, 9, 200, 17]
    func logits(behind first: [Int32], _ last: [Int32]) throws -> Tensor {
      let cache = KVCache(model.decoder.configuration)
      try model.decoder.run(first, into: cache, adapter: model.adapter)
      return try model.decoder.nextLogits(
        last.map { .init(cache: cache.fork(), ids: [$0]) }, adapter: model.adapter)
    }
    func costs(_ logits: Tensor) -> [[Double]] {
      (0..<logits.rows).map { row in
        let line = logits.rows(row..<row + 1).toDoubles()
        let sum = Reference.logSumExp(line)
        return line.map { sum - $0 }
      }
    }
    let first = costs(try logits(behind: Array(prompt.dropLast()), [prompt[3]]))[0]
    let best = (0..<size).sorted { first[Int($0)] < first[Int($1)] }
    // The ends are tokens that the model likes behind others.
    let stops = Set(device.argmax(try logits(behind: prompt, [best[0], best[1]])))
    let bound = first[Int(best[60])]
    let others = (0..<size).filter { !stops.contains($0) }
    let considered = best.prefix(60).filter { !stops.contains($0) }
    var replies = stops.map { GridReply(ids: [], stopToken: $0, cost: first[Int($0)]) }
    for (id, second) in zip(considered, costs(try logits(behind: prompt, considered))) {
      let spent = first[Int(id)]
      for stop in stops {
        replies.append(GridReply(ids: [id], stopToken: stop, cost: spent + second[Int(stop)]))
      }
      let third = try logits(behind: prompt + [id], others)
      for stop in stops {
        let logs = device.logLikelihood(third, targets: others.map { _ in stop })
        for (next, log) in zip(others, logs) {
          replies.append(
            GridReply(
              ids: [id, next], stopToken: stop, cost: spent + second[Int(next)] - Double(log)))
        }
      }
    }
    replies = replies.filter { $0.cost < bound }.sorted { $0.cost < $1.cost }
    try #require(replies.count > 8, "\(replies.count) replies")
    try #require(replies.dropLast(2).contains { $0.ids.count == 2 })
    for count in [1, 4, replies.count - 2] {
      let (threshold, expected) = threshold(replies, after: count)
      for guess in [[], expected[0].ids, expected[expected.count - 1].ids, [best[1], best[0]]] {
        let result = try DepthFirstGridDecoder(
          decoder: model.decoder, adapter: model.adapter, tokens: .any(stopTokens: stops),
          threshold: threshold
        ).run(try model.prompt(), maxTokens: 3, guess: guess)
        #expect(isSame(result.replies, expected))
      }
    }
  }

  @Test(arguments: [0, 1, -0.5, 2, .nan])
  func `a threshold that is no probability is refused`(threshold: Double) throws {
    let error = #expect(throws: ARCError.self) {
      try DepthFirstGridDecoder(
        decoder: model.decoder, adapter: nil, tokens: .any(stopTokens: [2]), threshold: threshold)
    }
    #expect(error?.code == .invalidSetting)
  }

  @Test func `the context's end ends replies`() throws {
    let tokens = ReplyTokens.grid(try TinyGridModel.tokens(TinyGridModel.cells))
    let cache = KVCache(model.decoder.configuration)
    try model.decoder.run(
      (0..<509).map { Int32($0 % 300 + 3) }, into: cache, adapter: model.adapter)
    let result = try search(tokens, 1e-200, .init(cache: cache, ids: [7]), guess: [30, 32, 31])
    // Room for one token and a stop token.
    #expect(result.replies.allSatisfy { $0.ids.count == 1 } && !result.replies.isEmpty)
  }

  @Test func `an adapter that gives no numbers is refused, and the cache stays`() throws {
    for parameter in model.adapter.parameters { parameter.fill(.nan) }
    let prompt = Decoder.Continuation(cache: KVCache(model.decoder.configuration), ids: [5, 6])
    for guess: [Int32] in [[], [30]] {
      #expect(throws: ModelError.self) {
        try search(.any(stopTokens: [2]), 0.1, prompt, guess: guess)
      }
      #expect(prompt.cache.count == 0)
    }
  }
}
