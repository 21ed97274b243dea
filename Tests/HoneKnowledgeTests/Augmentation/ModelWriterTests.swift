// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneModel
import HoneTensor
import HoneTesting
import Synchronization
import Testing

@testable import HoneKnowledge

@Suite struct ModelWriterTests {
  private let model: LanguageModel
  private let inputs = (0..<40).map { "\($0) oaks are \($0 % 2 == 0 ? "less" : "more") tall." }

  init() throws { model = try KnowledgeFixtures.tinyModel() }

  private func configuration(
    _ change: (inout AugmentationConfiguration) -> Void = { _ in }
  ) -> AugmentationConfiguration {
    var configuration = AugmentationConfiguration()
    configuration.maxTokens = 12
    change(&configuration)
    return configuration
  }

  private func drafts(
    _ requests: [AugmentationRequest], prompt: AugmentationPrompt = KnowledgeFixtures.turning,
    context: String? = nil, adapter: LoRAAdapter? = nil,
    configuration: AugmentationConfiguration? = nil
  ) async throws -> [AugmentationDraft] {
    let drafts = Mutex<[Int: AugmentationDraft]>([:])
    try await ModelWriter(model: model, name: "tiny", adapter: adapter).write(
      requests, prompt: prompt, context: context,
      configuration: configuration ?? self.configuration()
    ) { written in
      drafts.withLock { drafts in
        for (place, draft) in written {
          #expect(drafts.updateValue(draft, forKey: place) == nil)
        }
      }
    }
    let result = drafts.withLock { $0 }
    #expect(result.keys.sorted() == Array(requests.indices))
    return requests.indices.compactMap { result[$0] }
  }

  /// An adapter that does something.
  private func adapter(seed: UInt64 = 3, isZero: Bool = false) throws -> LoRAAdapter {
    var random = RandomSource(seed: seed)
    let adapter = LoRAAdapter(
      configuration: try LoRAConfiguration(loraRank: 4, loraAlpha: 32),
      model: model.configuration, random: &random)
    guard !isZero else { return adapter }
    for parameter in adapter.parameters {
      parameter.copy(from: (0..<parameter.count).map { _ in Float(random.uniform() - 0.5) })
    }
    return adapter
  }

  private func requests(_ inputs: some Sequence<String>, sample: Int = 0) -> [AugmentationRequest] {
    KnowledgeFixtures.requests(KnowledgeFixtures.turning, Array(inputs), sample: sample)
  }

  @Test(arguments: [false, true])
  func `a greedy text is the same alone and among many`(isTaught: Bool) async throws {
    let adapter = isTaught ? try adapter() : nil
    let together = try await drafts(requests(inputs), adapter: adapter)
    // Untaught, the tiny model says the same to everything.
    #expect(!isTaught || Set(together.map(\.text)).count > 8)
    for place in [0, 1, 31, 32, 39] {
      let alone = try await drafts(requests([inputs[place]]), adapter: adapter)
      #expect(alone[0].text == together[place].text)
      let (a, b) = (alone[0].logLikelihood, together[place].logLikelihood)
      #expect(abs(try #require(a) - #require(b)) < 1e-3)
    }
    let turned = try await drafts(requests(inputs.reversed()), adapter: adapter)
    #expect(turned.map(\.text).reversed() == together.map(\.text))
  }

  @Test func `texts come in batches, each once`() async throws {
    let batches = Mutex<[[Int]]>([])
    try await ModelWriter(model: model, name: "tiny", adapter: nil).write(
      requests(inputs), prompt: KnowledgeFixtures.turning, context: nil,
      configuration: configuration { $0.maxTokens = 2 }
    ) { written in batches.withLock { $0.append(written.map(\.place)) } }
    #expect(batches.withLock { $0 } == [Array(0..<32), Array(32..<40)])
  }

  @Test func `drawn texts depend on the seed and the sample, and come out again`() async throws {
    let configuration = configuration { $0.temperature = 2 }
    let few = Array(inputs.prefix(6))
    let greedy = try await drafts(requests(few), configuration: configuration)
    let drawn = try await drafts(requests(few, sample: 1), configuration: configuration)
    #expect(drawn.map(\.text) != greedy.map(\.text))
    #expect(try await drafts(requests(few, sample: 1), configuration: configuration) == drawn)
    let second = try await drafts(requests(few, sample: 2), configuration: configuration)
    #expect(second.map(\.text) != drawn.map(\.text))
    var other = configuration
    other.seed = 1
    let seeded = try await drafts(requests(few, sample: 1), configuration: other)
    #expect(seeded.map(\.text) != drawn.map(\.text))
    // Greedy ones do not depend on it, nor on drawn ones in their batch.
    let mixed = try await drafts(requests(few) + requests(few, sample: 1), configuration: other)
    #expect(mixed.prefix(6).map(\.text) == greedy.map(\.text))
  }

  @Test func `a drawn text is the same alone and among many`() async throws {
    let configuration = configuration { $0.temperature = 2 }
    let few = Array(inputs.prefix(4))
    let together = try await drafts(requests(few, sample: 1), configuration: configuration)
    let alone = try await drafts(requests([few[2]], sample: 1), configuration: configuration)
    #expect(alone[0].text == together[2].text)
  }

