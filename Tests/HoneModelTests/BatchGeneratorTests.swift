// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel
import HoneTensor
import HoneTesting
import Synchronization
import Testing

@Suite struct BatchGeneratorTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// What the model says, and what was handed out on the way.
  private func generate(
    _ model: LanguageModel, _ prompt: [Int32], stop: [String], maxTokens: Int = 100
  ) async throws -> (result: GenerationResult, pieces: [String]) {
    let pieces = Mutex<[String]>([])
    let result = try await model.generate(
      prompt: prompt, maxTokens: maxTokens, stopStrings: stop,
      onText: { piece in pieces.withLock { $0.append(piece) } })
    return (result, pieces.withLock { $0 })
  }

  /// A model that says the text, one byte a token, after the prompt "#".
  private func spelling(_ text: String) throws -> (model: LanguageModel, prompt: [Int32]) {
    let tokenizer = try TokenizerFixtures.tiny()
    func id(_ byte: UInt8) throws -> Int32 {
      try #require((0..<320).first { tokenizer.bytes(of: $0) == [byte] })
    }
    let script = try ("#" + text).utf8.map { try id($0) }
    try #require(Set(script).count == script.count, "no byte may occur twice")
    return (try ModelFolder.scripted(script, in: folder), [script[0]])
  }

  @Test func `a text ends with the end token, which is no part of it`() async throws {
    let (model, prompt) = try spelling("The quick")
    let (result, pieces) = try await generate(model, prompt, stop: [])
    #expect(result.text == "The quick")
    #expect(pieces.joined() == result.text)
    #expect(result.finishReason == .stop)
    #expect(result.tokens.count == 9 && result.promptTokens == 1)
    #expect(!result.tokens.contains(2))
  }

  @Test(arguments: [-1, 0, 1, 4, 9, 10, Int.max])
  func `no more tokens come than allowed`(maxTokens: Int) async throws {
    let (model, prompt) = try spelling("The quick")
    let (result, pieces) = try await generate(model, prompt, stop: ["never"], maxTokens: maxTokens)
    #expect(result.text == "The quick".prefix(max(0, maxTokens)))
    #expect(pieces.joined() == result.text)
    #expect(result.finishReason == (maxTokens > 9 ? .stop : .length))
  }

  static let stops: [(String, [String], String)] = [
    ("abcdef", ["cd"], "ab"), ("abcdef", ["a"], ""), ("abcdef", ["f"], "abcde"),
    ("abcdef", ["abcdef"], ""), ("abcdef", ["cx", "dey", "ef"], "abcd"),
    ("abcdef", ["def", "cde"], "ab"), ("abcdef", ["efg", ""], "abcdef"), ("abcdef", [""], "abcdef"),
    ("abcdef", ["bcdefg", "d"], "abc"), ("abcdef", ["bcx", "cdef"], "ab"),
    // As characters, "\r\n" holds no "\n", and "é" here no "e".
    ("ab\r\ncd", ["\n"], "ab\r"), ("abe\u{301}cd", ["e"], "ab"),
    ("abe\u{301}cd", ["\u{301}c"], "abe"),
    ("abe\u{301}cd", ["\u{E9}"], "abe\u{301}cd"), ("xé東y", ["東"], "xé"), ("xé東y", ["é東"], "x"),
    ("a\nQ: b", ["\nQ:"], "a"), ("a\nb", ["\nQ:"], "a\nb"),
  ]

  @Test(arguments: stops)
  func `the text ends before a stop string, none of which is handed out`(
    script: String, stop: [String], expected: String
  ) async throws {
    let (model, prompt) = try spelling(script)
    let (result, pieces) = try await generate(model, prompt, stop: stop)
    #expect(Array(result.text.utf8) == Array(expected.utf8))
    #expect(Array(pieces.joined().utf8) == Array(expected.utf8))
    #expect(pieces.allSatisfy { !$0.isEmpty })
    #expect(result.finishReason == .stop)
  }

  @Test func `only what could become a stop string is held back`() async throws {
    let (model, prompt) = try spelling("abcdefg")
    // "cd" is held until the "e" settles it, and "fg" until the end.
    let (_, pieces) = try await generate(model, prompt, stop: ["cdx", "fgh"])
    #expect(pieces == ["a", "b", "cde", "fg"])
  }

  @Test func `half a character is never handed out`() async throws {
    let (model, prompt) = try spelling("é東🙂")
    #expect(try await generate(model, prompt, stop: []).pieces == ["é", "東", "🙂"])
    // Cut within a character, its bytes become U+FFFD.
    let cut = try await generate(model, prompt, stop: [], maxTokens: 4)
    #expect(cut.result.text == "é\u{FFFD}")
    #expect(cut.pieces.joined() == cut.result.text)
  }

  @Test func `every stop string within a text cuts it there`() async throws {
    let model = try LanguageModel.load(path: Fixtures.path("tiny-llama"), threads: 1)
    let whole = try await generate(model, [5, 9, 200], stop: [], maxTokens: 24).result.text
    let scalars = Array(whole.unicodeScalars)
    for start in stride(from: 0, to: scalars.count, by: 3) {
      for length in [1, 2, 5] where start + length <= scalars.count {
        var stop = ""
        stop.unicodeScalars.append(contentsOf: scalars[start..<start + length])
        let bytes = Array(whole.utf8)
        let end = try #require(bytes.firstRange(of: Array(stop.utf8))?.lowerBound)
        let (result, pieces) = try await generate(
          model, [5, 9, 200], stop: [stop], maxTokens: 24)
        #expect(Array(result.text.utf8) == Array(bytes[..<end]), "\(stop.debugDescription)")
        #expect(pieces.joined().utf8.elementsEqual(result.text.utf8), "\(stop.debugDescription)")
      }
    }
  }

  @Test(arguments: [
    ("\n\t a\rb", ["\n", "\r"], "\n\t a"), ("\n a", ["\n"], "\n a"), ("\n\t ", ["\n"], "\n\t "),
    ("a\nb", ["\n"], "a"), ("\t\na", ["\na"], "\t\na"),
  ])
  func `a stop string may count only behind the first text`(
    text: String, stop: [String], expected: String
  ) async throws {
    let (model, prompt) = try spelling(text)
    func write(_ skips: Bool) async throws -> GeneratedSequence {
      try await model.write(
        prompt,
        StopRule(maxTokens: 20, stopStrings: stop, endTokens: [2], skipsLeadingSpace: skips))
    }
    #expect(try await write(true).text == expected)
    let starts = stop.compactMap { text.firstRange(of: $0)?.lowerBound }
    let first = try #require(starts.min())
    #expect(try await write(false).text == text[..<first])
  }

  // MARK: Several texts at once

  private func run(
    _ prompts: [[Int32]], endTokens: Set<Int32> = [2], maxTokens: Int = 12,
    sampling: SamplingConfiguration = .greedy, onFinish: (Int) -> Void = { _ in }
  ) throws -> [GeneratedSequence] {
    let decoder = try Fixtures.decoder(folder: "tiny-llama", device: CPUDevice(threads: 2))
    let generator = BatchGenerator(
      decoder: decoder, tokenizer: try TokenizerFixtures.tiny(), adapter: nil,
      stop: StopRule(maxTokens: maxTokens, endTokens: endTokens), sampling: sampling)
    return try generator.run(
      prompts.map { .init(cache: KVCache(decoder.configuration), ids: $0) },
      onFinish: { index, _ in onFinish(index) })
  }

  @Test func `texts side by side are those of each prompt alone`() throws {
    let prompts: [[Int32]] = [[5, 9, 200], [7], Array(20..<60), [11, 12], [5, 9, 200]]
    let alone = try prompts.map { try run([$0])[0] }
    // End tokens that some meet early.
    let ends: Set<Int32> = [alone[0].ids[4], alone[1].ids[0], alone[2].ids[9]]
    let expected = alone.map { $0.ids.prefix { !ends.contains($0) } }
    var finished: [Int] = []
    let together = try run(prompts, endTokens: ends) { finished.append($0) }
    #expect(together.map(\.ids) == expected.map(Array.init))
    #expect(
      together.map(\.finishReason) == expected.map { $0.count < 12 ? .stop : .length })
    #expect(finished.sorted() == Array(prompts.indices))
    let lengths = finished.map { together[$0].ids.count }
    #expect(lengths == lengths.sorted())
  }

  @Test func `texts of one prompt are drawn apart, the same for one seed`() throws {
    let sampling = try SamplingConfiguration(temperature: 1, seed: 4)
    let drawn = try run([[5], [5], [5]], sampling: sampling).map(\.ids)
    #expect(Set(drawn).count == 3)
    #expect(try run([[5], [5], [5]], sampling: sampling).map(\.ids) == drawn)
    #expect(
      try run([[5]], sampling: SamplingConfiguration(temperature: 1, seed: 5))[0].ids != drawn[0])
  }

  @Test func `no prompts and no tokens give no text`() throws {
    #expect(try run([]).isEmpty)
    let none = try run([[5], [6]], maxTokens: 0)
    #expect(none.count == 2 && none.allSatisfy { $0.ids.isEmpty && $0.text.isEmpty })
  }

  @Test func `an adapter that gives no numbers is refused`() throws {
    let decoder = try Fixtures.decoder(folder: "tiny-llama", device: CPUDevice(threads: 1))
    let adapter = LoRAAdapter(
      configuration: try LoRAConfiguration(loraRank: 2, loraAlpha: 2),
      model: decoder.configuration)
    for parameter in adapter.parameters { parameter.fill(.nan) }
    let generator = BatchGenerator(
      decoder: decoder, tokenizer: try TokenizerFixtures.tiny(), adapter: adapter,
      stop: StopRule(maxTokens: 3, endTokens: []), sampling: .greedy)
    let error = #expect(throws: ModelError.self) {
      try generator.run([.init(cache: KVCache(decoder.configuration), ids: [5])])
    }
    #expect(error?.code == .invalid)
  }
}

extension LanguageModel {
  fileprivate func write(_ prompt: [Int32], _ stop: StopRule) throws -> GeneratedSequence {
    let generator = BatchGenerator(
      decoder: decoder, tokenizer: tokenizer, adapter: nil, stop: stop, sampling: .greedy)
    return try generator.run([.init(cache: KVCache(decoder.configuration), ids: prompt)])[0]
  }
}

extension TokenizerFixtures {
  /// The tokenizer of the tiny model.
  static func tiny() throws -> Tokenizer {
    let path = Fixtures.path("tiny-llama/tokenizer.json")
    return try Tokenizer(
      TokenizerDefinition(
        tokenizer: NamedJSON(
          file: path, value: try JSONParser.parse(try FileSystem.contents(path), file: path))))
  }
}
