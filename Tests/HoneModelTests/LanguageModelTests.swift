// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel
import HoneTensor
import HoneTesting
import Testing

@Suite struct LanguageModelTests {
  private let model: LanguageModel

  init() throws {
    model = try LanguageModel.load(path: Fixtures.path("tiny-llama"), threads: 2)
  }

  private func generateError(
    _ prompt: [Int32], adapter: LoRAAdapter? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> ModelError {
    let error = await #expect(throws: ModelError.self, sourceLocation: sourceLocation) {
      _ = try await model.generate(prompt: prompt, maxTokens: 3, adapter: adapter)
    }
    return try #require(error, sourceLocation: sourceLocation)
  }

  private func scoreError(
    _ prompt: [Int32], _ completion: [Int32], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> ModelError {
    let error = await #expect(throws: ModelError.self, sourceLocation: sourceLocation) {
      _ = try await model.score(prompt: prompt, completion: completion)
    }
    return try #require(error, sourceLocation: sourceLocation)
  }

  // MARK: Generating

  @Test func `a folder and its GGUF file generate the same`() async throws {
    let gguf = try LanguageModel.load(
      path: Fixtures.path("tiny-llama-gguf/model-f32.gguf"), threads: 2)
    #expect(gguf.weightFormat == "F32" && model.weightFormat == "F32")
    let prompt = model.tokenizer.encode("The quick")
    #expect(gguf.tokenizer.encode("The quick") == prompt)
    let one = try await model.generate(prompt: prompt, maxTokens: 20)
    let other = try await gguf.generate(prompt: prompt, maxTokens: 20)
    #expect(one.tokens == other.tokens && one.text == other.text)
    #expect(one.tokens.count == one.generationTokens && one.generationTokens > 1)
  }

  @Test func `an empty prompt is refused`() async throws {
    #expect(try await generateError([]).code == .invalid)
  }

  @Test func `a prompt must leave room for a token`() async throws {
    let prompt = (0..<512).map { Int32($0 % 300 + 3) }
    let error = try await generateError(prompt)
    #expect(error.code == .tooLong)
    #expect(error.message.contains("513 tokens") && error.message.contains("holds 512"))
    let result = try await model.generate(prompt: Array(prompt.dropLast()), maxTokens: 50)
    #expect(result.tokens.count <= 1)
  }

  @Test(arguments: [-1, 320, Int32.max, Int32.min])
  func `ids that are no tokens are refused`(id: Int32) async throws {
    let error = try await generateError([4, id])
    #expect(error.code == .invalid)
    #expect(error.message.contains("token 1 has the id \(id), expected 0 … 319"))
    #expect(try await scoreError([4], [5, id]).message.contains("token 2 has the id \(id)"))
    #expect(try await scoreError([id], [5]).code == .invalid)
  }

