// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneAdaptation
import HoneModel

/// The recipe of test-time training; what is not given comes from the model's size.
struct TestTimeTrainingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Optimiser steps (default: by model size).", valueName: "n"))
  var steps: Int?

  @Option(help: ArgumentHelp("Samples of one step.", valueName: "n"))
  var batchSize: Int?

  @Option(help: ArgumentHelp("Peak learning rate.", valueName: "x"))
  var learningRate: Double?

  @Option(help: ArgumentHelp("Steps until the peak.", valueName: "n"))
  var warmupSteps: Int?

  @Option(help: ArgumentHelp("Rank of the adapter.", valueName: "n"))
  var loraRank: Int?

  @Option(help: ArgumentHelp("Adapter's factor times its rank.", valueName: "x"))
  var loraAlpha: Double?

  @Option(help: ArgumentHelp("Projections, as q_proj,v_proj.", valueName: "list"))
  var targetModules: String?

  @Option(help: ArgumentHelp("What a training sample is made of.", valueName: "form"))
  var sampleForm: SampleForm?

  @Flag(help: "Loss on each sample's last answer only.")
  var noDemonstrationLoss = false

  @Flag(help: "Loss on instruction and inputs, too.")
  var inputLoss = false

  @Option(help: ArgumentHelp("AdamW's decoupled decay.", valueName: "x"))
  var weightDecay: Float?

  @Option(help: ArgumentHelp("Clip longer gradients; 0: never.", valueName: "x"))
  var maxGradNorm: Double?

  @Option(help: ArgumentHelp("Tokens run at once in training.", valueName: "n"))
  var maxTokensPerPass: Int?

  func validate() throws {
    if noDemonstrationLoss, inputLoss {
      throw ValidationError("--no-demonstration-loss and --input-loss exclude each other")
    }
  }

  /// The settings for a model of that many parameters.
  ///
  /// - Throws: ``AdaptationError`` for an unknown projection or a value out of its range.
  func configuration(
    parameterCount: Int, seed: UInt64
  ) throws -> TestTimeTrainingConfiguration {
    var result = TestTimeTrainingConfiguration.defaults(parameterCount: parameterCount)
    if let steps {
      // A default warm-up keeps its share of the steps.
      result.warmupSteps =
        result.warmupSteps * min(max(0, steps), 1_000_000) / result.steps
      result.steps = steps
    }
    result.warmupSteps = warmupSteps ?? result.warmupSteps
    result.batchSize = batchSize ?? result.batchSize
    result.learningRate = learningRate ?? result.learningRate
    if let loraRank {
      result.loraAlpha *= Double(loraRank) / Double(result.loraRank)
      result.loraRank = loraRank
    }
    result.loraAlpha = loraAlpha ?? result.loraAlpha
    result.targetModules = try parsedTargetModules() ?? result.targetModules
    result.sampleForm = sampleForm ?? result.sampleForm
    result.sampleLoss =
      inputLoss ? .everything : noDemonstrationLoss ? .lastAnswer : .everyAnswer
    result.seed = seed
    result.optimizer.adamW.weightDecay = weightDecay ?? result.optimizer.adamW.weightDecay
    if let maxGradNorm { result.optimizer.maxGradNorm = maxGradNorm == 0 ? nil : maxGradNorm }
    result.optimizer.maxTokensPerPass = maxTokensPerPass ?? result.optimizer.maxTokensPerPass
    try result.validate()
    return result
  }

  func parsedTargetModules() throws -> [TargetModule]? {
    guard let targetModules else { return nil }
    return try TargetModule.list(targetModules, flag: "--target-modules") {
      AdaptationError(.invalidSetting, $0)
    }
  }
}

extension SampleForm: ExpressibleByArgument {}
