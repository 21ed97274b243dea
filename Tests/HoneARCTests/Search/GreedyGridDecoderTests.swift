// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneModel
import HoneTensor
import HoneTesting
import Testing

@Suite struct GreedyGridDecoderTests {
  private let model: TinyGridModel
  private static let prompts: [[Int32]] = [
    [5, 9, 200, 17], [7], [11, 12, 13, 14, 15, 16, 17, 18], [5, 9, 200, 18], [250, 3],
  ]

  init() throws { model = try TinyGridModel() }

  private func decoder(
    _ format: TinyGridModel.SmallFormat = TinyGridModel.cells, maxSide: Int = 30
  ) throws -> GreedyGridDecoder {
    GreedyGridDecoder(
      decoder: model.decoder, adapter: model.adapter,
      tokens: .grid(try TinyGridModel.tokens(format, maxSide: maxSide)))
  }

  private func continuations(_ prompts: [[Int32]]) throws -> [Decoder.Continuation] {
    try prompts.map { try model.prompt($0, own: min(1, $0.count - 1)) }
  }

  private func expectSame(_ replies: [GridReply], _ expected: [GridReply]) {
    #expect(replies.map(\.ids) == expected.map(\.ids))
    #expect(replies.map(\.stopToken) == expected.map(\.stopToken))
    expectClose(replies.map { Float($0.cost) }, expected.map(\.cost), absolute: 1e-3)
  }

