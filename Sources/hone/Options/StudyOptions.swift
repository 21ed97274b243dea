// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneKnowledge
import HoneStore

/// Which controlled data.
struct ControlledDataOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "simple-reversals, simple-syllogisms, semantic-structure, celebrities or family-trees.",
      valueName: "name"))
  var name: ControlledDataName

  @Option(help: "How much of it: full is the paper's.")
  var size = ControlledDataSize.small
}

/// How an adapter is trained on what documents say, but for how long.
struct KnowledgeRecipeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Rank of the adapter; alpha is twice as much.", valueName: "n"))
  var loraRank = KnowledgeRecipe(epochs: 1).loraRank

  @Option(help: ArgumentHelp("Peak learning rate.", valueName: "x"))
  var learningRate = KnowledgeRecipe(epochs: 1).learningRate

  @Option(help: ArgumentHelp("Samples of one step.", valueName: "n"))
  var batchSize = KnowledgeRecipe(epochs: 1).batchSize

  func recipe(epochs: Int) -> KnowledgeRecipe {
    var recipe = KnowledgeRecipe(epochs: epochs)
    recipe.loraRank = loraRank
    recipe.loraAlpha = Double(2 * max(0, loraRank))
    recipe.learningRate = learningRate
    recipe.batchSize = batchSize
    return recipe
  }
}

/// How the arms of a study are trained.
struct StudyRecipeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Passes over documents and oracle statements, in number of samples, of every trained arm.",
      valueName: "n"))
  var epochs = StudyRecipe().training.epochs

  @OptionGroup var training: KnowledgeRecipeOptions

  @Option(help: "Documents as samples: each sentence, or whole.")
  var sentences = StudyRecipe.Sentences.auto

  @Option(help: ArgumentHelp("Tokens of documents in the prompt at most.", valueName: "n"))
  var contextTokens: Int?

  @OptionGroup var augmentation: AugmentationOptions

  /// - Throws: ``KnowledgeError`` for a value out of its range.
  var recipe: StudyRecipe {
    get throws {
      var recipe = StudyRecipe()
      recipe.training = training.recipe(epochs: epochs)
      recipe.sentences = sentences
      recipe.maxContextTokens = contextTokens
      recipe.augmentation = try augmentation.configuration
      try recipe.validate()
      return recipe
    }
  }
}

/// How statements are written and chosen.
struct AugmentationOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Texts of each prompt and statement; one is greedy.", valueName: "n"))
  var samples = AugmentationConfiguration().samples

  @Option(help: ArgumentHelp("Temperature of all but the first.", valueName: "t"))
  var sampleTemp = AugmentationConfiguration().temperature

  @Option(
    help: ArgumentHelp(
      "What is seen beside a sentence to be linked: related (a sentence at a time) or corpus.",
      valueName: "what"))
  var globalContext = AugmentationConfiguration.GlobalContext.related

  @Option(
    help: ArgumentHelp(
      "Related sentences of each document at most (default: 4; of hone learn: 6).",
      valueName: "n"))
  var links: Int?

  @Flag(
    inversion: .prefixedNo,
    help: "Train the model on the prompts' worked examples before it writes.")
  var adaptPrompts = true

  @Option(
    help: ArgumentHelp(
      "How much likelier than its negation a statement must be, in nats; or none.",
      valueName: "x"))
  var minMargin = "2"

  @Option(help: ArgumentHelp("A folder of your own prompts.", valueName: "folder"))
  var prompts: String?

  var configuration: AugmentationConfiguration {
    get throws { try configuration(AugmentationConfiguration()) }
  }

  /// What is given here, over other settings.
  func configuration(_ usual: AugmentationConfiguration) throws -> AugmentationConfiguration {
    var configuration = usual
    configuration.samples = samples
    configuration.temperature = sampleTemp
    configuration.globalContext = globalContext
    if let links { configuration.linksPerDocument = links }
    configuration.adaptsToPrompts = adaptPrompts
    if minMargin == "none" {
      configuration.minMargin = nil
    } else {
      guard let margin = Double(minMargin), margin.isFinite else {
        throw KnowledgeError(
          .invalidSetting, "--min-margin \(minMargin): expected a number, or none")
      }
      configuration.minMargin = margin
    }
    try configuration.validate()
    return configuration
  }

  /// The prompts of the folder named, or else some of Hone's own.
  func library(_ usual: () throws -> PromptLibrary) throws -> PromptLibrary {
    try prompts.map(PromptLibrary.init(folder:)) ?? usual()
  }

  /// Where adapters that know the prompts are kept.
  static var adapterFolder: String {
    get throws { try honeFolder("prompt-adapters") }
  }

  /// A folder in Hone's own.
  static func honeFolder(_ name: String) throws -> String {
    "\(try ModelStore.defaultFolder())/\(name)"
  }
}

extension ControlledDataName: ExpressibleByArgument {}
extension ControlledDataSize: ExpressibleByArgument {}
extension StudyRecipe.Sentences: ExpressibleByArgument {}
extension AugmentationConfiguration.GlobalContext: ExpressibleByArgument {}
