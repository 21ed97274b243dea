// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTesting
import HoneTraining
import Testing

/// DoRA, rank-stabilised LoRA, full fine-tuning, Muon, dropout and recomputation, against PyTorch
/// and PEFT (Tools/goldens/tiny_methods.py) and against finite differences.
@Suite struct MethodTests {
  private let decoder: Decoder
  private let golden: Golden

  init() throws {
    decoder = try Fixtures.decoder(folder: "tiny-llama", device: CPUDevice(threads: 2))
    golden = try Golden("tiny-llama-methods/golden.safetensors")
  }

  /// The two sequences that all goldens are of.
  private func samples() throws -> [TrainingSample] {
    let golden = try Golden("tiny-llama/golden.safetensors")
    return try (0..<2).map { index in
      var sample = TrainingSample()
      for (id, isTarget) in zip(
        try golden.ids("ids.\(index)"), try golden.flags("mask.\(index)"))
      {
        sample.append([id], isTarget: isTarget)
      }
      return sample
    }
  }

  private func batch(_ samples: [TrainingSample]) -> PackedBatch {
    var batch = PackedBatch()
    for sample in samples { batch.append(sample.ids, isTarget: sample.isTarget) }
    return batch
  }

  private func adapter(_ method: String) throws -> LoRAAdapter {
    // The factor alpha / √rank of rank 4 is that of twice the alpha over the rank.
    let configuration = try LoRAConfiguration(loraRank: 4, loraAlpha: method == "rslora" ? 16 : 8)
    var adapter = LoRAAdapter(configuration: configuration, model: decoder.configuration)
    if method == "dora" { adapter = decoder.addingMagnitudes(to: adapter) }
    try golden.fill(adapter, layers: 0..<2, prefix: method + ".")
    return adapter
  }

  private func expectGolden(
    _ method: String, _ trained: Trainables, on decoder: Decoder,
    options: TrainerOptions = TrainerOptions()
  ) throws {
    let trainer = Trainer(
      decoder: decoder, training: trained,
      schedule: try LearningRateSchedule(peak: 1e-2, warmupSteps: 3, totalSteps: 10),
      options: options)
    let samples = try samples()
    let steps = try (0..<10).map { _ in try trainer.step(samples) }
    expectClose(
      steps.map { Float($0.loss) }, try golden.doubles("\(method).losses"), relative: 1e-4,
      "\(method): losses")
    expectClose(
      steps.map { Float($0.gradientNorm) }, try golden.doubles("\(method).gradnorms"),
      relative: 1e-3, "\(method): norms")
  }

  private func expectGradient(_ found: Tensor, _ wanted: [Float], _ name: String) {
    let wanted = wanted.map(Double.init)
    let scale = wanted.map(abs).max() ?? 0
    expectClose(found.toArray(), wanted, absolute: 1e-4 * scale, relative: 1e-4, "\(name)")
  }

  // MARK: Against PyTorch

  @Test(arguments: ["rslora", "dora"])
  func `ten steps of an adapter have the losses of PEFT's`(method: String) throws {
    try expectGolden(method, Trainables(adapter: try adapter(method)), on: decoder)
  }

  @Test(arguments: [TrainerOptions.Optimizer.adamw, .muon])
  func `ten steps of full fine-tuning have the losses of PyTorch's`(
    optimizer: TrainerOptions.Optimizer
  ) throws {
    let weights = decoder.copies(of: decoder.places)
    let before = decoder.weights.checksum
    var options = TrainerOptions()
    options.optimizer = optimizer
    try expectGolden(
      optimizer == .muon ? "muon" : "full", Trainables(weights: weights),
      on: decoder.with(weights), options: options)
    #expect(decoder.weights.checksum == before, "the model's own weights are never written")
  }

  private func vocabularyAdapter() throws -> LoRAAdapter {
    let adapter = LoRAAdapter(
      configuration: try LoRAConfiguration(
        loraRank: 4, loraAlpha: 8, targetModules: [.query],
        vocabularyModules: VocabularyModule.allCases),
      model: decoder.configuration)
    try golden.fill(adapter, layers: 0..<2, prefix: "vocabulary.")
    try golden.fillVocabulary(adapter, prefix: "vocabulary.")
    return adapter
  }