  @Test func `an adapter of another model is refused`() async throws {
    let c = model.configuration
    func adapter(layers: Int, hidden: Int) throws -> LoRAAdapter {
      let other = try ModelConfiguration(
        modelType: "llama", vocabSize: 320, hiddenSize: hidden, intermediateSize: 176,
        numHiddenLayers: layers, numAttentionHeads: 4, numKeyValueHeads: 2, headDim: 16,
        maxPositionEmbeddings: 512, rmsNormEps: 1e-5, ropeTheta: 1e4, tieWordEmbeddings: true,
        source: "test")
      return LoRAAdapter(
        configuration: try LoRAConfiguration(loraRank: 2, loraAlpha: 2), model: other)
    }
    for wrong in [try adapter(layers: 1, hidden: 64), try adapter(layers: 2, hidden: 32)] {
      #expect(try await generateError([4], adapter: wrong).code == .invalid)
      await #expect(throws: ModelError.self) {
        try await model.score(prompt: [4], completion: [5], adapter: wrong)
      }
    }
    #expect(c.numHiddenLayers == 2)
    let right = try adapter(layers: 2, hidden: 64)
    let with = try await model.generate(prompt: [4], maxTokens: 5, adapter: right)
    #expect(try await model.generate(prompt: [4], maxTokens: 5).tokens == with.tokens)
  }

  @Test func `a cancelled generation throws`() async throws {
    let model = model
    let work = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await model.generate(prompt: [4, 5], maxTokens: 400)
    }
    await #expect(throws: CancellationError.self) { _ = try await work.value }
    #expect(try await model.generate(prompt: [4, 5], maxTokens: 2).promptTokens == 2)
  }

  // MARK: Scoring

  /// `log p` of each id but the first, from transformers' logits.
  private func golden(_ index: Int) throws -> (ids: [Int32], likelihoods: [Double]) {
    let golden = try Golden("tiny-llama/golden.safetensors")
    let ids = try golden.ids("ids.\(index)")
    let logits = try golden.doubles("logits.\(index)")
    return (
      ids,
      (1..<ids.count).map { place in
        let row = logits[(place - 1) * 320..<place * 320]
        return row[row.startIndex + Int(ids[place])] - Reference.logSumExp(row)
      }
    )
  }

  @Test(arguments: [0, 1])
  func `scores are those of transformers' logits`(index: Int) async throws {
    let (ids, expected) = try golden(index)
    // Without a prompt the first token has nothing before it.
    expectClose(
      try await model.score(prompt: [], completion: ids), expected, absolute: 2e-4)
    for cut in [1, 2, ids.count / 2, ids.count - 1] {
      expectClose(
        try await model.score(prompt: Array(ids[..<cut]), completion: Array(ids[cut...])),
        Array(expected[(cut - 1)...]), absolute: 2e-4, "cut at \(cut)")
    }
  }

  @Test func `a long text's scores do not depend on where it is cut`() async throws {
    let ids = (0..<512).map { Int32($0 * 7 % 317 + 3) }
    let whole = try await model.score(prompt: [], completion: ids)
    #expect(whole.count == 511)
    for cut in [1, 255, 256, 257, 258, 511] {
      expectClose(
        try await model.score(prompt: Array(ids[..<cut]), completion: Array(ids[cut...])),
        whole[(cut - 1)...].map(Double.init), absolute: 1e-5, "cut at \(cut)")
    }
  }

  @Test func `nothing to score and too much to score are refused`() async throws {
    #expect(try await scoreError([], []).code == .invalid)
    #expect(try await scoreError([4, 5], []).code == .invalid)
    #expect(try await scoreError([], [4]).code == .invalid)
    let long = [Int32](repeating: 4, count: 513)
    #expect(try await scoreError([], long).code == .tooLong)
    #expect(try await scoreError(long, [4]).code == .tooLong)
  }

  // MARK: Loading

  @Test(arguments: ["config.json", "tokenizer.json"])
  func `a folder without a file it needs is missing input`(name: String) throws {
    let folder = try TemporaryFolder()
    try ModelFolder.write(try ModelFolder.tensors(), to: folder)
    try folder.remove(name)
    let error = #expect(throws: ModelError.self) { try LanguageModel.load(path: folder.path) }
    #expect(error?.kind == .noInput)
    #expect(error?.message.contains("no \(name)") == true)
  }

  @Test func `a folder without weights is missing input`() throws {
    let folder = try TemporaryFolder()
    try ModelFolder.write(try ModelFolder.tensors(), to: folder)
    try folder.remove("model.safetensors")
    let error = #expect(throws: (any Error).self) { try LanguageModel.load(path: folder.path) }
    #expect((error as? any HoneFailure)?.kind == .noInput)
  }

  @Test func `a path where nothing stands is missing input`() {
    let error = #expect(throws: FormatError.self) { try LanguageModel.load(path: "/none/model") }
    #expect(error?.kind == .noInput)
  }

  @Test func `a tokenizer larger than the embedding table is refused`() throws {
    let folder = try TemporaryFolder()
    var tensors = try ModelFolder.tensors()
    let name = "model.embed_tokens.weight"
    tensors[name] = ([319, 64], Array(try #require(tensors[name]).values.dropLast(64)))
    let config = ModelFolder.config.replacing("320", with: "319")
    try ModelFolder.write(tensors, config: config, to: folder)
    let error = #expect(throws: ModelError.self) { try LanguageModel.load(path: folder.path) }
    #expect(error?.code == .invalid)
    #expect(error?.message.contains("320 tokens, the model 319 embeddings") == true)
  }

  @Test func `more embeddings than tokens are fine, and no id beyond the table is drawn`()
    async throws
  {
    let folder = try TemporaryFolder()
    var tensors = try ModelFolder.tensors()
    let name = "model.embed_tokens.weight"
    let values = try #require(tensors[name]).values
    tensors[name] = ([384, 64], values + [Float](repeating: 0, count: 64 * 64))
    try ModelFolder.write(
      tensors, config: ModelFolder.config.replacing("320", with: "384"), to: folder)
    let padded = try LanguageModel.load(path: folder.path, threads: 1)
    let result = try await padded.generate(prompt: [5, 383], maxTokens: 5)
    #expect(result.promptTokens == 2)
  }

  @Test func `int8 is chosen for quantised weights on kernels that are fast at it`() {
    #expect(Kernels.available.last?.hasFastInt8 == false)
    for kernels in Kernels.available {
      // The x86 ones are measured: docs/performance.md.
      if kernels.name.hasPrefix("avx") { #expect(kernels.hasFastInt8) }
      let best: ComputeMode = kernels.hasFastInt8 ? .int8 : .float32
      #expect(ComputeMode.auto.resolved(isQuantized: true, kernels: kernels) == best)
      #expect(ComputeMode.auto.resolved(isQuantized: false, kernels: kernels) == .float32)
      for asked in [ComputeMode.float32, .int8] {
        for isQuantized in [true, false] {
          #expect(asked.resolved(isQuantized: isQuantized, kernels: kernels) == asked)
        }
      }
    }
  }

  @Test func `a model tells how it is computed`() throws {
    func compute(_ name: String, _ compute: ComputeMode = .auto) throws -> ComputeMode {
      try LanguageModel.load(path: Fixtures.path(name), threads: 1, compute: compute).compute
    }
    let best: ComputeMode = try Kernels.chosen().hasFastInt8 ? .int8 : .float32
    #expect(try compute("tiny-llama-gguf/model-q8_0.gguf") == best)
    #expect(try compute("tiny-llama-gguf/model-q8_0.gguf", .float32) == .float32)
    #expect(try compute("tiny-llama-gguf/model-f32.gguf") == .float32)
    #expect(try compute("tiny-llama") == .float32)
    #expect(try compute("tiny-llama", .int8) == .int8)
  }

  @Test(arguments: [0, -1, 1025, Int.max, Int.min])
  func `an impossible number of threads is refused`(threads: Int) {
    let error = #expect(throws: ModelError.self) {
      try LanguageModel.load(path: Fixtures.path("tiny-llama"), threads: threads)
    }
    #expect(error?.message.contains("\(threads) threads") == true)
  }
}
