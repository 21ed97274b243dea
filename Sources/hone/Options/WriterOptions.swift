// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneKnowledge
import HoneModel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Who writes statements, if not the model on this machine.
struct WriterOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Have a server with OpenAI's API write, as http://127.0.0.1:8080/v1.", valueName: "url"))
  var endpoint: String?

  @Option(help: ArgumentHelp("The model's name at the server.", valueName: "name"))
  var endpointModel: String?

  @Option(help: ArgumentHelp("Give up a request after so long.", valueName: "seconds"))
  var endpointTimeout = 120.0

  @Option(help: ArgumentHelp("Requests under way at once.", valueName: "n"))
  var endpointParallel = 4

  func validate() throws {
    if endpoint == nil, endpointModel != nil {
      throw ValidationError("--endpoint-model is for a server: name it with --endpoint")
    }
    if endpoint != nil, endpointModel == nil {
      throw ValidationError("--endpoint: name the model that it is to use with --endpoint-model")
    }
    if !(endpointTimeout > 0 && endpointTimeout <= 86_400) {
      throw ValidationError(
        "--endpoint-timeout \(endpointTimeout): expected above 0, at most a day (86400)")
    }
  }

  /// The server, if one was named; `HONE_API_KEY` or `OPENAI_API_KEY` is its key.
  ///
  /// - Throws: ``KnowledgeError`` for an address or key that cannot be used.
  func server() throws -> EndpointGenerator? {
    guard let endpoint, let endpointModel else { return nil }
    let environment = ProcessInfo.processInfo.environment
    return try EndpointGenerator(
      EndpointConfiguration(
        url: endpoint, model: endpointModel, timeout: .seconds(endpointTimeout),
        parallelRequests: endpointParallel),
      apiKey: environment["HONE_API_KEY"] ?? environment["OPENAI_API_KEY"])
  }
}

extension LanguageModel {
  /// A writer that was taught the worked examples, or is shown them.
  func statementWriter(
    name: String, library: PromptLibrary, configuration: AugmentationConfiguration,
    progress: ProgressReporter
  ) async throws -> ModelWriter {
    guard configuration.adaptsToPrompts else {
      return ModelWriter(model: self, name: name, adapter: nil)
    }
    progress.begin("teaching the model its prompts (once)")
    let adapter = try await PromptAdapter(library: library).adapter(
      for: self, folder: try AugmentationOptions.adapterFolder
    ) { progress.update($0) }
    progress.finish()
    return ModelWriter(model: self, name: name, adapter: adapter)
  }
}

extension ProgressReporter {
  func show(_ event: LearnEvent) {
    switch event {
    case .began(let work): begin(work)
    case .progress(let done, let total, let note):
      update(done: done, of: total, note: "\(done)/\(total) \(note)")
    }
  }
}
