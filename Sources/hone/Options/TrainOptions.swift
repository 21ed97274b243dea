// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneModel
import HoneStore
import HoneTraining

/// The flags of `hone train`; each stands above the same setting in a file.
struct TrainOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A name, GGUF file or folder (default: \(ModelCatalog.defaultName)).", valueName: "model"))
  var model: String?

  @Option(help: ArgumentHelp("Rows: a file, or a folder with train.jsonl.", valueName: "path"))
  var data: String?

  @Option(help: ArgumentHelp("Where it is kept (default: adapters).", valueName: "folder"))
  var adapterPath: String?

  @Option(help: ArgumentHelp("What is trained (default: lora).", valueName: "type"))
  var fineTuneType: TrainingConfiguration.Method?

  @Option(help: ArgumentHelp("Rank of the adapter (default: 8).", valueName: "n"))
  var loraRank: Int?

  @Option(
    help: ArgumentHelp("Adapter's factor times its rank (default: 2 × rank).", valueName: "x"))
  var loraAlpha: Double?

  @Option(
    help: ArgumentHelp("Part of an adapter's input left out (default: 0).", valueName: "x"))
  var loraDropout: Double?

  @Option(help: ArgumentHelp("As q_proj,lm_head (default: all projections).", valueName: "list"))
  var targetModules: String?

  @Option(help: ArgumentHelp("Last layers that are trained; -1: all (default).", valueName: "n"))
  var numLayers: Int?

  @Option(
    help: ArgumentHelp("Left as it is by full, as embed_tokens,norm.", valueName: "list"))
  var freeze: String?

  @Option(help: ArgumentHelp("adamw (default); muon for full.", valueName: "name"))
  var optimizer: TrainerOptions.Optimizer?

  @Option(help: ArgumentHelp("Peak learning rate (default: 1e-4; full 1e-5).", valueName: "x"))
  var learningRate: Double?

  @Option(help: ArgumentHelp("Its course (default: cosine).", valueName: "kind"))
  var lrSchedule: LearningRateSchedule.Kind?

  @Option(help: ArgumentHelp("Steps until the peak (default: a tenth).", valueName: "n"))
  var warmupSteps: Int?

  @Option(help: ArgumentHelp("Optimiser steps (default: 100).", valueName: "n"))
  var iters: Int?

  @Option(help: ArgumentHelp("Samples of a batch (default: 4).", valueName: "n"))
  var batchSize: Int?

  @Option(help: ArgumentHelp("Batches of one step (default: 1).", valueName: "n"))
  var gradAccumulationSteps: Int?

  @Option(help: ArgumentHelp("Tokens of a sample at most (default: 2048).", valueName: "n"))
  var maxSeqLength: Int?

  @Option(help: ArgumentHelp("Longer rows: truncate (default) or drop.", valueName: "what"))
  var longRows: SampleConfiguration.LongRows?

  @Option(
    help: ArgumentHelp("Which tokens carry loss (default: by the rows' form).", valueName: "scope"))
  var loss: LossScope?

  @Flag(help: "The same as --loss completion-only.")
  var maskPrompt = false

  @Option(help: ArgumentHelp("Part of the rows to validate on, if no file is.", valueName: "x"))
  var validationFraction: Double?

  @Flag(help: "Leave out rows that cannot be used.")
  var skipBadRows = false

  @Option(help: ArgumentHelp("AdamW's decoupled decay (default: 0.01).", valueName: "x"))
  var weightDecay: Float?

  @Option(help: ArgumentHelp("Clip longer gradients; 0: never (default: 1).", valueName: "x"))
  var maxGradNorm: Double?

  @Option(help: ArgumentHelp("Tokens run at once (default: 2048).", valueName: "n"))
  var maxTokensPerPass: Int?

  @Flag(
    inversion: .prefixedNo,
    help: "Save memory, a third more work (default: if needed).")
  var gradCheckpoint: Bool?

  @Option(help: ArgumentHelp("Keep a running mean of the adapter, as 0.99.", valueName: "x"))
  var emaDecay: Double?

  @Option(help: ArgumentHelp("Stop after so many validations in vain.", valueName: "n"))
  var patience: Int?

  @Option(help: ArgumentHelp("Steps between lines (default: 10).", valueName: "n"))
  var stepsPerReport: Int?

  @Option(help: ArgumentHelp("Steps between validations (default: 50).", valueName: "n"))
  var stepsPerEval: Int?

  @Option(help: ArgumentHelp("Steps between checkpoints (default: 50).", valueName: "n"))
  var saveEvery: Int?

  @Option(help: ArgumentHelp("Seed of adapter, order and split (default: 0).", valueName: "n"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("Threads (default: one per core).", valueName: "n"))
  var threads: Int?

  @Option(help: ArgumentHelp("How products are computed (default: auto).", valueName: "mode"))
  var compute: ComputeMode?

  /// The flags over a file of settings.
  func settings(config: String?) throws -> TrainSettings {
    try settings().over(try config.map { try TrainSettings(path: $0) } ?? TrainSettings())
  }

  /// - Throws: `ValidationError` for an unknown projection.
  func settings() throws -> TrainSettings {
    var result = TrainSettings()
    result.model = model
    result.data = data
    result.adapterPath = adapterPath
    result.fineTuneType = fineTuneType
    result.loraRank = loraRank
    result.loraAlpha = loraAlpha
    result.loraDropout = loraDropout
    result.freeze = try freeze.map { list in
      try TrainingConfiguration.FrozenPart.list(list, flag: "--freeze") { ValidationError($0) }
    }
    result.optimizer = optimizer
    result.gradCheckpoint = gradCheckpoint
    result.targetModules = try targetModules.map { list in
      try TrainSettings.TargetName.list(list, flag: "--target-modules") { ValidationError($0) }
    }
    result.numLayers = numLayers
    result.learningRate = learningRate
    result.lrSchedule = lrSchedule
    result.warmupSteps = warmupSteps
    result.iters = iters
    result.batchSize = batchSize
    result.gradAccumulationSteps = gradAccumulationSteps
    result.maxSeqLength = maxSeqLength
    result.longRows = longRows
    result.loss = loss
    result.maskPrompt = maskPrompt ? true : nil
    result.validationFraction = validationFraction
    result.skipBadRows = skipBadRows ? true : nil
    result.weightDecay = weightDecay
    result.maxGradNorm = maxGradNorm
    result.maxTokensPerPass = maxTokensPerPass
    result.emaDecay = emaDecay
    result.patience = patience
    result.stepsPerReport = stepsPerReport
    result.stepsPerEval = stepsPerEval
    result.saveEvery = saveEvery
    result.seed = seed
    result.threads = threads
    result.compute = compute
    return result
  }
}

extension TrainingConfiguration.Method: ExpressibleByArgument {}
extension TrainerOptions.Optimizer: ExpressibleByArgument {}
extension LearningRateSchedule.Kind: ExpressibleByArgument {}
