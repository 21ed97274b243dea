// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneARC
import HoneAdaptation

/// How puzzles are solved; what is not given comes from a recipe.
struct PuzzleOptions: ParsableArguments {
  enum SearchName: String, ExpressibleByArgument, CaseIterable {
    case greedy, sampling, beam, dfs
  }

  @Option(help: ArgumentHelp("Whose settings hold where none is given.", valueName: "name"))
  var recipe: ARCRecipe.Preset?

  @Option(help: ArgumentHelp("What a puzzle may take, and takes.", valueName: "s"))
  var secondsPerTask: Double?

  @Option(help: ArgumentHelp("How grids are written.", valueName: "name"))
  var gridFormat: GridFormatName?

  @Option(help: ArgumentHelp("Train an adapter, or all weights.", valueName: "type"))
  var fineTuneType: ARCTraining.Method?

  @Option(help: ArgumentHelp("Views answered of each symmetry.", valueName: "n"))
  var views: Int?

  @Option(help: ArgumentHelp("How replies are found.", valueName: "name"))
  var search: SearchName?

  @Option(help: ArgumentHelp("Probability of a reply at least (dfs).", valueName: "p"))
  var threshold = 0.09

  @Option(help: ArgumentHelp("Replies kept side by side (beam).", valueName: "n"))
  var beamWidth = 4

  @Option(help: ArgumentHelp("Draws of each view (sampling).", valueName: "n"))
  var samples = 2

  @Flag(help: "Let replies be any text.")
  var freeReplies = false

  @Option(help: ArgumentHelp("Views that score candidates.", valueName: "n"))
  var scoringViews: Int?

  @Option(help: ArgumentHelp("How attempts are chosen.", valueName: "name"))
  var rule: SelectionRule?

  @Option(help: ArgumentHelp("Functions in a row, of programs.", valueName: "n"))
  var programLength: Int?

  @Option(help: ArgumentHelp("Functions that programs do without.", valueName: "names"))
  var withoutFunctions: String?

  /// How programs are searched for.
  ///
  /// - Throws: ``ARCError`` listing every value out of its range.
  func induction() throws -> InductionConfiguration {
    var result = InductionConfiguration()
    result.maxLength = programLength ?? result.maxLength
    result.secondsPerTask = secondsPerTask
    result.excludedFunctions = (withoutFunctions ?? "").split(separator: ",").map(String.init)
    try result.validate()
    return result
  }

  /// The recipe for a model of that many parameters.
  ///
  /// - Parameter training: Its settings, where given, take the recipe's place.
  /// - Throws: ``ARCError`` listing every value out of its range.
  func recipe(
    parameterCount: Int, training options: TestTimeTrainingOptions, seed: UInt64
  ) throws -> ARCRecipe {
    var result = ARCRecipe.preset(recipe ?? .compact, parameterCount: parameterCount)
    result.seed = seed
    result.secondsPerTask = secondsPerTask
    result.gridFormat = gridFormat ?? result.gridFormat
    var training = result.training ?? ARCTraining()
    training.method = fineTuneType ?? training.method
    try options.apply(to: &training)
    result.training = training
    if let views { result.inference.views = .symmetries(repeats: views) }
    switch search {
    case .greedy: result.inference.search = .greedy
    case .sampling: result.inference.search = .sampling(temperature: 1, count: samples)
    case .beam: result.inference.search = .beam(width: beamWidth)
    case .dfs: result.inference.search = .depthFirst(threshold: threshold)
    case nil:
      if case .depthFirst = result.inference.search {
        result.inference.search = .depthFirst(threshold: threshold)
      }
    }
    if freeReplies { result.inference.isConstrained = false }
    result.inference.scoringViews = scoringViews ?? result.inference.scoringViews
    result.inference.rule = rule ?? result.inference.rule
    try result.validate()
    return result
  }
}

extension TestTimeTrainingOptions {
  /// Puts what is given into the training of a puzzle's recipe.
  fileprivate func apply(to training: inout ARCTraining) throws {
    training.maxSteps = steps ?? training.maxSteps
    training.batchSize = batchSize ?? training.batchSize
    training.learningRate = learningRate ?? training.learningRate
    if let loraRank {
      training.loraAlpha *= Double(loraRank) / Double(training.loraRank)
      training.loraRank = loraRank
    }
    training.loraAlpha = loraAlpha ?? training.loraAlpha
    training.targetModules = try parsedTargetModules() ?? training.targetModules
    switch sampleForm {
    case .leaveOneOut: training.samples.form = .leaveOut
    case .direct: training.samples.form = .direct
    case .permutation, .fixedOrder: training.samples.form = .chain
    case nil: break
    }
    if noDemonstrationLoss { training.demonstrationLoss = false }
    training.weightDecay = weightDecay ?? training.weightDecay
    if let maxGradNorm { training.maxGradNorm = maxGradNorm == 0 ? nil : maxGradNorm }
    if inputLoss || warmupSteps != nil || maxTokensPerPass != nil {
      throw ARCError(
        .invalidSetting,
        "--input-loss, --warmup-steps and --max-tokens-per-pass are for text tasks; leave them out "
          + "for puzzles")
    }
  }
}

extension ARCRecipe.Preset: ExpressibleByArgument {}
extension GridFormatName: ExpressibleByArgument {}
extension ARCTraining.Method: ExpressibleByArgument {}
extension SelectionRule: ExpressibleByArgument {}
