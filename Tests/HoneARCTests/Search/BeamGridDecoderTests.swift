// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneModel
import HoneTensor
import HoneTesting
import Testing

@Suite struct BeamGridDecoderTests {
  private let model: TinyGridModel

  init() throws { model = try TinyGridModel() }

  private func beam(_ tokens: ReplyTokens, width: Int) throws -> BeamGridDecoder {
    try BeamGridDecoder(
      decoder: model.decoder, adapter: model.adapter, tokens: tokens, width: width)
  }

  private func greedy(
    _ tokens: ReplyTokens, _ prompt: Decoder.Continuation, maxTokens: Int
  ) throws -> GridReply {
    try GreedyGridDecoder(decoder: model.decoder, adapter: model.adapter, tokens: tokens)
      .run([prompt], maxTokens: [maxTokens])[0]
  }

  @Test func `a single beam is the greedy reply`() throws {
    var complete = 0
    for (index, format) in [TinyGridModel.cells, TinyGridModel.numpy].enumerated() {
      for seed in 0..<8 {
        let ids = (0..<4).map { Int32(($0 * 37 + seed * 11 + index) % 300 + 3) }
        let tokens = ReplyTokens.grid(try TinyGridModel.tokens(format, maxSide: 3))
        let one = try beam(tokens, width: 1).run(try model.prompt(ids), maxTokens: 30)
        let expected = try greedy(tokens, try model.prompt(ids), maxTokens: 30)
        if expected.isComplete { complete += 1 }
        #expect(isSame(one.replies, expected.isComplete ? [expected] : []))
      }
    }
    #expect(complete > 4)
  }

  @Test(arguments: [true, false])
  func `beams wide enough for everything find the most probable replies`(isNumpy: Bool) throws {
    let format = isNumpy ? TinyGridModel.numpy : TinyGridModel.cells
    let tokens = ReplyTokens.grid(try TinyGridModel.tokens(format))
    let all = try model.allReplies(format)
    let result = try beam(tokens, width: all.count).run(try model.prompt(), maxTokens: 100)
    #expect(isSame(result.replies, all))
  }

  @Test(arguments: [2, 3, 8])
  func `replies of narrow beams are real ones at their costs`(width: Int) throws {
    let all = try model.allReplies(TinyGridModel.cells)
    let tokens = ReplyTokens.grid(try TinyGridModel.tokens(TinyGridModel.cells))
    for (own, last) in [(0, 1), (2, 1), (0, 4), (1, 2)] {
      let prompt = try model.prompt(own: own, last: last)
      let result = try beam(tokens, width: width).run(prompt, maxTokens: 100)
      #expect(!result.replies.isEmpty && result.replies.count <= width)
      #expect(
        isSame(
          result.replies,
          all.filter { reply in
            result.replies.contains { $0.ids == reply.ids && $0.stopToken == reply.stopToken }
          }))
      // The prompt can be used again.
      #expect(prompt.cache.count == 4 - last)
      let expected = try greedy(tokens, try model.prompt(), maxTokens: 100)
      let again = try greedy(tokens, prompt, maxTokens: 100)
      #expect(again.ids == expected.ids && abs(again.cost - expected.cost) < 1e-4)
    }
  }

  @Test func `without a grammar a wide beam finds what the depth-first search does`() throws {
    let prompt = try model.prompt()
    let logits = try model.decoder.nextLogits(
      [.init(cache: prompt.cache.fork(), ids: prompt.ids)], adapter: model.adapter
    ).toArray()
    // Two tokens that the model likes end a reply.
    let order = logits.indices.sorted { logits[$0] > logits[$1] }
    let tokens = ReplyTokens.any(stopTokens: [Int32(order[3]), Int32(order[7])])
    let found = try beam(tokens, width: 40).run(prompt, maxTokens: 3)
    let best = try #require(found.replies.first)
    let search = try DepthFirstGridDecoder(
      decoder: model.decoder, adapter: model.adapter, tokens: tokens,
      threshold: exponential(-best.cost - 1e-3)
    ).run(prompt, maxTokens: 3)
    #expect(isSame(Array(search.replies.prefix(1)), [best]))
  }

  @Test(arguments: [0, 1, 3])
  func `a search that is cut says so`(limit: Int) throws {
    let tokens = ReplyTokens.grid(try TinyGridModel.tokens(TinyGridModel.cells, maxSide: 30))
    var passes = 0
    let result = try beam(tokens, width: 4).run(try model.prompt(), maxTokens: 100) {
      defer { passes += 1 }
      return passes == limit
    }
    #expect(result.isCut && result.passes == limit)
    #expect(result.replies.allSatisfy { $0.ids.count < limit })
  }

  @Test func `no beams are refused, and no room gives no reply`() throws {
    let tokens = ReplyTokens.any(stopTokens: [2])
    #expect(throws: ARCError.self) { try beam(tokens, width: 0) }
    #expect(try beam(tokens, width: 2).run(try model.prompt(), maxTokens: 0).replies.isEmpty)
  }
}