  @Test func `LoRA on embeddings and head has the losses and gradients of PEFT's`() throws {
    let adapter = try vocabularyAdapter()
    let gradients = adapter.zeros()
    let batch = batch(try samples())
    _ = try decoder.logLikelihoodsAndGradients(
      batch, adapter: adapter, gradients: gradients, weight: 1 / Float(batch.targets.count))
    let wanted = adapter.zeros()
    try golden.fillVocabulary(wanted, prefix: "vocabulary.grad.")
    for module in VocabularyModule.allCases {
      let (found, wanted) = (gradients.vocabulary[module], wanted.vocabulary[module])
      for (a, b, name) in [(found?.a, wanted?.a, "A"), (found?.b, wanted?.b, "B")] {
        expectGradient(try #require(a), try #require(b).toArray(), "\(module.rawValue) \(name)")
      }
    }
    try expectGolden("vocabulary", Trainables(adapter: adapter), on: decoder)
  }

  @Test func `an adapter of embeddings and head is saved, loaded and merged`() async throws {
    let adapter = try vocabularyAdapter()
    let folder = try TemporaryFolder()
    try adapter.save(path: folder.path + "/adapter")
    let loaded = try LoRAAdapter.load(
      path: folder.path + "/adapter", model: decoder.configuration)
    let ids = try samples()[0].ids
    let logits = try decoder.allLogits(ids, adapter: adapter).toArray()
    expectEqualBits(try decoder.allLogits(ids, adapter: loaded).toArray(), logits)
    #expect(loaded.configuration == adapter.configuration)
    // One table cannot take both.
    let fusion = ModelFusion(
      modelPath: Fixtures.path("tiny-llama"), adapterPath: folder.path + "/adapter",
      savePath: folder.path + "/merged", threads: 1)
    let error = await #expect(throws: ModelError.self) { try await fusion.run() }
    #expect(error?.message.contains("one table") == true)
  }

  @Test(arguments: Kernels.available)
  func `the gradients of DoRA equal PEFT's`(kernels: Kernels) throws {
    let decoder = try Fixtures.decoder(
      folder: "tiny-llama", device: CPUDevice(kernels: kernels, threads: 2))
    let adapter = try adapter("dora")
    let gradients = adapter.zeros()
    let batch = batch(try samples())
    _ = try decoder.logLikelihoodsAndGradients(
      batch, adapter: adapter, gradients: gradients, weight: 1 / Float(batch.targets.count))
    let wanted = adapter.zeros()
    try golden.fill(wanted, layers: 0..<1, prefix: "dora.grad.")
    for module in TargetModule.allCases {
      let (found, wanted) = (gradients.linear(0, module), wanted.linear(0, module))
      for (a, b, name) in [
        (found?.a, wanted?.a, "A"), (found?.b, wanted?.b, "B"),
        (found?.magnitude, wanted?.magnitude, "magnitude"),
      ] {
        expectGradient(
          try #require(a), try #require(b).toArray(), "\(Golden.name(0, module)) \(name)")
      }
    }
  }

  @Test func `the gradients of every weight equal PyTorch's`() throws {
    let weights = decoder.copies(of: decoder.places)
    let gradients = weights.zeros()
    let batch = batch(try samples())
    _ = try decoder.with(weights).logLikelihoodsAndGradients(
      batch, adapter: nil, gradients: DecoderGradients(weights: gradients),
      weight: 1 / Float(batch.targets.count))
    var compared = 0
    for place in gradients.places where golden.names.contains("full.grad.\(place.name)") {
      expectGradient(
        try #require(gradients[place]), try golden.floats("full.grad.\(place.name)"), place.name)
      compared += 1
    }
    #expect(compared == 11, "one layer's nine, the embeddings and the last norm")
  }

  // MARK: Against finite differences

  /// The loss of a batch whose gradient is `direction`, moved along it, gives its length back.
  private func expectSlope(
    _ parameters: [Tensor], _ gradients: [Tensor], tolerance: Double = 1e-2,
    loss: () throws -> Double
  ) throws {
    let start = parameters.map { $0.toArray() }
    let gradient = gradients.map { $0.toArray() }
    let norm = gradient.joined().reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    func moved(by distance: Double) throws -> Double {
      for (index, parameter) in parameters.enumerated() {
        parameter.copy(
          from: zip(start[index], gradient[index]).map {
            Float(Double($0) + distance * Double($1) / norm)
          })
      }
      return try loss()
    }
    let step = 2e-3
    let slope = try (moved(by: step) - moved(by: -step)) / (2 * step)
    #expect(norm > 0)
    #expect(abs(slope - norm) < tolerance * norm, "slope \(slope), norm \(norm)")
  }

  /// Tokens that every tiny model knows.
  private func someSamples() -> [TrainingSample] {
    var random = RandomSource(seed: 3)
    return [14, 9].map { length in
      var sample = TrainingSample()
      sample.append([5], isTarget: false)
      sample.append((1..<length).map { _ in Int32(random.index(below: 60)) }, isTarget: true)
      return sample
    }
  }

  @Test(arguments: ["tiny-llama3"] + Fixtures.families)
  func `the gradient of each kind of weight is that of the loss`(folder: String) throws {
    let base = try Fixtures.decoder(folder: folder, device: CPUDevice(threads: 2))
    let samples = someSamples()
    let batch = batch(samples)
    let kinds = Dictionary(grouping: base.places) { place in
      place.name.replacing(/layers\.\d+/, with: "layers")
    }
    for (kind, places) in kinds {
      let weights = base.copies(of: places)
      let decoder = base.with(weights)
      let gradients = weights.zeros()
      _ = try decoder.logLikelihoodsAndGradients(
        batch, adapter: nil, gradients: DecoderGradients(weights: gradients), weight: 1)
      do {
        try expectSlope(weights.parameters, gradients.parameters) {
          try decoder.loss(of: samples, adapter: nil) * Double(batch.targets.count)
        }
      } catch { Issue.record("\(kind): \(error)") }
    }
  }

  @Test(arguments: ["lora", "dora"])
  func `with dropout the gradient is that of the loss with the same elements dropped`(
    method: String
  ) throws {
    let adapter = try adapter(method == "lora" ? "rslora" : method)
    let gradients = adapter.zeros()
    let batch = batch(try samples())
    let options = Decoder.PassOptions(dropout: Dropout(rate: 0.3, seed: 9))
    func pass(_ gradients: LoRAAdapter) throws -> Double {
      try decoder.logLikelihoodsAndGradients(
        batch, adapter: adapter, gradients: DecoderGradients(adapter: gradients), weight: 1,
        options: options
      ).reduce(0) { $0 - Double($1) }
    }
    _ = try pass(gradients)
    // The norms of DoRA count as constants, so only the magnitudes' slope is exact there.
    let indices = adapter.parameters.indices.filter {
      method == "lora" || adapter.parameters[$0].rows == 1
    }
    try expectSlope(
      indices.map { adapter.parameters[$0] }, indices.map { gradients.parameters[$0] }
    ) {
      decoder.adapterDidChange()
      return try pass(adapter.zeros())
    }
  }

  // MARK: Recomputation, threads, parts

  @Test(arguments: ["lora", "dora", "dropout", "full"], [1, 3])
  func `recomputed activations and other threads give the same bits`(
    method: String, threads: Int
  ) throws {
    func run(threads: Int, recomputes: Bool) throws -> [Float] {
      let base = try Fixtures.decoder(folder: "tiny-llama", device: CPUDevice(threads: threads))
      let weights = method == "full" ? base.copies(of: base.places) : nil
      let trained = Trainables(
        adapter: method == "full" ? nil : try adapter(method == "dora" ? "dora" : "rslora"),
        weights: weights)
      var options = TrainerOptions()
      options.recomputesActivations = recomputes
      options.loraDropout = method == "dropout" ? 0.2 : 0
      options.emaDecay = 0.9
      let trainer = Trainer(
        decoder: weights.map(base.with) ?? base, training: trained,
        schedule: try LearningRateSchedule(peak: 1e-2, warmupSteps: 1, totalSteps: 4),
        options: options)
      let samples = try samples()
      for _ in 0..<3 { _ = try trainer.step(samples) }
      return (trained.parameters + (trainer.average?.parameters ?? [])).flatMap { $0.toArray() }
    }
    expectEqualBits(
      try run(threads: threads, recomputes: true), try run(threads: 2, recomputes: false))
  }

  @Test func `dropout leaves out its part and keeps the mean`() throws {
    let device = decoder.device
    let (x, out) = (Tensor(rows: 200, columns: 101), Tensor(rows: 200, columns: 101))
    x.fill(1)
    let dropout = Dropout(rate: 0.25, seed: 4)
    device.dropout(into: out, x, dropout)
    let values = out.toArray()
    let dropped = Double(values.count { $0 == 0 }) / Double(values.count)
    // Four standard errors of 20,200 draws.
    #expect(abs(dropped - 0.25) < 4 * (0.25 * 0.75 / 20_200).squareRoot())
    #expect(values.allSatisfy { $0 == 0 || abs($0 - 4 / 3) < 1e-6 })
    let again = Tensor(rows: 200, columns: 101)
    device.dropout(into: again, x, dropout)
    expectEqualBits(again.toArray(), values)
    device.dropout(into: again, x, dropout.derived(1))
    #expect(again.toArray() != values)
  }

  @Test func `a fresh DoRA changes nothing, a trained one does`() throws {
    let ids = try samples()[0].ids
    let base = try decoder.allLogits(ids, adapter: nil).toArray().map(Double.init)
    var random = RandomSource(seed: 1)
    let fresh = decoder.addingMagnitudes(
      to: LoRAAdapter(
        configuration: try LoRAConfiguration(loraRank: 4, loraAlpha: 8),
        model: decoder.configuration, random: &random))
    expectClose(
      try decoder.allLogits(ids, adapter: fresh).toArray(), base, absolute: 1e-4, relative: 1e-4)
    let trained = try adapter("dora")
    let logits = try decoder.allLogits(ids, adapter: trained).toArray()
    #expect(zip(logits, base).contains { abs(Double($0) - $1) > 0.05 })
  }
}
