// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneModel
import Testing

@Suite struct TestTimeTrainingConfigurationTests {
  static let recipes: [(Int, Int, Double, Double, Int, Int, Int)] = [
    (0, 16, 32, 5e-4, 20, 5, 1), (134_515_008, 16, 32, 5e-4, 20, 5, 1),
    (599_999_999, 16, 32, 5e-4, 20, 5, 1), (600_000_000, 32, 64, 2e-4, 12, 2, 4),
    (3_999_999_999, 32, 64, 2e-4, 12, 2, 4), (4_000_000_000, 64, 64, 1e-4, 8, 0, 5),
    (70_000_000_000, 64, 64, 1e-4, 8, 0, 5),
  ]

  @Test(arguments: recipes)
  func `the recipe depends on the model's size`(
    parameters: Int, rank: Int, alpha: Double, rate: Double, steps: Int, warmup: Int, batch: Int
  ) throws {
    let recipe = TestTimeTrainingConfiguration.defaults(parameterCount: parameters)
    #expect(recipe.loraRank == rank)
    #expect(recipe.loraAlpha == alpha)
    #expect(recipe.learningRate == rate)
    #expect(recipe.steps == steps)
    #expect(recipe.warmupSteps == warmup)
    #expect(recipe.batchSize == batch)
    #expect(recipe.targetModules.contains(.key) == (parameters < 4_000_000_000))
    #expect(
      recipe.sampleForm == .permutation && recipe.sampleLoss == .everyAnswer && recipe.seed == 0)
    try recipe.validate()
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let change: @Sendable (inout TestTimeTrainingConfiguration) -> Void
    init(
      _ name: String, _ change: @escaping @Sendable (inout TestTimeTrainingConfiguration) -> Void
    ) {
      testDescription = name
      self.change = change
    }
  }

  static let wrong: [Case] = [
    Case("steps") { $0.steps = 0 }, Case("steps") { $0.steps = .max },
    Case("batch size") { $0.batchSize = 0 }, Case("batch size") { $0.batchSize = .max },
    Case("warm-up steps") { $0.warmupSteps = -1 }, Case("warm-up steps") { $0.warmupSteps = 21 },
    Case("learning rate") { $0.learningRate = 0 },
    Case("learning rate") { $0.learningRate = .nan },
    Case("learning rate") { $0.learningRate = 1.5 }, Case("LoRA rank") { $0.loraRank = 0 },
    Case("LoRA rank") { $0.loraRank = 4097 }, Case("LoRA alpha") { $0.loraAlpha = .infinity },
    Case("target modules") { $0.targetModules = [] },
    Case("max gradient norm") { $0.optimizer.maxGradNorm = -1 },
    Case("max gradient norm") { $0.optimizer.maxGradNorm = .nan },
    Case("tokens of a pass") { $0.optimizer.maxTokensPerPass = 0 },
    Case("AdamW beta1") { $0.optimizer.adamW.beta1 = 1 },
    Case("AdamW beta2") { $0.optimizer.adamW.beta2 = -.ulpOfOne },
    Case("AdamW epsilon") { $0.optimizer.adamW.epsilon = 0 },
    Case("weight decay") { $0.optimizer.adamW.weightDecay = .nan },
  ]

  @Test(arguments: wrong)
  func `a setting out of its range is named`(item: Case) throws {
    var recipe = TestTimeTrainingConfiguration.defaults(parameterCount: 0)
    item.change(&recipe)
    let error = #expect(throws: AdaptationError.self) { try recipe.validate() }
    #expect(error?.code == .invalidSetting)
    #expect(error?.kind == .usage)
    #expect(error?.message.hasPrefix(item.testDescription) == true, "\(error?.message ?? "")")
  }

  @Test func `all wrong settings are listed together`() {
    var recipe = TestTimeTrainingConfiguration.defaults(parameterCount: 0)
    recipe.steps = -1
    recipe.batchSize = 0
    recipe.loraRank = 0
    recipe.targetModules = []
    let error = #expect(throws: AdaptationError.self) { try recipe.validate() }
    // The warm-up no longer fits either.
    #expect(error?.message.split(separator: "\n").count == 5)
  }
}
