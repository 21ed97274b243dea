// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// A loaded model with its tokenizer: generates, scores, and is what adapters are trained on.
///
/// Work enters through this actor and is exclusive. The weights are only read; an adapter is an
/// argument, so dropping it leaves the model as it was.
public actor LanguageModel {
  public nonisolated let configuration: ModelConfiguration
  public nonisolated let tokenizer: Tokenizer
  /// The template of the model's conversations; nil if the file has none.
  public nonisolated let chatTemplateSource: String?
  /// Where it was read from.
  public nonisolated let path: String
  /// How its weights are stored, such as `Q4_1`.
  public nonisolated let weightFormat: String
  /// How the products with its weights are computed; never ``ComputeMode/auto``.
  public nonisolated let compute: ComputeMode
  private nonisolated let executor = ModelExecutor()
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }
  /// The engine itself; a call that uses it holds the actor until it returns.
  package let decoder: Decoder

  init(
    decoder: sending Decoder, tokenizer: Tokenizer, chatTemplateSource: String?, path: String,
    weightFormat: String, compute: ComputeMode
  ) {
    configuration = decoder.configuration
    self.decoder = decoder
    self.tokenizer = tokenizer
    self.chatTemplateSource = chatTemplateSource
    self.path = path
    self.weightFormat = weightFormat
    self.compute = compute
  }

  /// The longest sequence, in tokens.
  public nonisolated var contextLength: Int { configuration.maxPositionEmbeddings }

  /// A hash over every weight in memory, to show that nothing wrote to them.
  public func weightsChecksum() -> UInt64 { decoder.weights.checksum }

  /// Continues a prompt.
  ///
  /// - Parameters:
  ///   - prompt: Token ids; not empty.
  ///   - maxTokens: New tokens at most.
  ///   - stopStrings: The text ends before the first of these.
  ///   - guesses: What the model may write, the likeliest first. A greedy text is the same with and
  ///     without them, to the last bit of its logits, but takes fewer passes as far as a guess is
  ///     right, or stands somewhere in a guess; a wrong one costs little. Other sampling ignores
  ///     them.
  ///   - adapter: Used on top of the base weights.
  ///   - onText: Receives the text as it comes, never half a character.
  /// - Throws: ``ModelError`` if the prompt is empty, does not fit the context or holds an id
  ///   that is no token, or if the adapter belongs to another model; `CancellationError`.
  public func generate(
    prompt: [Int32], maxTokens: Int, sampling: SamplingConfiguration = .greedy,
    stopStrings: [String] = [], guesses: [[Int32]] = [], adapter: LoRAAdapter? = nil,
    onText: @Sendable (String) -> Void = { _ in }
  ) throws -> GenerationResult {
    guard !prompt.isEmpty else {
      throw ModelError(.invalid, "the prompt is empty: give at least one token")
    }
    try checkLength(prompt.count + 1, what: "the prompt")
    try check(prompt, what: "the prompt")
    for (index, guess) in guesses.enumerated() { try check(guess, what: "guess \(index)") }
    try adapter?.checkFit(configuration)
    let room = contextLength - prompt.count
    let clock = ContinuousClock()
    let start = clock.now
    var first: ContinuousClock.Instant?
    let generator = BatchGenerator(
      decoder: decoder, tokenizer: tokenizer, adapter: adapter,
      stop: StopRule(
        maxTokens: min(maxTokens, room), stopStrings: stopStrings,
        endTokens: tokenizer.eosTokenIDs),
      sampling: sampling, onToken: { if first == nil { first = clock.now } })
    let sequences = try generator.run(
      [.init(cache: KVCache(configuration), ids: prompt)], guesses: [guesses],
      onText: { onText($1) })
    let end = clock.now
    return GenerationResult(
      text: sequences[0].text, tokens: sequences[0].ids,
      finishReason: sequences[0].finishReason ?? .length, promptTokens: prompt.count,
      promptDuration: (first ?? end) - start, generationDuration: end - (first ?? end),
      acceptedTokens: sequences[0].acceptedTokens, passes: sequences[0].passes,
      promptPassTokens: sequences[0].promptPassTokens)
  }

  /// `log p` of each token of a completion, given the prompt and the tokens before it.
  ///
  /// - Parameters:
  ///   - prompt: May be empty; then the completion is scored from its second token.
  ///   - completion: Tokens to score.
  /// - Throws: ``ModelError`` if there is nothing to score or it does not fit the context.
  public func score(
    prompt: [Int32], completion: [Int32], adapter: LoRAAdapter? = nil
  ) throws -> [Float] {
    let ids = prompt + completion
    guard !completion.isEmpty, ids.count > 1 else {
      throw ModelError(
        .invalid, "nothing to score: the completion needs a token with at least one before it")
    }
    try checkLength(ids.count, what: "prompt and completion")
    try check(ids, what: "prompt and completion")
    try adapter?.checkFit(configuration)
    return try decoder.logLikelihoods(
      .init(cache: KVCache(configuration), ids: ids), from: max(1, prompt.count), adapter: adapter)
  }

  nonisolated func check(_ ids: [Int32], what: String) throws {
    let size = configuration.vocabSize
    guard let place = ids.firstIndex(where: { $0 < 0 || Int($0) >= size }) else { return }
    throw ModelError(
      .invalid, "\(what): token \(place) has the id \(ids[place]), expected 0 … \(size - 1)")
  }

  /// - Throws: ``ModelError`` (`tooLong`) if `tokens` exceed the context.
  package nonisolated func checkLength(_ tokens: Int, what: String) throws {
    guard tokens <= contextLength else {
      throw ModelError(
        .tooLong,
        "\(what): \(tokens) tokens, the model's context holds \(contextLength); shorten it or use "
          + "a model with a longer context")
    }
  }
}
