// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel
import HoneTesting
import Testing

/// The real model against transformers; Tests/Fixtures/smollm2/scores.json names its SHA-256.
@Suite(
  .serialized,
  .enabled(
    if: TokenizerFixtures.smolLM2 != nil,
    "needs the SmolLM2-135M-Instruct GGUF: hone models pull smollm2-135m, or HONE_TEST_MODEL"))
struct SmolLM2Tests {
  private let model: LanguageModel
  private let expected: JSONValue

  init() throws {
    // The reference computes in float32.
    model = try LanguageModel.load(
      path: try #require(TokenizerFixtures.smolLM2), compute: .float32)
    let path = Fixtures.path("smollm2/scores.json")
    expected = try JSONParser.parse(try FileSystem.contents(path), file: path)
  }

  private func ids(_ value: JSONValue?) throws -> [Int32] {
    try #require(value?.arrayValue).map { Int32(try #require($0.intValue)) }
  }

  @Test func `a text has the reference's ids and likelihoods`() async throws {
    let ids = try ids(expected["ids"])
    #expect(ids.count == 207)
    let text = try #require(expected["text"]?.stringValue)
    #expect(model.tokenizer.encode(text, addSpecialTokens: false) == ids)
    #expect(model.tokenizer.decode(ids) == text)
    let likelihoods = try #require(expected["logLikelihoods"]?.arrayValue)
      .map { try #require($0.doubleValue) }
    expectClose(
      try await model.score(prompt: [], completion: ids), likelihoods, absolute: 1e-3, relative: 0)
  }

  @Test func `a prompt is continued greedily as by the reference`() async throws {
    let greedy = try #require(expected["greedy"])
    let prompt = try ids(greedy["promptIds"])
    let text = try #require(greedy["prompt"]?.stringValue)
    #expect(model.tokenizer.encode(text, addSpecialTokens: false) == prompt)
    let before = await model.weightsChecksum()
    let result = try await model.generate(prompt: prompt, maxTokens: 16)
    #expect(result.tokens == (try ids(greedy["ids"])))
    #expect(result.text == greedy["text"]?.stringValue)
    #expect(await model.weightsChecksum() == before)
  }

  @Test(arguments: [ComputeMode.float32, .int8])
  func `a guess changes nothing but the passes`(compute: ComputeMode) async throws {
    let model = try LanguageModel.load(
      path: try #require(TokenizerFixtures.smolLM2), compute: compute)
    let prompt = model.tokenizer.encode("Once upon a time")
    let plain = try await model.generate(prompt: prompt, maxTokens: 60)
    try #require(plain.passes == 60 && plain.tokens.count == 60)
    var partly = plain.tokens
    partly[20] = 5
    partly.removeSubrange(40..<43)
    for guess in [plain.tokens, partly, Array(plain.tokens[30...])] {
      let guessed = try await model.generate(prompt: prompt, maxTokens: 60, guesses: [guess])
      #expect(guessed.tokens == plain.tokens && guessed.text == plain.text)
      #expect(guessed.passes + guessed.acceptedTokens == 60)
      #expect(guessed.acceptedTokens > 20)
    }
  }

  @Test func `quantised products keep the perplexity within a hundredth`() async throws {
    let quantized = try LanguageModel.load(
      path: try #require(TokenizerFixtures.smolLM2), compute: .int8)
    let ids = try ids(expected["ids"])
    func mean(_ model: LanguageModel) async throws -> Double {
      let likelihoods = try await model.score(prompt: [], completion: ids)
      return likelihoods.reduce(0) { $0 + Double($1) } / Double(likelihoods.count)
    }
    let difference = try await mean(quantized) - (try await mean(model))
    // exp of the difference of means is the perplexities' ratio.
    #expect(abs(difference) < 0.01)
  }
}
