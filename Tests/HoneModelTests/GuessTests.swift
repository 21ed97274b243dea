// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTesting
import Synchronization
import Testing

/// Guesses must change nothing but the number of passes.
@Suite struct GuessTests {
  private struct Written {
    let result: GenerationResult
    /// What was handed out on the way.
    let pieces: [String]
  }

  private func write(
    _ model: LanguageModel, _ prompt: [Int32], maxTokens: Int = 100,
    sampling: SamplingConfiguration = .greedy, stop: [String] = [], guesses: [[Int32]] = []
  ) async throws -> Written {
    let pieces = Mutex<[String]>([])
    let result = try await model.generate(
      prompt: prompt, maxTokens: maxTokens, sampling: sampling, stopStrings: stop,
      guesses: guesses, onText: { piece in pieces.withLock { $0.append(piece) } })
    return Written(result: result, pieces: pieces.withLock { $0 })
  }

  private func expectSame(
    _ guessed: Written, _ plain: Written, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(guessed.result.tokens == plain.result.tokens, sourceLocation: sourceLocation)
    #expect(guessed.result.text == plain.result.text, sourceLocation: sourceLocation)
    #expect(guessed.pieces == plain.pieces, sourceLocation: sourceLocation)
    #expect(
      guessed.result.finishReason == plain.result.finishReason, sourceLocation: sourceLocation)
    // Each accepted token saves a pass.
    #expect(plain.result.acceptedTokens == 0, sourceLocation: sourceLocation)
    #expect(
      guessed.result.passes + guessed.result.acceptedTokens == plain.result.passes,
      sourceLocation: sourceLocation)
  }

  // MARK: A model that says its alphabet

  static let alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"

  private struct Case: CustomTestStringConvertible {
    let name: String
    /// Each a text; "$" is the end token.
    let guesses: [String]
    var stop: [String] = []
    var maxTokens = 100
    /// Passes that it may take.
    let passes: ClosedRange<Int>
    var testDescription: String { name }
  }

  // 36 tokens and the end: 37 passes. The first pass holds 7 guessed tokens, the second 15, the
  // third 31 or what is left.
  private static let cases = [
    Case(name: "none", guesses: [], passes: 37...37),
    Case(name: "empty", guesses: ["", ""], passes: 37...37),
    Case(name: "right", guesses: [alphabet], passes: 3...3),
    Case(name: "right, with the end token", guesses: [alphabet + "$"], passes: 3...3),
    Case(name: "right, and more after the end token", guesses: [alphabet + "$abc"], passes: 3...3),
    Case(name: "longer than the text", guesses: [alphabet + "ABCDEFG"], passes: 3...3),
    Case(name: "shorter than the text", guesses: ["abcdefghij"], passes: 28...28),
    Case(name: "one token", guesses: ["a"], passes: 36...36),
    Case(name: "wrong", guesses: ["ABCDEFGHIJKLMNOPQRSTUVWXYZ"], passes: 37...37),
    Case(name: "wrong in the first token", guesses: ["A" + alphabet.dropFirst()], passes: 4...6),
    Case(
      name: "wrong in one token", guesses: [alphabet.replacing("m", with: "M")], passes: 4...7),
    Case(
      name: "one token too many", guesses: [alphabet.replacing("m", with: "mM")], passes: 4...8),
    Case(name: "one token too few", guesses: [alphabet.replacing("m", with: "")], passes: 4...8),
    Case(name: "right from the middle on", guesses: ["ABCDEF" + alphabet], passes: 4...9),
    Case(name: "its second half only", guesses: ["stuvwxyz0123456789"], passes: 20...26),
    Case(name: "an end token in the middle", guesses: ["abcdefgh$ijklmnop"], passes: 16...28),
    Case(name: "only end tokens", guesses: ["$$", "$"], passes: 37...37),
    Case(name: "the second is right", guesses: ["ABCDEFGHIJ", alphabet], passes: 4...6),
    Case(
      name: "two halves", guesses: ["abcdefghijklmnopq", "qrstuvwxyz0123456789"], passes: 3...3),
    Case(name: "the limit within the first pass", guesses: [alphabet], maxTokens: 3, passes: 1...1),
    Case(name: "the limit at a pass's end", guesses: [alphabet], maxTokens: 8, passes: 1...1),
    Case(name: "the limit after a pass's end", guesses: [alphabet], maxTokens: 9, passes: 2...2),
    Case(
      name: "the limit before the text's end", guesses: [alphabet], maxTokens: 36, passes: 3...3),
    Case(name: "a limit of one", guesses: [alphabet], maxTokens: 1, passes: 1...1),
    Case(name: "no token", guesses: [alphabet], maxTokens: 0, passes: 0...0),
    Case(name: "a stop string in the first pass", guesses: [alphabet], stop: ["de"], passes: 1...1),
    Case(name: "a stop string over two passes", guesses: [alphabet], stop: ["hij"], passes: 2...2),
    Case(
      name: "a stop string in a wrong guess", guesses: ["abcXdefgh"], stop: ["Xde", "fg"],
      passes: 2...4),
    Case(
      name: "text held back for a stop string", guesses: [alphabet], stop: ["hix", "56789!"],
      passes: 3...3),
  ]

  @Test(arguments: cases)
  private func `a scripted text is the same with guesses, in fewer passes`(example: Case)
    async throws
  {
    let tokenizer = try TokenizerFixtures.tiny()
    func ids(_ text: String) throws -> [Int32] {
      try text.utf8.map { byte in
        byte == UInt8(ascii: "$")
          ? 2 : try #require((0..<320).first { tokenizer.bytes(of: $0) == [byte] })
      }
    }
    let script = try ids("#" + Self.alphabet)
    let model = try ModelFolder.scripted(script, in: TemporaryFolder())
    let plain = try await write(
      model, [script[0]], maxTokens: example.maxTokens, stop: example.stop)
    let guessed = try await write(
      model, [script[0]], maxTokens: example.maxTokens, stop: example.stop,
      guesses: try example.guesses.map { try ids($0) })
    expectSame(guessed, plain)
    #expect(example.passes.contains(guessed.result.passes), "\(guessed.result.passes) passes")
    #expect(guessed.result.generationTokensPerSecond >= 0)
    #expect(guessed.result.generationTokensPerSecond.isFinite)
  }

  // MARK: A model of random weights

  /// An answer with some tokens replaced, left out and put in.
  private static func damaged(_ answer: [Int32], _ random: inout RandomSource) -> [Int32] {
    var result: [Int32] = []
    let share = [0, 0.02, 0.1, 0.4][random.index(below: 4)]
    for id in answer {
      switch random.uniform() {
      case ..<(share / 3): result.append(Int32(3 + random.index(below: 317)))
      case ..<(share * 2 / 3): result += [id, Int32(3 + random.index(below: 317))]
      case ..<share: break
      default: result.append(id)
      }
    }
    let cut = random.index(below: 3)
    if cut == 1 { result.removeLast(random.index(below: result.count + 1)) }
    if cut == 2 { result.removeFirst(random.index(below: result.count + 1)) }
    return result
  }

  @Test(arguments: [ComputeMode.float32, .int8], 0..<6)
  func `a text is the same with damaged guesses at it`(compute: ComputeMode, seed: Int)
    async throws
  {
    var random = RandomSource(seed: UInt64(seed))
    let model = try LanguageModel.load(
      path: Fixtures.path("tiny-llama"), threads: 2, compute: compute)
    let prompt = (0..<1 + random.index(below: 30)).map { _ in Int32(3 + random.index(below: 317)) }
    let whole = try await write(model, prompt, maxTokens: 90).result
    let scalars = Array(whole.text.unicodeScalars)
    for _ in 0..<6 {
      let guesses = (0..<1 + random.index(below: 3)).map { _ in
        Self.damaged(whole.tokens, &random)
      }
      let maxTokens = 1 + random.index(below: 90)
      var stop: [String] = []
      if random.index(below: 2) == 0, scalars.count > 4 {
        let start = random.index(below: scalars.count - 2)
        var string = ""
        string.unicodeScalars.append(contentsOf: scalars[start...(start + 1)])
        stop.append(string)
      }
      let plain = try await write(model, prompt, maxTokens: maxTokens, stop: stop)
      let guessed = try await write(
        model, prompt, maxTokens: maxTokens, stop: stop, guesses: guesses)
      expectSame(guessed, plain)
    }
    let right = try await write(model, prompt, maxTokens: 90, guesses: [whole.tokens])
    #expect(right.result.tokens == whole.tokens)
    // 7, 15, 31 and 31 guessed tokens, and one more in each pass.
    #expect(right.result.passes <= 5, "\(right.result.passes) passes")
  }

  @Test func `a prompt longer than a pass is continued by the same text`() async throws {
    // The tiny model's context is as long as a pass, so the rest of it is little.
    let model = try LanguageModel.load(path: Fixtures.path("tiny-llama"), threads: 2)
    for count in [480, 500, 504, 511] {
      let prompt = (0..<count).map { Int32($0 * 7 % 300 + 3) }
      let plain = try await write(model, prompt)
      let guessed = try await write(model, prompt, guesses: [plain.result.tokens])
      expectSame(guessed, plain)
    }
  }

  @Test func `drawn texts ignore guesses`() async throws {
    let model = try LanguageModel.load(path: Fixtures.path("tiny-llama"), threads: 1)
    let drawing = try SamplingConfiguration(temperature: 1, seed: 3)
    let plain = try await write(model, [5, 9], maxTokens: 20, sampling: drawing)
    let guessed = try await write(
      model, [5, 9], maxTokens: 20, sampling: drawing, guesses: [plain.result.tokens])
    expectSame(guessed, plain)
    #expect(guessed.result.acceptedTokens == 0)
    // Of one candidate, drawing is greedy.
    let single = try SamplingConfiguration(temperature: 1, topK: 1, seed: 3)
    let greedy = try await write(model, [5, 9], maxTokens: 20, sampling: single)
    let sooner = try await write(
      model, [5, 9], maxTokens: 20, sampling: single, guesses: [greedy.result.tokens])
    expectSame(sooner, greedy)
    #expect(sooner.result.acceptedTokens > 0)
  }

  @Test(arguments: [-1, 320, Int32.max, Int32.min])
  func `a guess with an id that is no token is refused by its number`(id: Int32) async throws {
    let model = try LanguageModel.load(path: Fixtures.path("tiny-llama"), threads: 1)
    let error = await #expect(throws: ModelError.self) {
      _ = try await model.generate(prompt: [5], maxTokens: 3, guesses: [[7], [8, id]])
    }
    #expect(error?.message.contains("guess 1: token 1 has the id \(id)") == true)
  }

  // MARK: Several texts at once

  @Test(arguments: [1, 5, 40, 300])
  func `texts side by side are the same, each with guesses of its own`(count: Int) throws {
    let decoder = try Fixtures.decoder(folder: "tiny-llama", device: CPUDevice(threads: 2))
    let tokenizer = try TokenizerFixtures.tiny()
    var random = RandomSource(seed: UInt64(count))
    let questions = (0..<count).map { index in
      (0...index % 3).map { _ in Int32(3 + random.index(below: 317)) }
    }
    let tokens = count > 100 ? 10 : 40
    /// With a shared beginning, as strategies run it.
    func run(
      endTokens: Set<Int32>, guesses: [[[Int32]]]
    ) throws -> (texts: [GeneratedSequence], caches: [KVCache]) {
      let base = KVCache(decoder.configuration)
      try decoder.run([11, 12, 13], into: base, adapter: nil)
      let prompts = questions.map { Decoder.Continuation(cache: base.fork(), ids: $0) }
      let generator = BatchGenerator(
        decoder: decoder, tokenizer: tokenizer, adapter: nil,
        stop: StopRule(maxTokens: tokens, endTokens: endTokens), sampling: .greedy)
      return (try generator.run(prompts, guesses: guesses), prompts.map(\.cache))
    }
    let whole = try run(endTokens: [], guesses: []).texts
    // End tokens that some meet early, so that the texts differ in length.
    let ends = Set(whole.prefix(3).enumerated().map { $1.ids[min(tokens - 1, 4 * $0 + 2)] })
    let plain = try run(endTokens: ends, guesses: [])
    let guesses = plain.texts.enumerated().map { index, text -> [[Int32]] in
      switch index % 4 {
      case 0: [whole[index].ids]
      case 1: []
      case 2: [Self.damaged(text.ids, &random), Self.damaged(text.ids, &random)]
      default: [whole[(index + 1) % count].ids]
      }
    }
    let guessed = try run(endTokens: ends, guesses: guesses)
    #expect(guessed.texts.map(\.ids) == plain.texts.map(\.ids))
    #expect(guessed.texts.map(\.text) == plain.texts.map(\.text))
    #expect(guessed.texts.map(\.finishReason) == plain.texts.map(\.finishReason))
    #expect(
      zip(guessed.texts, plain.texts).allSatisfy { $0.passes + $0.acceptedTokens == $1.passes })
    // 300 texts side by side leave no room for drafts in a pass, and a single one may be short.
    if (2...255).contains(count) { #expect(guessed.texts.contains { $0.acceptedTokens > 0 }) }
    // What was drafted in vain is forgotten.
    #expect(guessed.caches.map(\.count) == plain.caches.map(\.count))
    for place in [0, count - 1] {
      let next = try [guessed, plain].map { run in
        try decoder.nextLogits([.init(cache: run.caches[place], ids: [9])], adapter: nil).toArray()
      }
      expectClose(next[0], next[1].map(Double.init), absolute: 1e-4)
    }
  }
}
