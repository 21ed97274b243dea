// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor

/// What one optimiser step did.
public struct TrainingStep: Sendable, Hashable {
  /// Counted from 0.
  public let step: Int
  /// Mean cross-entropy of the batch's targets, in nats, before the update.
  public let loss: Double
  /// The gradient's Euclidean norm before clipping.
  public let gradientNorm: Double
  public let learningRate: Double
  /// All tokens run, with loss or without.
  public let tokens: Int
}

/// The optimiser's settings.
public struct OptimizerConfiguration: Codable, Sendable, Hashable {
  public var adamW = AdamWConfiguration()
  /// Gradients longer than this are shortened to it; nil for no clipping.
  public var maxGradNorm: Double? = 1
  /// Tokens of one pass. A larger batch is accumulated over several passes, with the same
  /// gradient; less memory, a little less speed.
  public var maxTokensPerPass = 2048

  public init() {}
}

/// Trains a LoRA adapter on a decoder whose weights stay as they are.
///
/// The loss is the mean over all targets of the batch, as PEFT and torchtune have it, so long
/// answers weigh more than short ones.
package final class LoRATrainer {
  private let decoder: Decoder
  package let adapter: LoRAAdapter
  private let gradients: LoRAAdapter
  private let firstMoments: LoRAAdapter
  private let secondMoments: LoRAAdapter
  private let schedule: LearningRateSchedule
  private let configuration: OptimizerConfiguration
  package private(set) var stepsDone = 0

  package init(
    decoder: Decoder, adapter: LoRAAdapter, schedule: LearningRateSchedule,
    configuration: OptimizerConfiguration = OptimizerConfiguration()
  ) {
    self.decoder = decoder
    self.adapter = adapter
    self.schedule = schedule
    self.configuration = configuration
    func zeros() -> LoRAAdapter {
      LoRAAdapter(configuration: adapter.configuration, model: decoder.configuration)
    }
    (gradients, firstMoments, secondMoments) = (zeros(), zeros(), zeros())
  }

  /// One optimiser step on a batch.
  ///
  /// - Throws: ``TrainingError`` if the batch has no target or the loss is not finite;
  ///   `CancellationError`, the adapter then being as it was before the step.
  package func step(_ batch: [TrainingSample]) throws -> TrainingStep {
    let targets = batch.reduce(0) { $0 + $1.targetCount }
    guard targets > 0 else {
      throw TrainingError(
        .invalid, "step \(stepsDone + 1): no token of the batch carries loss; give longer answers")
    }
    for gradient in gradients.parameters { gradient.fill(0) }
    var loss = 0.0
    for pass in passes(batch) {
      let likelihoods = try decoder.logLikelihoodsAndGradients(
        pass, adapter: adapter, gradients: gradients, weight: 1 / Float(targets))
      loss -= likelihoods.reduce(0) { $0 + Double($1) }
    }
    loss /= Double(targets)
    let norm = gradients.parameters.reduce(0) { $0 + decoder.device.sumOfSquares($1) }
      .squareRoot()
    guard loss.isFinite, norm.isFinite else {
      throw TrainingError(
        .diverged,
        "step \(stepsDone + 1): the loss is \(loss), the gradient's norm \(norm); lower the "
          + "learning rate, and check the weights")
    }
    if let most = configuration.maxGradNorm, norm > most {
      // The small number is PyTorch's, in clip_grad_norm_.
      for gradient in gradients.parameters {
        decoder.device.scale(gradient, by: Float(most / (norm + 1e-6)))
      }
    }
    let learningRate = schedule.learningRate(step: stepsDone)
    let (first, second) = (firstMoments.parameters, secondMoments.parameters)
    for (index, (parameter, gradient)) in zip(adapter.parameters, gradients.parameters).enumerated()
    {
      decoder.device.adamW(
        parameter, firstMoment: first[index],
        secondMoment: second[index], gradient: gradient,
        step: stepsDone + 1, learningRate: learningRate, configuration: configuration.adamW)
    }
    defer { stepsDone += 1 }
    return TrainingStep(
      step: stepsDone, loss: loss, gradientNorm: norm, learningRate: learningRate,
      tokens: batch.reduce(0) { $0 + ($1.targetCount > 0 ? $1.ids.count : 0) })
  }

  /// The batch in packed passes of at most ``OptimizerConfiguration/maxTokensPerPass`` tokens; a
  /// longer sequence has a pass of its own. Sequences without a target are left out.
  private func passes(_ batch: [TrainingSample]) -> [PackedBatch] {
    var passes: [PackedBatch] = []
    var current = PackedBatch()
    for sample in batch where sample.targetCount > 0 {
      if !current.ids.isEmpty,
        current.ids.count + sample.ids.count > configuration.maxTokensPerPass
      {
        passes.append(current)
        current = PackedBatch()
      }
      current.append(sample.ids, isTarget: sample.isTarget)
    }
    if !current.ids.isEmpty { passes.append(current) }
    return passes
  }
}
