// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor

/// What a training will take, found out by doing a few of its steps and keeping nothing of them.
public struct TrainingPlan: Codable, Sendable, Hashable {
  public let trainableParameters: Int
  public let modelParameters: Int
  public let samples: Int
  public let steps: Int
  /// How often each sample is seen.
  public let epochs: Double
  /// Mean over the steps of the training.
  public let tokensPerStep: Double
  /// Whether activations are computed again in the backward pass.
  public let recomputesActivations: Bool
  public let memory: TrainingMemory
  /// Of this process, model and data included, behind the measured steps.
  public let measuredPeakBytes: Int
  public let machineBytes: Int
  /// Steps that were measured; the first one, which also prepares memory, is not among them.
  public let measuredSteps: Int
  public let measuredTokensPerSecond: Double
  /// All steps at that speed, validations included.
  public let estimatedSeconds: Double
  /// What a checkpoint takes on the disk, and how many are kept.
  public let checkpointBytes: Int
  public let keptCheckpoints: Int
}

extension FineTuning {
  /// Does a few steps in memory and says what the whole training will take. Writes no file.
  ///
  /// - Parameter steps: To measure, after one that is not.
  /// - Throws: As ``run(resuming:onEvent:)``.
  public static func plan(
    model: LanguageModel, configuration: TrainingConfiguration, data: TrainingData,
    measuring steps: Int = 2, onStep: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws -> TrainingPlan {
    try configuration.validate()
    return try await model.plan(configuration, data, steps: max(1, steps), onStep: onStep)
  }
}

extension LanguageModel {
  fileprivate func plan(
    _ configuration: TrainingConfiguration, _ data: TrainingData, steps: Int,
    onStep: @Sendable (Int) -> Void
  ) throws -> TrainingPlan {
    let setup = try TrainingSetup(configuration, data: data, decoder: decoder)
    let (model, trainer) = (setup.model, setup.trainer)
    var order = setup.order
    let clock = ContinuousClock()
    var (tokens, seconds) = (0, 0.0)
    for index in 0...steps {
      onStep(index)
      let batch = order.batch(at: index).samples.map { data.train[$0] }
      let start = clock.now
      let step = try trainer.step(batch)
      if index > 0 {
        tokens += step.tokens
        seconds += (clock.now - start).inSeconds
      }
    }
    let speed = Double(tokens) / max(seconds, 1e-9)
    let batch = configuration.samplesPerStep
    let trainTokens = data.train.tokenCounts.reduce(0, +)
    let tokensPerStep = Double(trainTokens) / Double(max(1, data.train.count)) * Double(batch)
    // A validation is a forward pass, a third of a step's work.
    let validations = Double(configuration.iters / configuration.stepsPerEval + 1)
    let validationTokens = Double(data.validation?.tokenCounts.reduce(0, +) ?? 0)
    let work = tokensPerStep * Double(configuration.iters) + validations * validationTokens / 3
    let best = configuration.patience == nil ? 0 : model.trained.parameterCount
    return TrainingPlan(
      trainableParameters: model.trained.parameterCount,
      modelParameters: decoder.configuration.parameterCount, samples: data.train.count,
      steps: configuration.iters,
      epochs: Double(configuration.iters * batch) / Double(max(1, data.train.count)),
      tokensPerStep: tokensPerStep, recomputesActivations: setup.recomputesActivations,
      memory: .of(
        configuration, data: data, model: model, recomputes: setup.recomputesActivations),
      measuredPeakBytes: SystemMemory.peakBytes, machineBytes: SystemMemory.physicalBytes,
      measuredSteps: steps, measuredTokensPerSecond: speed, estimatedSeconds: work / speed,
      checkpointBytes: (trainer.state.reduce(0) { $0 + $1.tensor.count } + best) * 4,
      keptCheckpoints: configuration.keptCheckpoints)
  }
}
