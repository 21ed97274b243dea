// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTraining

/// What one training sample is made of.
public enum SampleForm: String, Codable, CaseIterable, Sendable, Hashable {
  /// The instruction and a random permutation of all demonstrations: every answer is learned from
  /// those before it, a loss on each prefix at once.
  case permutation
  /// The instruction and all demonstrations in the task's order, the same in every sample.
  case fixedOrder = "fixed-order"
  /// One demonstration held out, behind a random permutation of the others.
  case leaveOneOut = "leave-one-out"
  /// One demonstration alone; inference is then zero-shot.
  case direct
}

/// Which tokens of a training sample are learned.
public enum SampleLoss: String, Codable, CaseIterable, Sendable, Hashable {
  /// Every demonstration's answer.
  case everyAnswer = "answers"
  /// The last demonstration's answer.
  case lastAnswer = "last-answer"
  /// Everything: instruction, questions and answers.
  case everything = "all"
}

/// The recipe of test-time training; ``defaults(parameterCount:)`` gives one for a model's size.
public struct TestTimeTrainingConfiguration: Codable, Sendable, Hashable {
  public var loraRank: Int
  public var loraAlpha: Double
  public var targetModules: [TargetModule]
  public var learningRate: Double
  /// Optimiser steps.
  public var steps: Int
  public var warmupSteps: Int
  /// Samples of one step.
  public var batchSize: Int
  public var sampleForm: SampleForm = .permutation
  public var sampleLoss: SampleLoss = .everyAnswer
  public var seed: UInt64 = 0
  public var optimizer = OptimizerConfiguration()

  /// The recipe for a model of that many parameters.
  ///
  /// From 4 billion on it is the published one for an 8B model (rank 64, lr 1e-4, 40 samples in
  /// batches of 5), whose warm-up of a tenth of 8 steps rounds to none. Below, small models need
  /// larger rates and more steps.
  public static func defaults(parameterCount: Int) -> TestTimeTrainingConfiguration {
    switch parameterCount {
    case ..<600_000_000:
      TestTimeTrainingConfiguration(
        loraRank: 16, loraAlpha: 32, targetModules: TargetModule.allCases, learningRate: 5e-4,
        steps: 20, warmupSteps: 5, batchSize: 1)
    case ..<4_000_000_000:
      TestTimeTrainingConfiguration(
        loraRank: 32, loraAlpha: 64, targetModules: TargetModule.allCases, learningRate: 2e-4,
        steps: 12, warmupSteps: 2, batchSize: 4)
    default:
      TestTimeTrainingConfiguration(
        loraRank: 64, loraAlpha: 64,
        targetModules: [.query, .value, .output, .gate, .up, .down], learningRate: 1e-4,
        steps: 8, warmupSteps: 0, batchSize: 5)
    }
  }

  /// - Throws: ``AdaptationError`` (`invalidSetting`) listing every value out of its range.
  public func validate() throws {
    var problems: [String] = []
    if !(1...1_000_000).contains(steps) {
      problems.append("steps \(steps): expected 1 … 1000000")
    }
    if !(1...65_536).contains(batchSize) {
      problems.append("batch size \(batchSize): expected 1 … 65536")
    }
    if warmupSteps < 0 || warmupSteps > steps {
      problems.append("warm-up steps \(warmupSteps): expected 0 … \(steps)")
    }
    if !(learningRate > 0 && learningRate <= 1) {
      problems.append("learning rate \(learningRate): expected above 0, at most 1")
    }
    if !(1...4096).contains(loraRank) {
      problems.append("LoRA rank \(loraRank): expected 1 … 4096")
    }
    if !(loraAlpha > 0 && loraAlpha.isFinite) {
      problems.append("LoRA alpha \(loraAlpha): expected a positive number")
    }
    if let most = optimizer.maxGradNorm, !(most > 0) {
      problems.append("max gradient norm \(most): expected a number above 0, or none")
    }
    if optimizer.maxTokensPerPass < 1 {
      problems.append("tokens of a pass \(optimizer.maxTokensPerPass): expected at least 1")
    }
    let adamW = optimizer.adamW
    for (name, beta) in [("beta1", adamW.beta1), ("beta2", adamW.beta2)]
    where !(beta >= 0 && beta < 1) {
      problems.append("AdamW \(name) \(beta): expected 0 or more, below 1")
    }
    if !(adamW.epsilon > 0 && adamW.epsilon.isFinite) {
      problems.append("AdamW epsilon \(adamW.epsilon): expected a positive number")
    }
    if !(adamW.weightDecay >= 0 && adamW.weightDecay.isFinite) {
      problems.append("weight decay \(adamW.weightDecay): expected 0 or more")
    }
    if targetModules.isEmpty { problems.append("target modules: none; name at least one") }
    if !problems.isEmpty {
      throw AdaptationError(.invalidSetting, problems.joined(separator: "\n"))
    }
  }
}
