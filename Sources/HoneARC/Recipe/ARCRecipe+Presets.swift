// SPDX-License-Identifier: Apache-2.0

extension ARCRecipe {
  /// Recipes by name.
  public enum Preset: String, Codable, CaseIterable, Sendable, Hashable {
    /// For small models on a CPU: one token a cell, leave-one-out tasks, eight views scored by all.
    case compact
    /// Akyürek et al. 2024, arXiv 2411.07279, table of hyper-parameters.
    case paper
    /// Franzen et al. 2025, arXiv 2505.07859, §4 and §5.
    case productOfExperts = "poe"
  }

  /// - Parameter parameterCount: Of the model, for what depends on its size.
  public static func preset(_ preset: Preset, parameterCount: Int) -> ARCRecipe {
    switch preset {
    case .compact: compact
    case .paper: paper(parameterCount: parameterCount)
    case .productOfExperts: productOfExperts
    }
  }

  private static var compact: ARCRecipe {
    var training = ARCTraining()
    // Copies that enlarge grids cost up to four times as much.
    training.samples.transforms = GridTransform.symmetries.filter { $0 != .identity }
      .map(TaskTransform.grid)
    training.loraRank = 32
    training.loraAlpha = 64
    // Chosen on eight training puzzles: docs/arc.md.
    training.learningRate = 1e-3
    var recipe = ARCRecipe()
    recipe.training = training
    return recipe
  }

  private static func paper(parameterCount: Int) -> ARCRecipe {
    let isLarge = parameterCount >= 6_000_000_000
    var training = ARCTraining()
    training.loraRank = 128
    training.loraAlpha = 16
    training.targetModules = [.query, .value, .gate, .up, .down]
    // The head's adapter is the 8B model's only.
    training.vocabularyModules = isLarge ? [.lmHead] : []
    training.learningRate = isLarge ? 1e-4 : 5e-5
    training.epochs = 2
    training.batchSize = 2
    training.warmupFraction = 0.1
    training.weightDecay = 0.01
    training.maxGradNorm = nil
    var inference = ARCInference()
    inference.views = .queries(QueryConfiguration())
    inference.isConstrained = false
    inference.scoringViews = 0
    inference.rule = .hierarchical
    var recipe = ARCRecipe()
    recipe.gridFormat = .numpy
    recipe.training = training
    recipe.inference = inference
    return recipe
  }

  private static var productOfExperts: ARCRecipe {
    var training = ARCTraining()
    training.samples.form = .chain
    training.loraRank = 32
    training.loraAlpha = 16
    training.usesRankStabilization = true
    training.vocabularyModules = [.embedTokens, .lmHead]
    training.learningRate = 1e-4
    training.vocabularyRateFactor = 0.1
    training.warmupFraction = 0.5
    training.maxGradNorm = nil
    var inference = ARCInference()
    inference.views = .symmetries(repeats: 2)
    inference.search = .depthFirst(threshold: 0.09)
    inference.isConstrained = false
    inference.scoringViews = 16
    inference.rule = .productOfExperts
    var recipe = ARCRecipe()
    recipe.training = training
    recipe.inference = inference
    return recipe
  }
}