  @Test func `what the model was taught is not shown to it`() async throws {
    let few = requests(inputs.prefix(3))
    let bare = AugmentationPrompt(
      name: "turning", strategy: .local, instruction: KnowledgeFixtures.turning.instruction,
      examples: [])
    let shown = try await drafts(few)
    let zero = try await drafts(few, adapter: adapter(isZero: true))
    let unshown = try await drafts(few, prompt: bare)
    // An adapter that adds nothing leaves what it stands for: no worked example.
    #expect(zero == unshown && zero != shown)
    #expect(try await drafts(few, adapter: adapter()) != zero)
  }

  @Test func `the margin compares the text with what denies it, each behind its prompt`()
    async throws
  {
    let tokenizer = model.tokenizer
    for prompt in [KnowledgeFixtures.turning, KnowledgeFixtures.linking] {
      let requests = KnowledgeFixtures.requests(prompt, ["Jarns can bimp.", "All oaks are tall."])
      let task = prompt.task(tokenizer: tokenizer)
      for (request, draft) in zip(requests, try await drafts(requests, prompt: prompt)) {
        let question = tokenizer.encode(
          "\nQ: \(request.input)\nA:", addSpecialTokens: false, parseSpecialTokens: false,
          continuing: true)
        func sum(_ text: String) async throws -> Double {
          try await model.score(
            prompt: task.demonstrationPrefix + question, completion: task.answer(text)
          ).reduce(0) { $0 + Double($1) }
        }
        #expect(draft.text == draft.text.trimmingWhitespace() && !draft.text.contains("\n"))
        let likelihood = try #require(draft.logLikelihood)
        #expect(abs(likelihood - (try await sum(draft.text))) < 1e-3)
        var denials: [Double] = []
        for denial in [Negation.of(draft.text), prompt.refusal] {
          if let denial { denials.append(try await sum(denial)) }
        }
        if let most = denials.max() {
          #expect(abs(try #require(draft.negationLogLikelihood) - most) < 1e-3)
        } else {
          #expect(draft.negationLogLikelihood == nil)
        }
        #expect((prompt.refusal == nil) == (prompt.name == "turning"))
      }
    }
  }

  @Test func `a context stands before everything`() async throws {
    let few = requests(inputs.prefix(2))
    let without = try await drafts(few)
    let with = try await drafts(few, context: "Oaks and pines are trees.")
    #expect(with != without)
    let again = try await drafts(few, context: "Oaks and pines are trees.")
    #expect(with == again)
  }

  @Test func `a statement that does not fit the context is left out, the others are written`()
    async throws
  {
    let long = String(repeating: "Oaks are tall. ", count: 60)
    let few = ["Oaks are tall.", long, "Pines are old."]
    let mixed = try await drafts(requests(few))
    #expect(mixed.map(\.refused) == [nil, .tooLong, nil])
    #expect(try await drafts(requests([few[0], few[2]])) == [mixed[0], mixed[2]])
  }

  @Test func `a prompt that leaves no room for any statement is refused`() async throws {
    let long = String(repeating: "Oaks are tall. ", count: 60)
    let written = Mutex(0)
    let error = await #expect(throws: AdaptationError.self) {
      try await ModelWriter(model: model, name: "tiny", adapter: nil).write(
        requests(["Oaks are tall.", "Pines are old."]), prompt: KnowledgeFixtures.turning,
        context: long, configuration: configuration()
      ) { drafts in written.withLock { $0 += drafts.count } }
    }
    #expect(error?.code == .tooLong && written.withLock { $0 } == 0)
  }

  @Test func `cancelled it stops between batches`() async throws {
    let batches = Mutex(0)
    let work = Task {
      try await ModelWriter(model: model, name: "tiny", adapter: nil).write(
        requests(inputs), prompt: KnowledgeFixtures.turning, context: nil,
        configuration: configuration { $0.maxTokens = 2 }
      ) { _ in
        batches.withLock { $0 += 1 }
        withUnsafeCurrentTask { $0?.cancel() }
      }
    }
    await #expect(throws: CancellationError.self) { try await work.value }
    #expect(batches.withLock { $0 } == 1)
  }

  @Test func `interrupted between batches, an augmentation ends as an uninterrupted one`()
    async throws
  {
    let temporary = try TemporaryFolder()
    let documents = inputs.enumerated().map { Document(id: "\($0)", sentences: [$1]) }
    let library = PromptLibrary(prompts: [KnowledgeFixtures.turning])
    let usual = configuration {
      $0.strategies = [.local]
      $0.maxTokens = 6
      $0.temperature = 2
    }
    let writer = ModelWriter(model: model, name: "tiny", adapter: nil)
    @Sendable func run(_ name: String, samples: Int, breaking: Bool = false) async throws
      -> [AugmentedStatement]
    {
      var settings = usual
      settings.samples = samples
      let augmentation = try Augmentation(
        documents: documents, library: library, configuration: settings)
      return try await augmentation.run(
        with: writer, in: AugmentationFolder(path: "\(temporary.path)/\(name)")
      ) { event in
        if case .wrote = event, breaking { withUnsafeCurrentTask { $0?.cancel() } }
      }
    }
    for samples in [1, 2] {
      let whole = try await run("whole-\(samples)", samples: samples)
      let parts = "parts-\(samples)"
      let work = Task { try await run(parts, samples: samples, breaking: true) }
      await #expect(throws: CancellationError.self) { try await work.value }
      let resumed = try await run(parts, samples: samples)
      #expect(resumed.count == whole.count)
      #expect(resumed == whole)
    }
  }
}
