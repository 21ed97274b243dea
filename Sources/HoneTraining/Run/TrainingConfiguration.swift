// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor

/// A fine-tuning on a file of data, as it is kept beside its results.
///
/// Defaults are mlx-lm's where it has the setting, but for the learning rate, which is ten times
/// higher: an adapter at mlx-lm's scale of 20 moves faster.
public struct TrainingConfiguration: Codable, Sendable, Hashable {
  /// What is trained.
  public enum Method: String, Codable, Sendable, Hashable, CaseIterable {
    /// A low-rank adapter (Hu et al. 2021, arXiv 2106.09685).
    case lora
    /// One whose factor is alpha over the rank's root (Kalajdzievski 2023, arXiv 2312.03732).
    case rslora
    /// One with a magnitude for each output (Liu et al. 2024, arXiv 2402.09353).
    case dora
    /// The model's own weights.
    case full
  }

  /// A part of the model that full fine-tuning can leave as it is.
  public enum FrozenPart: String, Codable, Sendable, Hashable, CaseIterable {
    case embedTokens = "embed_tokens"
    case lmHead = "lm_head"
    case norm
    case bias
    case query = "q_proj"
    case key = "k_proj"
    case value = "v_proj"
    case output = "o_proj"
    case gate = "gate_proj"
    case up = "up_proj"
    case down = "down_proj"
  }

  public var data: DataConfiguration
  public var method = Method.lora
  public var loraRank = 8
  public var loraAlpha = 16.0
  /// The part of what goes into the adapter's updates that each step leaves out.
  public var loraDropout = 0.0
  public var targetModules = TargetModule.allCases
  public var vocabularyModules: [VocabularyModule] = []
  /// The last layers that are trained; nil for all, and for full fine-tuning the embeddings.
  public var numLayers: Int?
  /// What full fine-tuning leaves as it is.
  public var frozenParts: [FrozenPart] = []
  public var learningRate = 1e-4
  public var schedule = LearningRateSchedule.Kind.cosine
  public var warmupSteps = 0
  /// Optimiser steps in all.
  public var iters = 100
  public var batchSize = 4
  public var gradientAccumulationSteps = 1
  public var optimizer = OptimizerConfiguration()
  public var optimizerKind = TrainerOptions.Optimizer.adamw
  /// Compute activations again in the backward pass; nil to decide by the machine's memory.
  public var recomputesActivations: Bool?
  /// What a running mean of what is trained keeps of itself in a step; the mean is then what is
  /// validated and saved. Nil for none.
  public var emaDecay: Double?
  /// Validations without a lower loss after which training stops; nil to never stop early.
  public var patience: Int?
  public var stepsPerEval = 50
  public var saveEvery = 50
  /// Checkpoints that are kept, the newest.
  public var keptCheckpoints = 2
  /// Decides the adapter's start, the order of the data and the validation split.
  public var seed: UInt64 = 0

  public init(data: DataConfiguration) { self.data = data }

  /// - Throws: ``TrainingError`` (`invalid`) listing every value out of its range.
  public func validate() throws {
    var problems: [String] = []
    func require(_ holds: Bool, _ text: @autoclosure () -> String) {
      if !holds { problems.append(text()) }
    }
    require((1...4096).contains(loraRank), "lora-rank \(loraRank): expected 1 … 4096")
    require(
      loraAlpha > 0 && loraAlpha.isFinite, "lora-alpha \(loraAlpha): expected a positive number")
    require(
      loraDropout >= 0 && loraDropout < 1,
      "lora-dropout \(loraDropout): expected 0 or more and less than 1")
    require(
      optimizerKind == .adamw || method == .full,
      "optimizer muon: is for full fine-tuning; an adapter's matrices are trained with adamw")
    require(
      frozenParts.isEmpty || method == .full,
      "freeze: is for full fine-tuning; an adapter is put where target-modules says")
    require(
      vocabularyModules.isEmpty || method != .dora,
      "target-modules: DoRA goes on projections, not on embeddings and head; train lora there")
    require(
      !(targetModules.isEmpty && vocabularyModules.isEmpty), "target-modules: expected at least one"
    )
    require(numLayers.map { $0 > 0 } ?? true, "num-layers \(numLayers ?? 0): expected 1 or more")
    require(
      learningRate > 0 && learningRate.isFinite,
      "learning-rate \(learningRate): expected a positive number")
    require((1...100_000_000).contains(iters), "iters \(iters): expected 1 … 100000000")
    require(
      warmupSteps >= 0 && warmupSteps <= max(0, iters),
      "warmup-steps \(warmupSteps): expected 0 … \(iters)")
    require((1...65536).contains(batchSize), "batch-size \(batchSize): expected 1 … 65536")
    require(
      (1...65536).contains(gradientAccumulationSteps),
      "gradient-accumulation-steps \(gradientAccumulationSteps): expected 1 … 65536")
    require(
      emaDecay.map { $0 > 0 && $0 < 1 } ?? true,
      "ema-decay \(emaDecay ?? 0): expected more than 0 and less than 1")
    require(patience.map { $0 > 0 } ?? true, "patience \(patience ?? 0): expected 1 or more")
    require(stepsPerEval > 0, "steps-per-eval \(stepsPerEval): expected 1 or more")
    require(saveEvery > 0, "save-every \(saveEvery): expected 1 or more")
    require(keptCheckpoints > 0, "kept-checkpoints \(keptCheckpoints): expected 1 or more")
    require(
      optimizer.maxTokensPerPass > 0,
      "max-tokens-per-pass \(optimizer.maxTokensPerPass): expected 1 or more")
    require(
      optimizer.maxGradNorm.map { $0 > 0 } ?? true,
      "max-grad-norm \(optimizer.maxGradNorm ?? 0): expected a positive number, or none")
    require(
      optimizer.adamW.weightDecay >= 0 && optimizer.adamW.weightDecay.isFinite,
      "weight-decay \(optimizer.adamW.weightDecay): expected 0 or more")
    if !problems.isEmpty {
      throw TrainingError(.invalid, problems.joined(separator: "\n"))
    }
  }

  /// What one optimiser step takes.
  var samplesPerStep: Int { batchSize * gradientAccumulationSteps }

  /// The adapter's shape.
  func loraConfiguration() throws -> LoRAConfiguration {
    // The factor is alpha / rank everywhere else.
    let alpha = method == .rslora ? loraAlpha * Double(loraRank).squareRoot() : loraAlpha
    return try LoRAConfiguration(
      loraRank: loraRank, loraAlpha: alpha, targetModules: targetModules,
      vocabularyModules: vocabularyModules)
  }

  func trainerOptions(recomputesActivations: Bool) -> TrainerOptions {
    var options = TrainerOptions()
    options.optimizer = optimizerKind
    options.recomputesActivations = recomputesActivations
    options.loraDropout = method == .full ? 0 : loraDropout
    options.dropoutSeed = RandomSource(seed: seed).derived("dropout").seed()
    options.emaDecay = emaDecay
    return options
  }

  func learningRateSchedule() throws -> LearningRateSchedule {
    try LearningRateSchedule(
      kind: schedule, peak: learningRate, warmupSteps: warmupSteps, totalSteps: iters)
  }
}
