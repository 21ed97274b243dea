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

/// What of a training is not asked for at test time.
public struct TrainerOptions: Codable, Sendable, Hashable {
  public enum Optimizer: String, Codable, Sendable, Hashable, CaseIterable {
    case adamw
    /// Muon for the matrices of the layers in full fine-tuning, AdamW for all else.
    case muon
  }

  public var optimizer = Optimizer.adamw
  /// The weight decay is AdamW's.
  public var muonMomentum: Float = 0.95
  /// Keep only each layer's input for the backward pass and compute the rest again: a third more
  /// work, much less memory, the same result.
  public var recomputesActivations = false
  /// The part of what goes into an adapter's updates that each step leaves out.
  public var loraDropout = 0.0
  /// Decides what is left out.
  public var dropoutSeed: UInt64 = 0
  /// What a running mean of what is trained keeps of itself in a step; nil for no mean.
  public var emaDecay: Double?
  /// The part of the learning rate that updates of the embeddings and the head have.
  public var vocabularyRateFactor = 1.0

  public init() {}
}

/// Trains an adapter on a decoder, or tensors that the decoder reads in place of its own.
///
/// The loss is the mean over all targets of the batch, as PEFT and torchtune have it, so long
/// answers weigh more than short ones.
package final class Trainer {
  private let decoder: Decoder
  package let trained: Trainables
  private let gradients: Trainables
  /// Of AdamW, or the momentum of Muon.
  private let firstMoments: Trainables
  /// Where Muon works there are none, so they stay zero.
  private let secondMoments: Trainables
  private let schedule: LearningRateSchedule
  private let configuration: OptimizerConfiguration
  /// A running mean over the steps; nil if none was asked for.
  package let average: Trainables?
  private let options: TrainerOptions
  package private(set) var stepsDone = 0

  /// - Parameter decoder: For tensors that are trained, one made by ``Decoder/with(_:)``.
  package init(
    decoder: Decoder, training trained: Trainables, schedule: LearningRateSchedule,
    configuration: OptimizerConfiguration = OptimizerConfiguration(),
    options: TrainerOptions = TrainerOptions()
  ) {
    self.decoder = decoder
    self.trained = trained
    self.schedule = schedule
    self.configuration = configuration
    (gradients, firstMoments, secondMoments) = (trained.zeros(), trained.zeros(), trained.zeros())
    self.options = options
    average = options.emaDecay == nil ? nil : trained.zeros()
    average?.copy(from: trained)
  }

  package convenience init(
    decoder: Decoder, adapter: LoRAAdapter, schedule: LearningRateSchedule,
    configuration: OptimizerConfiguration = OptimizerConfiguration()
  ) {
    self.init(
      decoder: decoder, training: Trainables(adapter: adapter), schedule: schedule,
      configuration: configuration)
  }

  /// One optimiser step on a batch.
  ///
  /// - Parameter learningRate: Nil for the schedule's.
  /// - Throws: ``TrainingError`` if the batch has no target or the loss is not finite;
  ///   `CancellationError`; then nothing has been changed.
  package func step(
    _ batch: [TrainingSample], learningRate given: Double? = nil
  ) throws -> TrainingStep {
    let targets = batch.reduce(0) { $0 + $1.targetCount }
    guard targets > 0 else {
      throw TrainingError(
        .invalid, "step \(stepsDone + 1): no token of the batch carries loss; give longer answers")
    }
    for gradient in gradients.parameters { gradient.fill(0) }
    var loss = 0.0
    let passes = PackedBatch.passes(of: batch, maxTokens: configuration.maxTokensPerPass)
    for (index, pass) in passes.enumerated() {
      let likelihoods = try decoder.logLikelihoodsAndGradients(
        pass, adapter: trained.adapter,
        gradients: DecoderGradients(adapter: gradients.adapter, weights: gradients.weights),
        weight: 1 / Float(targets),
        options: .init(
          recomputesActivations: options.recomputesActivations, dropout: dropout(index)))
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
    let learningRate = given ?? schedule.learningRate(step: stepsDone)
    update(learningRate)
    decoder.adapterDidChange()
    if let average, let decay = options.emaDecay.map({ Float($0) }) {
      for (mean, parameter) in zip(average.parameters, trained.parameters) {
        decoder.device.scale(mean, by: decay)
        decoder.device.add(into: mean, parameter, alpha: 1 - decay)
      }
    }
    defer { stepsDone += 1 }
    return TrainingStep(
      step: stepsDone, loss: loss, gradientNorm: norm, learningRate: learningRate,
      tokens: batch.reduce(0) { $0 + ($1.targetCount > 0 ? $1.ids.count : 0) })
  }

  private func update(_ learningRate: Double) {
    let (first, second) = (firstMoments.parameters, secondMoments.parameters)
    let gradients = gradients.parameters
    let isHiddenMatrix = trained.isHiddenMatrix
    let isVocabulary = trained.isOfVocabulary
    var muon = MuonConfiguration()
    muon.momentum = options.muonMomentum
    muon.weightDecay = configuration.adamW.weightDecay
    for (index, parameter) in trained.parameters.enumerated() {
      if options.optimizer == .muon, isHiddenMatrix[index] {
        decoder.device.muon(
          parameter, momentum: first[index], gradient: gradients[index],
          learningRate: learningRate, configuration: muon)
      } else {
        decoder.device.adamW(
          parameter, firstMoment: first[index], secondMoment: second[index],
          gradient: gradients[index], step: stepsDone + 1,
          learningRate: isVocabulary[index]
            ? learningRate * options.vocabularyRateFactor : learningRate,
          configuration: configuration.adamW)
      }
    }
  }

  /// What a pass of the step to come leaves out: the same whenever it is done.
  private func dropout(_ pass: Int) -> Dropout? {
    guard options.loraDropout > 0 else { return nil }
    return Dropout(rate: options.loraDropout, seed: options.dropoutSeed)
      .derived(stepsDone).derived(pass)
  }

  // MARK: State

  /// Everything that a step reads and writes, in a fixed order and under lasting names: with it and
  /// the number of steps a training goes on bit for bit.
  package var state: [(name: String, tensor: Tensor)] {
    var parts = [("adapter", trained), ("adam.m", firstMoments), ("adam.v", secondMoments)]
    if let average { parts.append(("average", average)) }
    return parts.flatMap { part, tensors in
      tensors.parameters.enumerated().map { ("\(part).\($0)", $1) }
    }
  }

  /// Goes on behind a step, after ``state``'s tensors were given what they held then.
  package func resume(stepsDone: Int) {
    precondition(stepsDone >= 0)
    self.stepsDone = stepsDone
  }
}
