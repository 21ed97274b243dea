// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneModel
import HoneTensor

/// Writes statements with a model on this machine.
///
/// The worked examples are either shown before each statement, their part of the context run once,
/// or have been taught to an adapter (``PromptAdapter``) and are not shown.
public struct ModelWriter: StatementWriter {
  public let name: String
  private let model: LanguageModel
  private let adapter: LoRAAdapter?

  /// - Parameter adapter: What was taught the worked examples; nil to show them.
  public init(model: LanguageModel, name: String, adapter: LoRAAdapter?) {
    self.model = model
    self.name = name
    self.adapter = adapter
  }

  public func write(
    _ requests: [AugmentationRequest], prompt: AugmentationPrompt, context: String?,
    configuration: AugmentationConfiguration,
    onDrafts: @escaping @Sendable ([(place: Int, draft: AugmentationDraft)]) throws -> Void
  ) async throws {
    try await model.write(
      requests, prompt: prompt, context: context, adapter: adapter, configuration: configuration,
      onDrafts: onDrafts)
  }
}

extension LanguageModel {
  fileprivate func write(
    _ requests: [AugmentationRequest], prompt: AugmentationPrompt, context: String?,
    adapter: LoRAAdapter?, configuration: AugmentationConfiguration,
    onDrafts: ([(place: Int, draft: AugmentationDraft)]) throws -> Void
  ) throws {
    let task = prompt.task(tokenizer: tokenizer)
    let opening =
      tokenizer.prefixTokenIDs
      + (context.map {
        tokenizer.encode($0 + "\n\n", addSpecialTokens: false, parseSpecialTokens: false)
      } ?? [])
    // The beginning token stands before the corpus already.
    let instruction = adapter == nil ? task.demonstrationPrefix : task.opening
    let prefix = opening + instruction.dropFirst(tokenizer.prefixTokenIDs.count)
    let questions = requests.map { task.question($0.input) }
    let problems = questions.enumerated().map { index, question in
      TaskPrompt.problem(
        of: question, at: index, after: prefix, maxAnswerTokens: configuration.maxTokens,
        contextLength: contextLength)
    }
    let asked = questions.indices.filter { problems[$0] == nil }
    // One text that is too long is left out; a prompt that leaves no room for any is an error.
    if let problem = problems.lazy.compactMap({ $0 }).first(where: {
      $0.code != .tooLong || asked.isEmpty
    }) {
      throw problem
    }
    let long = questions.indices.filter { problems[$0] != nil }
    if !long.isEmpty { try onDrafts(long.map { (place: $0, draft: .tooLong) }) }
    let base = KVCache(self.configuration)
    if !prefix.isEmpty { try decoder.run(prefix, into: base, adapter: adapter) }
    let batchSize = QueryAnswerer.batchSize
    for start in stride(from: 0, to: asked.count, by: batchSize) {
      try Task.checkCancellation()
      let places = Array(asked[start..<min(start + batchSize, asked.count)])
      let texts = try texts(places, requests, questions, base, adapter, configuration, prompt)
      let drafts = try judged(
        texts, places.map { questions[$0] }, prompt.refusal, task, base, adapter)
      try onDrafts(Array(zip(places, drafts)))
    }
  }

  /// Greedy texts of first samples, drawn ones of the others.
  private func texts(
    _ places: [Int], _ requests: [AugmentationRequest], _ questions: [[Int32]],
    _ base: KVCache, _ adapter: LoRAAdapter?, _ configuration: AugmentationConfiguration,
    _ prompt: AugmentationPrompt
  ) throws -> [String] {
    var texts = Array(repeating: "", count: places.count)
    for sample in Set(places.map { requests[$0].sample }).sorted() {
      let rows = places.indices.filter { requests[places[$0]].sample == sample }
      let generator = BatchGenerator(
        decoder: decoder, tokenizer: tokenizer, adapter: adapter,
        stop: StopRule(
          maxTokens: configuration.maxTokens, stopStrings: ["\n"],
          endTokens: tokenizer.eosTokenIDs),
        sampling: sample == 0
          ? .greedy
          : try SamplingConfiguration(
            temperature: configuration.temperature, seed: configuration.seed))
      let sequences = try generator.run(
        rows.map { row in
          .init(
            cache: base.count > 0 ? base.fork() : KVCache(self.configuration),
            ids: questions[places[row]])
        },
        // The same whichever texts are still to be written.
        draws: rows.map { "\(prompt.name) \(requests[places[$0]].input) \(sample)" })
      for (row, sequence) in zip(rows, sequences) {
        texts[row] = sequence.text.trimmingWhitespace()
      }
    }
    return texts
  }

  /// The texts with how likely they and what denies them are.
  ///
  /// - Parameter refusal: What the model says where there is nothing to say; nil if it was never shown.
  private func judged(
    _ texts: [String], _ questions: [[Int32]], _ refusal: String?, _ task: TaskPrompt,
    _ base: KVCache, _ adapter: LoRAAdapter?
  ) throws -> [AugmentationDraft] {
    let denials = texts.map { text in
      ([Negation.of(text), refusal] as [String?]).compactMap { $0 }.filter { $0 != text }
    }
    let rows = texts.indices.filter { !texts[$0].isEmpty }
    let sums = try decoder.logLikelihoods(
      of: rows.map { row in
        .init(
          prompt: questions[row],
          options: ([texts[row]] + denials[row]).map(task.answer))
      }, behind: base.count > 0 ? base : nil, adapter: adapter)
    var drafts = texts.map {
      AugmentationDraft(text: $0, logLikelihood: nil, negationLogLikelihood: nil)
    }
    for (row, sums) in zip(rows, sums) {
      drafts[row] = AugmentationDraft(
        text: texts[row], logLikelihood: sums[0],
        negationLogLikelihood: sums.dropFirst().max())
    }
    return drafts
  }
}
