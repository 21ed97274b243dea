// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneFormats
import HoneModel
import HoneTensor
import HoneTesting
import Testing

@Suite struct TokenGrammarTests {
  static let tokenizers = [
    "tiny-llama/tokenizer.json", "tokenizer/gpt2.json", "tokenizer/llama3.json",
    "tokenizer/qwen2.json", "tokenizer-mistral/llama2.json",
    "tokenizer-mistral/gemma.json",
  ]

  private func tokenizer(_ name: String) throws -> Tokenizer {
    // This file is a folder deeper than Fixtures expects.
    let path = Fixtures.path(name)
    var definition = try TokenizerDefinition(
      tokenizer: NamedJSON(
        file: path, value: try JSONParser.parse(try FileSystem.contents(path), file: path)))
    definition.eosTokenIDs = [2]
    return try Tokenizer(definition)
  }

  @Test(arguments: tokenizers, GridFormatName.allCases)
  func `every grid's tokens are allowed one after the other, then a stop token`(
    name: String, format: GridFormatName
  ) throws {
    let tokenizer = try tokenizer(name)
    let vocabulary = (0..<Int32(tokenizer.vocabSize)).filter { !tokenizer.isSpecial($0) }
    let stop = Int32(tokenizer.vocabSize)
    let tokens = try TokenGrammar(
      GridGrammar(format.format),
      tokens: vocabulary.map { (id: $0, bytes: tokenizer.bytes(of: $0)) }, stopTokens: [stop])
    for grid in GridTexts.many(10, seed: 4) {
      let text = format.format.reply(of: grid)
      let ids = tokenizer.encode(text, addSpecialTokens: false, continuing: true)
      try #require(ids.flatMap { tokenizer.bytes(of: $0) } == Array(text.utf8))
      var state = tokens.start
      for (index, id) in ids.enumerated() {
        let isAllowed = tokens.allowed(in: state).contains(id)
        #expect(isAllowed, "token \(index), \(tokenizer.bytes(of: id)), of \(grid)")
        guard let next = tokens.state(after: id, in: state) else { return }
        state = next
      }
      #expect(tokens.allowed(in: state).contains(stop))
    }
  }

  /// Tokens of several cells, of parts of two rows, and of no use.
  private static let pieces = [
    "0", "1", "\n", "00", "01", "111", "0\n", "\n1", "1\n0", "01\n10", "0\n1\n1", "\n\n", "2", "x0",
    "", "1111111",
  ]

  @Test(arguments: [1, 2, 3, 5, 30])
  func `what is allowed is what the grammar takes, in every state on the way`(maxSide: Int) throws {
    struct TwoColors: GridFormat {
      let name = "two"
      let opening = ""
      let cells = ["0", "1"]
      let cellSeparator = ""
      let rowSeparator = "\n"
      let closing = ""
      let terminator = ""
    }
    let grammar = GridGrammar(TwoColors(), maxSide: maxSide)
    let vocabulary = zip(Int32(10)..., Self.pieces).map { (id: $0, bytes: Array($1.utf8)) }
    let tokens = try TokenGrammar(grammar, tokens: vocabulary, stopTokens: [3, 40])
    var random = RandomSource(seed: UInt64(maxSide))
    for _ in 0..<300 {
      var (state, text) = (tokens.start, "")
      for _ in 0..<maxSide * maxSide {
        var expected = vocabulary.filter {
          !$0.bytes.isEmpty && grammar.state(after: $0.bytes, in: state) != nil
        }.map(\.id)
        if grammar.isComplete(state) { expected = [3] + expected + [40] }
        let allowed = tokens.allowed(in: state)
        try #require(allowed == expected, "behind \(text.debugDescription)")
        try #require(!allowed.isEmpty)
        let id = allowed[random.index(below: allowed.count)]
        if id == 3 || id == 40 {
          #expect(grammar.accepts(text))
          break
        }
        state = try #require(tokens.state(after: id, in: state))
        text += Self.pieces[Int(id) - 10]
      }
    }
  }

  @Test func `a vocabulary that cannot write every grid is refused by what it lacks`() throws {
    func error(_ pieces: [String], stop: Set<Int32> = [0]) -> ARCError? {
      #expect(throws: ARCError.self) {
        try TokenGrammar(
          GridGrammar(CellGridFormat()),
          tokens: zip(Int32(1)..., pieces).map { (id: $0, bytes: Array($1.utf8)) },
          stopTokens: stop)
      }
    }
    let digits = (0...9).map { String($0) }
    let noSeven = error(digits.filter { $0 != "7" } + ["\n"])
    #expect(noSeven?.code == .unsuitableModel)
    #expect(noSeven?.message.contains("\"7\"") == true)
    #expect(error(digits)?.message.contains("\\n0") == true)
    #expect(error(digits + ["\n"], stop: [])?.message.contains("ends a reply") == true)
    // Rows can begin, but no reply can end.
    let rows = digits + digits.map { "\n" + $0 }
    #expect(error(rows)?.message.contains("to write \"\\n\" with") == true)
    // A token that ends within a way to go on needs others to finish it.
    let stuck = error(digits.flatMap { [$0 + "\n", "\n" + $0, $0 + $0] } + ["0", "\n"])
    #expect(stuck?.message.contains("\"1\"") == true)
    _ = try TokenGrammar(
      GridGrammar(CellGridFormat()),
      tokens: zip(Int32(1)..., rows + ["\n"]).map { (id: $0, bytes: Array($1.utf8)) },
      stopTokens: [0])
  }

  @Test func `tokens that mark structure and those without logits stand for no text`() throws {
    let tokenizer = try tokenizer("tiny-llama/tokenizer.json")
    let tokens = try TokenGrammar(
      GridGrammar(NumpyGridFormat()), tokenizer: tokenizer, vocabSize: 320)
    #expect(tokens.stopTokens == tokenizer.eosTokenIDs)
    #expect(tokens.allowed(in: tokens.start).allSatisfy { !tokenizer.isSpecial($0) })
    #expect(throws: ARCError.self) {
      try TokenGrammar(GridGrammar(NumpyGridFormat()), tokenizer: tokenizer, vocabSize: 10)
    }
  }
}
