// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneModel
import HoneStore

/// Which model, without what it takes to run it.
struct ModelOption: ParsableArguments {
  @Option(help: "A name, GGUF file or folder.")
  var model = ModelCatalog.defaultName

  func validate() throws {
    if model.isEmpty { throw ValidationError("--model is empty: name a model, a file or a folder") }
  }

  /// The file or folder.
  ///
  /// - Throws: ``StoreError`` if it is not there, with what to do.
  var path: String {
    get throws { try ModelStore(at: ModelStore.defaultFolder()).resolve(model) }
  }
}

/// Which model, and on how many threads.
struct ModelRunOptions: ParsableArguments {
  @OptionGroup var model: ModelOption

  @Option(help: ArgumentHelp("Threads (default: one per core).", valueName: "n"))
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads): expected 1 … 1024")
    }
  }

  /// Loads the model.
  func load(compute: ComputeMode) throws -> LanguageModel {
    try LanguageModel.load(path: model.path, threads: threads, compute: compute)
  }
}

/// Which model, and how it runs.
struct ModelOptions: ParsableArguments {
  @OptionGroup var run: ModelRunOptions

  @Option(help: "How products with the weights are computed.")
  var compute = ComputeMode.auto

  /// As it was given.
  var name: String { run.model.model }

  /// Loads the model.
  func load() throws -> LanguageModel { try run.load(compute: compute) }
}

/// The same with float32 as the default, for numbers that others must be able to check.
struct ExactModelOptions: ParsableArguments {
  @OptionGroup var run: ModelRunOptions

  @Option(help: "How products with the weights are computed.")
  var compute = ComputeMode.float32

  /// Loads the model.
  func load() throws -> LanguageModel { try run.load(compute: compute) }
}

extension ComputeMode: ExpressibleByArgument {}
