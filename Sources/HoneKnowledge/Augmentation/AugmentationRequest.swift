// SPDX-License-Identifier: Apache-2.0

/// One text asked of a model.
public struct AugmentationRequest: Codable, Sendable, Hashable {
  /// ``AugmentationPrompt/name``.
  public let prompt: String
  /// The statement, or statements, that it is to be made of.
  public let input: String
  /// ``Document/id`` of those that say so.
  public let documents: [String]
  /// 0 for the most likely text; later ones are drawn.
  public let sample: Int

  public init(prompt: String, input: String, documents: [String], sample: Int) {
    self.prompt = prompt
    self.input = input
    self.documents = documents
    self.sample = sample
  }
}

/// A text that a model wrote, before anything was made of it.
public struct AugmentationDraft: Codable, Sendable, Hashable {
  public let text: String
  /// Of the text behind its prompt, in nats; nil where the model does not say.
  public let logLikelihood: Double?
  /// The same of the likelier of the text's negation and of saying that nothing follows; nil where
  /// it has neither.
  public let negationLogLikelihood: Double?
  /// Why the model was not asked; nil if it was.
  public let refused: AugmentedStatement.Reason?

  public init(
    text: String, logLikelihood: Double?, negationLogLikelihood: Double?,
    refused: AugmentedStatement.Reason? = nil
  ) {
    self.text = text
    self.logLikelihood = logLikelihood
    self.negationLogLikelihood = negationLogLikelihood
    self.refused = refused
  }

  /// Of a request that is longer than the model's context.
  static let tooLong = AugmentationDraft(
    text: "", logLikelihood: nil, negationLogLikelihood: nil, refused: .tooLong)
}

/// What a corpus is asked for, in a fixed order.
public struct AugmentationPlan: Sendable, Hashable {
  public let requests: [AugmentationRequest]

  public init(
    documents: [Document], library: PromptLibrary, configuration: AugmentationConfiguration
  ) {
    var requests: [AugmentationRequest] = []
    func add(_ prompts: [AugmentationPrompt], _ inputs: [(text: String, documents: [String])]) {
      for prompt in prompts {
        for sample in 0..<configuration.samples {
          requests += inputs.map {
            AugmentationRequest(
              prompt: prompt.name, input: $0.text, documents: $0.documents, sample: sample)
          }
        }
      }
    }
    if configuration.strategies.contains(.local) {
      add(library.prompts(of: .local), Self.sentences(documents))
    }
    if configuration.strategies.contains(.global) {
      switch configuration.globalContext {
      case .related:
        let links = SentenceLinks(documents: documents)
        add(
          library.prompts(of: .global),
          links.pairs(perDocument: configuration.linksPerDocument).map {
            ("\($0.first.text) \($0.second.text)", $0.documents)
          })
      case .corpus:
        add(library.prompts(of: .global), documents.map { ($0.text, [$0.id]) })
      }
    }
    self.requests = requests
  }

  /// Every sentence once, with all documents that hold it.
  private static func sentences(_ documents: [Document]) -> [(text: String, documents: [String])] {
    var places: [String: Int] = [:]
    var result: [(text: String, documents: [String])] = []
    for document in documents {
      for sentence in document.sentences where sentence.contains(where: \.isLetter) {
        if let place = places[sentence] {
          if result[place].documents.last != document.id {
            result[place].documents.append(document.id)
          }
        } else {
          places[sentence] = result.count
          result.append((sentence, [document.id]))
        }
      }
    }
    return result
  }
}