  @Test func `each token is the most likely of those allowed, at its cost in the whole vocabulary`()
    throws
  {
    for (format, maxSide) in [
      (TinyGridModel.cells, 30), (TinyGridModel.numpy, 30), (TinyGridModel.cells, 2),
    ] {
      let tokens = try TinyGridModel.tokens(format, maxSide: maxSide)
      let prompts = try continuations(Self.prompts)
      let replies = try decoder(format, maxSide: maxSide).run(
        prompts, maxTokens: prompts.map { _ in 12 })
      for (index, reply) in replies.enumerated() {
        var (state, ids) = (tokens.start, Self.prompts[index])
        for id in reply.ids + (reply.stopToken.map { [$0] } ?? []) {
          let logits = try model.decoder.nextLogits(
            [.init(cache: KVCache(model.decoder.configuration), ids: ids)], adapter: model.adapter)
          let best = tokens.allowed(in: state).max { logits[0, Int($0)] < logits[0, Int($1)] }
          #expect(id == best)
          state = tokens.state(after: id, in: state) ?? state
          ids.append(id)
        }
        let cost = try model.cost(
          Array(ids.dropFirst(Self.prompts[index].count)), behind: Self.prompts[index])
        #expect(abs(cost - reply.cost) < 1e-4 * max(1, cost))
        #expect(reply.isComplete || reply.ids.count == 12)
        // The cache holds all but the last token of the reply.
        #expect(
          prompts[index].cache.count == Self.prompts[index].count
            + max(
              0,
              reply.ids.count
                - (reply.isComplete ? 0 : 1)))
      }
    }
  }

  @Test func `replies side by side are those of each prompt alone`() throws {
    let decoder = try decoder()
    let limits = [20, 3, 20, 1, 7]
    let alone = try Self.prompts.indices.map { index in
      try decoder.run(try continuations([Self.prompts[index]]), maxTokens: [limits[index]])[0]
    }
    expectSame(
      try decoder.run(try continuations(Self.prompts), maxTokens: limits), alone)
    let order = [3, 0, 4, 1, 2]
    expectSame(
      try decoder.run(
        try continuations(order.map { Self.prompts[$0] }), maxTokens: order.map { limits[$0] }),
      order.map { alone[$0] })
    #expect(try decoder.run([], maxTokens: []).isEmpty)
    #expect(try decoder.run(try continuations([[5]]), maxTokens: [0]) == [GridReply()])
  }

  @Test func `drawn replies depend on their own draws only`() throws {
    let decoder = try decoder()
    let random = Self.prompts.indices.map { RandomSource(seed: UInt64($0)) }
    func draw(_ order: [Int], temperature: Double = 1) throws -> [GridReply] {
      try decoder.run(
        try continuations(order.map { Self.prompts[$0] }), maxTokens: order.map { _ in 15 },
        temperature: temperature, random: order.map { random[$0] })
    }
    let together = try draw([0, 1, 2, 3, 4])
    expectSame(try draw([4, 2, 0]), [together[4], together[2], together[0]])
    for (index, reply) in together.enumerated() {
      let ids = reply.ids + (reply.stopToken.map { [$0] } ?? [])
      let cost = try model.cost(ids, behind: Self.prompts[index])
      #expect(abs(cost - reply.cost) < 1e-4 * max(1, cost))
    }
    let greedy = try decoder.run(
      try continuations(Self.prompts), maxTokens: Self.prompts.map { _ in 15 })
    #expect(together.map(\.ids) != greedy.map(\.ids))
    expectSame(try draw([0, 1, 2, 3, 4], temperature: 1e-6), greedy)
  }

  @Test(arguments: [0.5, 1, 3])
  func `tokens are drawn as often as the temperature says`(temperature: Double) throws {
    // A single cell: the first token is one of two colours.
    let tokens = try TinyGridModel.tokens(TinyGridModel.cells, maxSide: 1)
    let base = try model.prompt()
    let count = 400
    let replies = try GreedyGridDecoder(
      decoder: model.decoder, adapter: model.adapter, tokens: .grid(tokens)
    ).run(
      (0..<count).map { _ in .init(cache: base.cache.fork(), ids: base.ids) },
      maxTokens: Array(repeating: 1, count: count), temperature: temperature,
      random: (0..<count).map { RandomSource(seed: 1).derived("\($0)") })
    let logits = try model.decoder.nextLogits(
      [.init(cache: base.cache.fork(), ids: base.ids)], adapter: model.adapter)
    let odds = exponential(Double(logits[0, 31] - logits[0, 30]) / temperature)
    let expected = odds / (1 + odds)
    let share = Double(replies.count { $0.ids == [31] }) / Double(count)
    #expect(replies.allSatisfy { $0.ids == [30] || $0.ids == [31] })
    #expect(abs(share - expected) < 4 * (expected * (1 - expected) / Double(count)).squareRoot())
  }

  @Test(arguments: [0, 1, 4])
  func `a caller can break all replies off`(limit: Int) throws {
    var passes = 0
    let replies = try decoder(maxSide: 30).run(
      try continuations(Self.prompts), maxTokens: Self.prompts.map { _ in 40 }
    ) { complete in
      #expect(complete <= Self.prompts.count)
      defer { passes += 1 }
      return passes == limit
    }
    #expect(replies.allSatisfy { $0.isComplete ? $0.ids.count < limit : $0.ids.count == limit })
  }

  @Test func `without a grammar the text is the generator's`() throws {
    let prompts = try continuations(Self.prompts)
    let replies = try GreedyGridDecoder(
      decoder: model.decoder, adapter: model.adapter, tokens: .any(stopTokens: [2])
    ).run(prompts, maxTokens: prompts.map { _ in 8 })
    for (prompt, reply) in zip(Self.prompts, replies) {
      var ids = prompt
      for id in reply.ids {
        let logits = try model.decoder.nextLogits(
          [.init(cache: KVCache(model.decoder.configuration), ids: ids)], adapter: model.adapter)
        #expect(model.decoder.device.argmax(logits) == [id])
        ids.append(id)
      }
    }
  }

  @Test func `an adapter that gives no numbers is refused`() throws {
    for parameter in model.adapter.parameters { parameter.fill(.nan) }
    #expect(throws: ModelError.self) {
      try decoder().run(
        [.init(cache: KVCache(model.decoder.configuration), ids: [5])], maxTokens: [3])
    }
  }
}
