// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTraining
import Testing

@testable import HoneARC

@Suite struct PuzzleEncoderTests {
  private let model: LanguageModel
  private let puzzle = TinyPuzzles.exchange(demonstrations: 3)

  init() throws { model = try TinyPuzzles.model() }

  private var pairs: [ARCPair] { puzzle.demonstrations }

  /// The text of tokens; those that end or begin something in brackets.
  private func text(_ ids: [Int32], _ name: GridFormatName) throws -> String {
    let kept = try PuzzleEncoder(name, model: model).keptTokens
    return ids.map { id in
      let original = kept.map { $0[Int(id)] } ?? id
      let isSpecial = model.tokenizer.isSpecial(original)
      return isSpecial
        ? "⟨\(model.tokenizer.token(for: original) ?? "")⟩"
        : String(decoding: model.tokenizer.bytes(of: original), as: UTF8.self)
    }.joined()
  }

  private func sample(
    _ name: GridFormatName, demonstrationLoss: Bool = true
  ) throws -> TrainingSample {
    try PuzzleEncoder(name, model: model).sample(
      SyntheticTask(demonstrations: Array(pairs.dropLast()), heldOut: pairs[2]),
      demonstrationLoss: demonstrationLoss)
  }

  private func targets(_ sample: TrainingSample) -> [Int32] {
    zip(sample.ids, sample.isTarget).filter(\.1).map(\.0)
  }

  @Test func `a token for each cell, marks around grids, an alphabet before all`() throws {
    let encoder = try PuzzleEncoder(.cells, model: model)
    let prompt = encoder.prompt(demonstrations: [pairs[0]], input: pairs[1].input)
    let begin = model.tokenizer.bosTokenID == model.tokenizer.eosTokenID ? "" : "⟨<|im_start|>⟩"
    #expect(
      try text(prompt, .cells)
        == begin + "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjklmnpqrstuvwxyz"
        + "I21\n11\n+/-=O12\n22\n⟨<|im_end|>⟩I12\n11\n+/-=O")
    #expect(try text(encoder.reply(pairs[1].output), .cells) == "21\n22\n⟨<|im_end|>⟩")
    // 48 letters, 10 digits, the line end, I, O, four marks, the end, and a beginning if there is one.
    #expect(encoder.keptTokens?.count == (begin.isEmpty ? 66 : 67))
  }

  @Test func `outputs carry loss from the second on, and the reply`() throws {
    let sample = try sample(.cells)
    #expect(
      try text(targets(sample), .cells) == "21\n22\n⟨<|im_end|>⟩11\n22\n⟨<|im_end|>⟩")
    #expect(!sample.isTarget[0])
  }

  @Test func `without demonstration loss only the reply carries any`() throws {
    #expect(
      try text(targets(sample(.cells, demonstrationLoss: false)), .cells)
        == "11\n22\n⟨<|im_end|>⟩")
  }

  @Test func `a task with nothing shown is a pair alone`() throws {
    let encoder = try PuzzleEncoder(.cells, model: model)
    let sample = encoder.sample(
      SyntheticTask(demonstrations: [], heldOut: pairs[0]), demonstrationLoss: true)
    #expect(try text(sample.ids, .cells).hasSuffix("xyzI21\n11\n+/-=O12\n22\n⟨<|im_end|>⟩"))
    #expect(sample.targetCount == 7)
  }

  @Test func `the paper's layout writes arrays and arrows, and learns up to the hash`() throws {
    let sample = try sample(.numpy)
    let whole = try text(sample.ids, .numpy)
    #expect(whole.contains("[[2 1]\n [1 1]] -> [[1 2]\n [2 2]]#\n[[1 2]\n [1 1]] -> [["))
    let learned = try text(targets(sample), .numpy)
    // The second demonstration's output with its hash, then the whole answer with what opens it.
    #expect(learned.hasPrefix("[[2 1]\n [2 2]]#"))
    #expect(learned.contains("[[1 1]\n [2 2]]#"))
    #expect(!learned.contains("[[1 2]\n [2 2]]"))
    if let end = model.tokenizer.eosTokenID, let token = model.tokenizer.token(for: end) {
      #expect(learned.hasSuffix("⟨\(token)⟩"))
    }
  }

  @Test func `words name the colours`() throws {
    let whole = try text(sample(.words).ids, .words)
    #expect(whole.contains("Input:\nRed Blue\nBlue Blue\n\nOutput:\nBlue Red\nRed Red"))
  }

  @Test(arguments: GridFormatName.allCases)
  func `a reply is read as the grid that it was made of, and allowed token by token`(
    name: GridFormatName
  ) throws {
    let encoder = try PuzzleEncoder(name, model: model)
    for side in [(1, 1), (1, 30), (30, 30), (3, 7)] {
      let grid = Grid(height: side.0, width: side.1) { UInt8(($0 * 7 + $1 * 3) % 10) }
      let reply = encoder.reply(grid)
      #expect(encoder.grid(Array(reply.dropLast())) == grid)
      guard case .grid(let grammar) = encoder.replyTokens else {
        Issue.record("replies are constrained")
        return
      }
      var state = grammar.start
      for id in reply.dropLast() {
        #expect(grammar.allowed(in: state).contains(id))
        state = try #require(grammar.state(after: id, in: state))
      }
      #expect(grammar.allowed(in: state).contains(try #require(reply.last)))
    }
  }

  @Test func `a demonstration has the same tokens in every place`() throws {
    let encoder = try PuzzleEncoder(.numpy, model: model)
    let one = encoder.prompt(demonstrations: [pairs[0], pairs[1]], input: pairs[2].input)
    let other = encoder.prompt(demonstrations: [pairs[1], pairs[0]], input: pairs[2].input)
    #expect(one.count == other.count && one.sorted() == other.sorted())
  }
}
