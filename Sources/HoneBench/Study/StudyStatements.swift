// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge
import HoneModel
import Synchronization

/// What a model wrote about the worlds of a study, kept in folders so that no arm, run or process
/// asks for it twice.
package final class StudyStatements: Sendable {
  private let folder: String
  private let adapterFolder: String
  private let modelName: String
  private let library: PromptLibrary
  let onNote: @Sendable (String) -> Void
  private let adapter = Mutex<LoRAAdapter?>(nil)

  /// - Parameters:
  ///   - folder: Holds a folder for each world, model and way of writing.
  ///   - adapterFolder: Where adapters that know the prompts are kept.
  ///   - modelName: In the statements' provenance.
  ///   - onNote: Receives lines about what is going on.
  package init(
    folder: String, adapterFolder: String, modelName: String, library: PromptLibrary,
    onNote: @escaping @Sendable (String) -> Void
  ) {
    self.folder = folder
    self.adapterFolder = adapterFolder
    self.modelName = modelName
    self.library = library
    self.onNote = onNote
  }

  /// Every statement about a world that an arm needs, those dropped too; none for arms that need
  /// none.
  package func statements(
    about world: ControlledData, for arm: StudyArm, recipe: StudyRecipe, model: LanguageModel
  ) async throws -> [AugmentedStatement] {
    var result: [AugmentedStatement] = []
    for strategy in arm.strategies {
      result += try await statements(about: world, strategy, recipe.augmentation, model)
    }
    return result
  }

  private func statements(
    about world: ControlledData, _ strategy: AugmentationPrompt.Strategy,
    _ configuration: AugmentationConfiguration, _ model: LanguageModel
  ) async throws -> [AugmentedStatement] {
    var configuration = configuration
    configuration.strategies = [strategy]
    configuration.seed = world.seed
    let prompts = PromptLibrary(prompts: library.prompts(of: strategy))
    let augmentation = try Augmentation(
      documents: world.documents, library: prompts, configuration: configuration)
    let adapter = configuration.adaptsToPrompts ? try await taughtAdapter(model) : nil
    let writer = ModelWriter(model: model, name: modelName, adapter: adapter)
    let identity = await augmentation.identity(of: model, name: modelName)
    let path =
      "\(folder)/\(world.name.rawValue)-\(world.size.rawValue)-\(world.seed)-\(strategy.rawValue)-"
      + identity
    onNote("\(world.name.rawValue), seed \(world.seed): writing \(strategy.rawValue) statements")
    return try await augmentation.run(with: writer, in: AugmentationFolder(path: path))
  }

  private func taughtAdapter(_ model: LanguageModel) async throws -> LoRAAdapter {
    if let known = adapter.withLock({ $0 }) { return known }
    onNote("teaching the model to turn statements round, rephrase and link them")
    let made = try await PromptAdapter(library: library).adapter(
      for: model, folder: adapterFolder)
    adapter.withLock { $0 = made }
    return made
  }
}
