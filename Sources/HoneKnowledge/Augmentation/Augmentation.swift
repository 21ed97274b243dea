// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneModel
import HoneTensor
import Synchronization

/// What happens while documents are augmented.
public enum AugmentationEvent: Sendable {
  /// Texts that were there, and those that are wanted.
  case began(written: Int, of: Int)
  /// So many of all texts are there.
  case wrote(Int, of: Int)
}

/// Makes statements of documents, keeping every text as it comes, so that an augmentation that is
/// interrupted in any way goes on where it was.
///
/// - SeeAlso: Lampinen et al. 2025, arXiv 2505.00661, §3 (augmented fine-tuning).
public struct Augmentation: Sendable {
  public let documents: [Document]
  public let library: PromptLibrary
  public let configuration: AugmentationConfiguration
  /// What the model is asked for.
  public let plan: AugmentationPlan

  /// - Throws: ``KnowledgeError`` for settings out of their range, strategies without a prompt, or
  ///   prompts of one name.
  public init(
    documents: [Document], library: PromptLibrary, configuration: AugmentationConfiguration
  ) throws {
    try configuration.validate()
    for strategy in configuration.strategies where library.prompts(of: strategy).isEmpty {
      throw KnowledgeError(
        .invalidSetting, "strategy \(strategy.rawValue): there is no prompt for it; add one")
    }
    guard Set(library.prompts.map(\.name)).count == library.prompts.count else {
      throw KnowledgeError(.invalidSetting, "prompts: two of them have one name; rename one")
    }
    self.documents = documents
    self.library = library
    self.configuration = configuration
    plan = AugmentationPlan(documents: documents, library: library, configuration: configuration)
  }

  /// Writes what is not yet written and judges it all.
  ///
  /// - Parameters:
  ///   - folder: Where it is kept.
  ///   - onEvent: Called as texts come.
  /// - Returns: Every statement, those dropped with their reasons.
  /// - Throws: What the writer throws, ``KnowledgeError`` if the folder holds another augmentation;
  ///   `CancellationError`. What was written is kept.
  public func run(
    with writer: any StatementWriter, in folder: AugmentationFolder,
    onEvent: @escaping @Sendable (AugmentationEvent) -> Void = { _ in }
  ) async throws -> [AugmentedStatement] {
    let requests = plan.requests
    let drafts = Mutex(
      try folder.begin(
        AugmentationFolder.Identity(
          model: writer.name, configuration: writing,
          requestsChecksum: String(requestsChecksum.value, radix: 16),
          requests: requests.count)))
    onEvent(.began(written: drafts.withLock { $0.count }, of: requests.count))
    let context =
      configuration.globalContext == .corpus
      ? documents.map(\.text).joined(separator: "\n\n") : nil
    for prompt in library.prompts {
      let pending = requests.indices.filter { index in
        requests[index].prompt == prompt.name && drafts.withLock { $0[index] == nil }
      }
      if pending.isEmpty { continue }
      try await writer.write(
        pending.map { requests[$0] }, prompt: prompt,
        context: prompt.strategy == .global ? context : nil, configuration: configuration
      ) { written in
        let placed = written.map { (place: pending[$0.place], draft: $0.draft) }
        try folder.append(placed)
        let count = drafts.withLock { drafts in
          for (place, draft) in placed { drafts[place] = draft }
          return drafts.count
        }
        onEvent(.wrote(count, of: requests.count))
      }
    }
    try Task.checkCancellation()
    let all = drafts.withLock { $0 }
    let filter = ConsistencyFilter(
      library: library, documents: documents, configuration: configuration)
    let statements = filter.statements(
      requests,
      requests.indices.map {
        all[$0] ?? AugmentationDraft(text: "", logLikelihood: nil, negationLogLikelihood: nil)
      }, model: writer.name)
    try folder.finish(statements)
    return statements
  }

  /// What the texts depend on: all settings but what is kept of them.
  private var writing: AugmentationConfiguration {
    var writing = configuration
    writing.minMargin = nil
    return writing
  }

  private var requestsChecksum: Checksum {
    var checksum = Checksum()
    checksum.combine(
      plan.requests.flatMap { [$0.prompt, $0.input, "\($0.sample)"] + $0.documents } + library.texts
    )
    return checksum
  }

  /// Names the texts that a model would write: other weights, names, settings, prompts or documents
  /// give another.
  package func identity(of model: LanguageModel, name: String) async -> String {
    var checksum = requestsChecksum
    checksum.combine(await model.weightsChecksum())
    checksum.combine(["\(writing)", name])
    return String(checksum.value, radix: 16)
  }
}
