// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel
import HoneTensor

/// Trains an adapter or the model's own weights on data and keeps the result in a folder, so that a training which is interrupted in
/// any way goes on as if it had not been.
public struct FineTuning: Sendable {
  private let model: LanguageModel
  private let configuration: TrainingConfiguration
  private let data: TrainingData
  private let folder: TrainingFolder

  /// - Throws: ``TrainingError`` for settings out of their range, or patience without validation
  ///   samples.
  public init(
    model: LanguageModel, configuration: TrainingConfiguration, data: TrainingData,
    folder: TrainingFolder
  ) throws {
    try configuration.validate()
    if configuration.patience != nil, data.validation == nil {
      throw TrainingError(
        .invalid,
        "patience: there are no validation samples to watch; add valid.jsonl or set a validation "
          + "fraction")
    }
    self.model = model
    self.configuration = configuration
    self.data = data
    self.folder = folder
  }

  /// Begins the training, or goes on behind its newest checkpoint.
  ///
  /// - Parameter onEvent: Called for all that happens, on the model's thread.
  /// - Throws: ``TrainingError``, ``ModelError`` or ``FormatError``; `CancellationError` soon after
  ///   the task is cancelled, when what was trained has been saved.
  public func run(
    resuming: Bool, onEvent: @escaping @Sendable (TrainingEvent) -> Void
  ) async throws -> TrainingSummary {
    try await model.train(configuration, data, folder, resuming: resuming, onEvent: onEvent)
  }

  /// The same as a stream, which ends with ``TrainingEvent/finished(_:)`` and throws what `run` does.
  /// The work is cancelled when the reader goes away, and nobody waits for what it saves then.
  public func events(resuming: Bool) -> AsyncThrowingStream<TrainingEvent, any Error> {
    AsyncThrowingStream { continuation in
      let work = Task {
        do {
          _ = try await run(resuming: resuming) { continuation.yield($0) }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in work.cancel() }
    }
  }
}

extension LanguageModel {
  fileprivate func train(
    _ configuration: TrainingConfiguration, _ data: TrainingData, _ folder: TrainingFolder,
    resuming: Bool, onEvent: @Sendable (TrainingEvent) -> Void
  ) throws -> TrainingSummary {
    var loop = try TrainingLoop(
      decoder: decoder, configuration: configuration, data: data, folder: folder,
      writer: try TrainingResultWriter(configuration.method, modelPath: path))
    let identity = TrainingFolder.Identity(
      configuration: configuration, model: path,
      modelChecksum: String(weightsChecksum(), radix: 16),
      dataChecksum: String(data.checksum, radix: 16))
    if resuming {
      if let step = try folder.resume(identity) { try loop.resume(from: step) }
    } else {
      try folder.begin(identity)
    }
    return try loop.run(onEvent: onEvent)
  }
}

/// The steps of one training.
private struct TrainingLoop {
  private let base: Decoder
  private let configuration: TrainingConfiguration
  private let data: TrainingData
  private let folder: TrainingFolder
  private let writer: TrainingResultWriter
  private let model: TrainedModel
  /// The running mean over the steps, if one was asked for.
  private let average: TrainedModel?
  /// What had the lowest validation loss, if that is what will be kept.
  private let best: TrainedModel?
  private let trainer: Trainer
  private let recomputesActivations: Bool
  private var order: DataOrder
  private var progress = TrainingProgress()
  private var unwritten: [TrainingFolder.Metric] = []

  init(
    decoder: Decoder, configuration: TrainingConfiguration, data: TrainingData,
    folder: TrainingFolder, writer: TrainingResultWriter
  ) throws {
    base = decoder
    self.configuration = configuration
    self.data = data
    self.folder = folder
    self.writer = writer
    let setup = try TrainingSetup(configuration, data: data, decoder: decoder)
    model = setup.model
    trainer = setup.trainer
    recomputesActivations = setup.recomputesActivations
    order = setup.order
    average = trainer.average.map { TrainedModel($0, on: decoder) }
    best =
      configuration.patience == nil ? nil : TrainedModel(model.trained.zeros(), on: decoder)
  }

  /// What a checkpoint holds.
  private var state: [(name: String, tensor: Tensor)] {
    let best = best?.trained.parameters ?? []
    return trainer.state + best.enumerated().map { ("best.\($0)", $1) }
  }

  /// What is validated: the running mean where there is one.
  private var current: TrainedModel { average ?? model }

  mutating func resume(from step: Int) throws {
    progress = try folder.checkpoints.load(step, into: state)
    trainer.resume(stepsDone: step)
  }

