// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneModel
import HoneTensor
import HoneTesting
import HoneTraining
import Testing

/// A training on a few rows with the tiny model: what it keeps, and how it goes on.
@Suite struct FineTuningTests {
  private let folder: TemporaryFolder
  private let data: String

  init() throws {
    folder = try TemporaryFolder()
    data = try folder.write(
      "train.jsonl",
      (0..<23).map { #"{"prompt": "\#($0) and", "completion": " \#($0 + 1), then \#($0 * 7)"}"# }
        .joined(separator: "\n"))
  }

  private func configuration(
    _ change: (inout TrainingConfiguration) -> Void = { _ in }
  ) throws -> TrainingConfiguration {
    var result = TrainingConfiguration(
      data: try DataConfiguration(
        path: data, samples: try SampleConfiguration(maxSeqLength: 64), validationFraction: 0.2))
    result.loraRank = 3
    result.iters = 12
    result.batchSize = 3
    result.learningRate = 1e-2
    result.stepsPerEval = 4
    result.saveEvery = 3
    change(&result)
    return result
  }

  private func training(
    _ name: String, _ configuration: TrainingConfiguration
  ) throws -> (FineTuning, TrainingFolder) {
    let model = try LanguageModel.load(
      path: Fixtures.path("tiny-llama"), threads: 2, compute: .float32)
    let place = TrainingFolder(path: "\(folder.path)/\(name)")
    let training = try FineTuning(
      model: model, configuration: configuration,
      data: try TrainingData.load(configuration.data, for: model), folder: place)
    return (training, place)
  }

  /// Runs a training to its end, or until it has done `steps` steps and is cancelled.
  private func run(
    _ name: String, _ configuration: TrainingConfiguration, resuming: Bool = false,
    until steps: Int? = nil
  ) async throws -> (events: [TrainingEvent], summary: TrainingSummary?) {
    let training = try training(name, configuration).0
    let work = Task { () -> [TrainingEvent] in
      var events: [TrainingEvent] = []
      for try await event in training.events(resuming: resuming) {
        events.append(event)
        if case .step(let step, _, _) = event, step.step + 1 == steps { break }
      }
      return events
    }
    let events = try await work.value
    let summaries = events.compactMap { event -> TrainingSummary? in
      if case .finished(let summary) = event { summary } else { nil }
    }
    return (events, summaries.first)
  }

  private func steps(_ events: [TrainingEvent]) -> [Double] {
    events.compactMap { if case .step(let step, _, _) = $0 { step.loss } else { nil } }
  }

  private func waitUntilStill(_ name: String) async throws {
    // The cancelled work writes its checkpoint after the stream has ended.
    var before: [String] = ["?"]
    while true {
      let now =
        (try? FileManager.default.subpathsOfDirectory(atPath: "\(folder.path)/\(name)")) ?? []
      if now.sorted() == before, !now.contains(where: { $0.hasSuffix(".tmp") }) { return }
      before = now.sorted()
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  @Test func `a training learns, and its folder holds what it did`() async throws {
    let configuration = try configuration()
    let (events, summary) = try await run("run", configuration)
    let losses = steps(events)
    #expect(losses.count == 12)
    #expect(losses.suffix(3).reduce(0, +) < losses.prefix(3).reduce(0, +))
    let validations = events.compactMap { event -> Int? in
      if case .validated(let step, _, _) = event { step } else { nil }
    }
    #expect(validations == [0, 4, 8, 12])
    let curve = try TrainingFolder(path: folder.path + "/run").lossCurve()
    #expect(curve.training.map(\.loss) == losses)
    #expect(curve.validation.map(\.step) == validations)
    #expect(summary?.bestValidationLoss == curve.validation.map(\.loss).min())
    // What was saved is the adapter that was trained.
    let model = try LanguageModel.load(
      path: Fixtures.path("tiny-llama"), threads: 2, compute: .float32)
    let adapter = try LoRAAdapter.load(
      path: folder.path + "/run", model: model.configuration)
    #expect(adapter.configuration.loraRank == 3)
    #expect(adapter.parameters.contains { $0.toArray().contains { $0 != 0 } })
    let checkpoints = try FileManager.default.contentsOfDirectory(
      atPath: folder.path + "/run/checkpoints")
    #expect(checkpoints.sorted() == ["step-12", "step-9"])
  }

  @Test(arguments: [1, 4, 7, 11])
  func `a training that is broken off and resumed is an uninterrupted one`(
    steps count: Int
  ) async throws {
    let configuration = try configuration {
      $0.emaDecay = 0.8
      $0.patience = 5
      $0.gradientAccumulationSteps = 2
    }
    let whole = try await run("whole", configuration)
    _ = try await run("broken", configuration, until: count)
    try await waitUntilStill("broken")
    let rest = try await run("broken", configuration, resuming: true)
    #expect(rest.summary?.checksum == whole.summary?.checksum)
    #expect(rest.summary?.bestValidationLoss == whole.summary?.bestValidationLoss)
    #expect(rest.summary != nil)
    for name in ["adapter_model.safetensors", "adapter_config.json"] {
      let files = ["whole", "broken"].map {
        FileManager.default.contents(atPath: "\(folder.path)/\($0)/\(name)")
      }
      #expect(files[0] == files[1] && files[0] != nil)
    }
    let curves = try ["whole", "broken"].map {
      try TrainingFolder(path: "\(folder.path)/\($0)").lossCurve()
    }
    #expect(curves[0] == curves[1])
  }

  @Test func `a resumed training goes on behind an older checkpoint if the newest is gone`()
    async throws
  {
    let configuration = try configuration()
    let whole = try await run("run", configuration)
    try FileManager.default.removeItem(atPath: folder.path + "/run/checkpoints/step-12")
    let rest = try await run("run", configuration, resuming: true)
    #expect(steps(rest.events).count == 3)
    #expect(rest.summary == whole.summary)
  }

  @Test func `a training resumes only as what it began as`() async throws {
    _ = try await run("run", configuration())
    let error = await #expect(throws: TrainingError.self) {
      _ = try await run(
        "run",
        configuration {
          $0.learningRate = 2e-2
          $0.seed = 1
        }, resuming: true)
    }
    #expect(error?.message.contains("learningRate: 0.01 then, 0.02 now") == true)
    #expect(error?.message.contains("seed: 0 then, 1 now") == true)
    let again = await #expect(throws: TrainingError.self) {
      _ = try await run("run", configuration())
    }
    #expect(again?.message.contains("--resume") == true)
    let nothing = await #expect(throws: TrainingError.self) {
      _ = try await run("elsewhere", configuration(), resuming: true)
    }
    #expect(nothing?.message.contains("no training to resume") == true)
  }

  @Test func `other data are noticed`() async throws {
    _ = try await run("run", configuration())
    try folder.write(
      "train.jsonl",
      #"{"prompt": "a", "completion": " b"}"# + "\n"
        + #"{"prompt": "c", "completion": " d"}"#)
    let error = await #expect(throws: TrainingError.self) {
      _ = try await run("run", configuration(), resuming: true)
    }
    #expect(error?.message.contains("the samples are others") == true)
  }

  @Test func `training stops when the validation loss no longer falls, and keeps the best`()
    async throws
  {
    let configuration = try configuration {
      // Far too fast, so that the loss soon rises.
      $0.learningRate = 0.5
      $0.schedule = .constant
      $0.iters = 60
      $0.stepsPerEval = 1
      $0.patience = 3
    }
    let (events, summary) = try await run("run", configuration)
    let losses = events.compactMap { event -> Double? in
      if case .validated(_, let loss, _) = event { loss } else { nil }
    }
    let best = try #require(losses.min())
    #expect(summary?.stoppedEarly == true)
    #expect(summary?.bestValidationLoss == best)
    #expect(losses.count == (losses.firstIndex(of: best) ?? 0) + 4)
  }

  @Test(arguments: ["", "{", "[1]", #"{"steps": 9}"#])
  func `a damaged checkpoint is named`(content: String) async throws {
    _ = try await run("run", configuration())
    try Data(content.utf8).write(
      to: URL(fileURLWithPath: folder.path + "/run/checkpoints/step-12/progress.json"))
    let error = await #expect(throws: (any Error).self) {
      _ = try await run("run", configuration(), resuming: true)
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("step-12"))
  }

  @Test func `settings out of their range are listed together`() throws {
    var wrong = try configuration()
    wrong.loraRank = 0
    wrong.iters = -1
    wrong.learningRate = .nan
    wrong.patience = 0
    let error = #expect(throws: TrainingError.self) { try wrong.validate() }
    for name in ["lora-rank", "iters", "learning-rate", "patience"] {
      #expect(error?.message.contains(name) == true)
    }
  }

  // MARK: Methods

  @Test(arguments: TrainingConfiguration.Method.allCases, [false, true])
  func `every method goes on as if it had not been broken off`(
    method: TrainingConfiguration.Method, isFancy: Bool
  ) async throws {
    let configuration = try configuration {
      $0.method = method
      $0.iters = 7
      if isFancy {
        $0.patience = 5
        $0.recomputesActivations = true
        if method == .full {
          ($0.emaDecay, $0.optimizerKind) = (0.8, .muon)
        } else {
          $0.loraDropout = 0.1
        }
      }
    }
    let whole = try await run("whole", configuration)
    _ = try await run("broken", configuration, until: 4)
    try await waitUntilStill("broken")
    let rest = try await run("broken", configuration, resuming: true)
    #expect(rest.summary?.checksum == whole.summary?.checksum && rest.summary != nil)
    let file = method == .full ? "model/model.safetensors" : "adapter_model.safetensors"
    let files = ["whole", "broken"].map {
      FileManager.default.contents(atPath: "\(folder.path)/\($0)/\(file)")
    }
    #expect(files[0] == files[1] && files[0] != nil)
    // A training that is over is not begun again, and leaves the same.
    let again = try await run("broken", configuration, resuming: true)
    #expect(again.summary?.checksum == whole.summary?.checksum)
  }

  @Test(arguments: [
    "tiny-llama", "tiny-llama-gguf/model-f32.gguf", "tiny-llama-gguf/model-q8_0.gguf",
  ])
  func `the model that full fine-tuning writes has the loss that was measured`(
    base: String
  ) async throws {
    let configuration = try configuration { $0.method = .full }
    let model = try LanguageModel.load(path: Fixtures.path(base), threads: 2)
    let before = await model.weightsChecksum()
    let data = try TrainingData.load(configuration.data, for: model)
    let summary = try await FineTuning(
      model: model, configuration: configuration, data: data,
      folder: TrainingFolder(path: folder.path + "/run")
    ).run(resuming: false) { _ in }
    #expect(await model.weightsChecksum() == before)
    #expect(summary.path == folder.path + (base == "tiny-llama" ? "/run/model" : "/run/model.gguf"))
    let trained = try LanguageModel.load(path: summary.path, threads: 2, compute: .float32)
    let loss = try await trained.loss(of: try #require(data.validation))
    let curve = try TrainingFolder(path: folder.path + "/run").lossCurve()
    let last = try #require(curve.validation.last?.loss)
    #expect(abs(loss - last) < 1e-5, "\(loss), measured \(last)")
    #expect(last < (try #require(curve.validation.first?.loss)) - 0.1)
  }

  @Test func `what is frozen stays as it was`() async throws {
    let configuration = try configuration {
      $0.method = .full
      $0.numLayers = 1
      $0.frozenParts = [.norm, .query]
      $0.iters = 3
    }
    _ = try await run("run", configuration)
    let base = try Fixtures.decoder(folder: "tiny-llama", device: CPUDevice(threads: 1))
    let model = try LanguageModel.load(
      path: folder.path + "/run/model", threads: 1, compute: .float32)
    let changed = await model.places(otherThanIn: base)
    #expect(
      changed == [
        "model.layers.1.self_attn.k_proj.weight", "model.layers.1.self_attn.v_proj.weight",
        "model.layers.1.self_attn.o_proj.weight", "model.layers.1.mlp.gate_proj.weight",
        "model.layers.1.mlp.up_proj.weight", "model.layers.1.mlp.down_proj.weight",
      ])
  }

  @Test func `what does not go together is refused`() throws {
    for (change, part) in [
      ({ $0.optimizerKind = .muon }, "optimizer muon"), ({ $0.frozenParts = [.norm] }, "freeze"),
      ({ $0.loraDropout = 1 }, "lora-dropout"),
    ] as [((inout TrainingConfiguration) -> Void, String)] {
      let configuration = try configuration(change)
      let error = #expect(throws: TrainingError.self) { try configuration.validate() }
      #expect(error?.message.contains(part) == true)
    }
  }

  @Test func `a plan says what the training then takes, and writes nothing`() async throws {
    for method in TrainingConfiguration.Method.allCases {
      let configuration = try configuration { $0.method = method }
      let model = try LanguageModel.load(
        path: Fixtures.path("tiny-llama"), threads: 2, compute: .float32)
      let data = try TrainingData.load(configuration.data, for: model)
      let before = await model.weightsChecksum()
      let plan = try await FineTuning.plan(
        model: model, configuration: configuration, data: data)
      #expect(await model.weightsChecksum() == before)
      #expect(folder.names == ["train.jsonl"])
      let events = try await run("run", configuration).events
      for case .began(let start) in events {
        #expect(plan.trainableParameters == start.trainableParameters)
        #expect(plan.steps == start.steps && plan.samples == start.samples)
      }
      let checkpoint = try FileManager.default.attributesOfItem(
        atPath: folder.path + "/run/checkpoints/step-12/state.safetensors")
      let bytes = try #require(checkpoint[.size] as? Int)
      // The header aside.
      #expect(plan.checkpointBytes < bytes && bytes < plan.checkpointBytes + 30_000)
      #expect(plan.measuredTokensPerSecond > 0 && plan.estimatedSeconds > 0)
      #expect(plan.memory.trained == 4 * plan.trainableParameters)
      #expect(plan.memory.activations > 0 && !plan.recomputesActivations)
      try FileManager.default.removeItem(atPath: folder.path + "/run")
    }
  }
}

extension LanguageModel {
  fileprivate func loss(of samples: SampleSet) throws -> Double {
    try decoder.loss(of: samples, adapter: nil)
  }

  /// The names of tensors that differ from another decoder's.
  fileprivate func places(otherThanIn base: Decoder) -> [String] {
    let (own, other) = (decoder.copies(of: decoder.places), base.copies(of: base.places))
    return own.places.filter { own[$0]?.toArray() != other[$0]?.toArray() }.map(\.name)
  }
}