  mutating func run(onEvent: (TrainingEvent) -> Void) throws -> TrainingSummary {
    // Without a checkpoint everything begins again.
    try folder.dropMetrics(after: progress.steps == 0 ? -1 : progress.steps)
    var lastLoss = try folder.metrics().last { $0.loss != nil }?.loss
    onEvent(
      .began(
        TrainingStart(
          trainableParameters: model.trained.parameterCount,
          modelParameters: base.configuration.parameterCount, samples: data.train.count,
          validationSamples: data.validation?.count ?? 0, stepsDone: progress.steps,
          steps: configuration.iters, recomputesActivations: recomputesActivations)))
    do {
      // What the model does before: an adapter's B is still zero.
      if progress.steps == 0 { try validate(onEvent) }
      while !progress.isFinished {
        if !progress.isUnsettled {
          lastLoss = try step(onEvent)
          progress.isUnsettled = true
        }
        let isLast = progress.steps == configuration.iters
        if isLast || progress.steps % configuration.stepsPerEval == 0 { try validate(onEvent) }
        let isWaiting = configuration.patience.map { progress.validationsSinceBest < $0 } ?? true
        progress.isFinished = isLast || !isWaiting
        progress.isUnsettled = false
        if progress.isFinished || progress.steps % configuration.saveEvery == 0 {
          try save(onEvent)
        }
      }
    } catch let error as CancellationError {
      // Nothing is lost that was trained.
      if progress.steps > 0 { try? save(onEvent) }
      throw error
    } catch let error as TrainingError {
      throw TrainingError(error.code, error.message + kept)
    } catch let error as FormatError {
      throw FormatError(error.code, error.message + kept)
    }
    let result = best ?? current
    let path = try writer.write(result.trained, into: folder)
    let testLoss = try data.test.map { try result.loss(of: $0) }
    let baseTestLoss = try data.test.map { try base.loss(of: $0, adapter: nil) }
    let summary = TrainingSummary(
      steps: progress.steps, trainedTokens: progress.trainedTokens, loss: lastLoss,
      bestValidationLoss: progress.bestLoss,
      bestStep: progress.bestLoss == nil ? nil : progress.bestStep, testLoss: testLoss,
      baseTestLoss: baseTestLoss, stoppedEarly: progress.steps < configuration.iters,
      path: path,
      checksum: String(result.checksum, radix: 16))
    onEvent(.finished(summary))
    return summary
  }

  /// What a failed training leaves, for its message.
  private var kept: String {
    guard let step = folder.checkpoints.steps().last else {
      return "\nno checkpoint was saved before"
    }
    return "\nkept: the checkpoint of step \(step) in \(folder.checkpoints.folder)"
  }

  /// - Returns: The batch's loss before the step.
  private mutating func step(_ onEvent: (TrainingEvent) -> Void) throws -> Double {
    let batch = order.batch(at: progress.steps)
    let clock = ContinuousClock()
    let start = clock.now
    let step = try trainer.step(batch.samples.map { data.train[$0] })
    let duration = clock.now - start
    progress.steps += 1
    progress.trainedTokens += step.tokens
    unwritten.append(
      .init(
        step: progress.steps, loss: step.loss, learningRate: step.learningRate,
        gradientNorm: step.gradientNorm, tokens: step.tokens,
        trainedTokens: progress.trainedTokens, seconds: duration.inSeconds))
    // Few enough lines to write each second or so.
    if unwritten.count >= 10 || duration > .milliseconds(100) { try writeMetrics() }
    onEvent(.step(step, trainedTokens: progress.trainedTokens, duration: duration))
    return step.loss
  }

  private mutating func writeMetrics() throws {
    try folder.append(unwritten)
    unwritten = []
  }

  private mutating func validate(_ onEvent: (TrainingEvent) -> Void) throws {
    guard let samples = data.validation else { return }
    let loss = try current.loss(of: samples)
    let isBest = progress.bestLoss.map { loss < $0 } ?? true
    if isBest {
      (progress.bestLoss, progress.bestStep, progress.validationsSinceBest) =
        (loss, progress.steps, 0)
      best?.trained.copy(from: current.trained)
    } else {
      progress.validationsSinceBest += 1
    }
    unwritten.append(.init(step: progress.steps, validationLoss: loss))
    try writeMetrics()
    onEvent(.validated(step: progress.steps, loss: loss, isBest: isBest))
  }

  private mutating func save(_ onEvent: (TrainingEvent) -> Void) throws {
    try writeMetrics()
    try folder.checkpoints.save(
      progress, state: state, keeping: configuration.keptCheckpoints)
    onEvent(.saved(step: progress.steps))
  }
}

extension TrainingData {
  /// A hash over all samples and what of them carries loss.
  fileprivate var checksum: UInt64 {
    var checksum = Checksum()
    for part in [train, validation, test] {
      for sample in part ?? SampleSet() {
        checksum.combine(UInt64(sample.ids.count))
        for (id, isTarget) in zip(sample.ids, sample.isTarget) {
          checksum.combine(UInt64(UInt32(bitPattern: id)) << 1 | (isTarget ? 1 : 0))
        }
      }
      checksum.combine(.max)
    }
    return checksum.value
  }
}
