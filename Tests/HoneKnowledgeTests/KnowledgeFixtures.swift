// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneAdaptation
import HoneKnowledge
import HoneModel
import HoneTesting
import Synchronization

/// What the tests of augmentation, study and learning work on.
enum KnowledgeFixtures {
  static func tinyModel() throws -> LanguageModel {
    try LanguageModel.load(path: Fixtures.path("tiny-llama"), threads: 2, compute: .float32)
  }

  /// Documents named by letters, each of these sentences.
  static func documents(_ texts: String...) -> [Document] {
    texts.enumerated().map { place, text in
      Document(
        id: String(UnicodeScalar(UInt8(97 + place))),
        sentences: SentenceSplitter.sentences(in: text))
    }
  }

  /// Prompts that leave room in a context of 512 tokens.
  static let library = PromptLibrary(prompts: [turning, linking])

  static let turning = AugmentationPrompt(
    name: "turning", strategy: .local, instruction: "Turn it round.",
    examples: [
      Demonstration(
        input: "Oaks are less tall than pines.", output: "Pines are more tall than oaks."),
      Demonstration(input: "Anna's mother is Berta.", output: "Berta's child is Anna."),
    ])

  static let linking = AugmentationPrompt(
    name: "linking", strategy: .global, instruction: "Say what follows.",
    examples: [
      Demonstration(input: "All zug are drim. All drim are hask.", output: "All zug are hask."),
      Demonstration(input: "No dax are wug. No wug are morp.", output: "Nothing."),
    ])

  static func requests(
    _ prompt: AugmentationPrompt, _ inputs: [String], sample: Int = 0
  ) -> [AugmentationRequest] {
    inputs.map {
      AugmentationRequest(prompt: prompt.name, input: $0, documents: ["a"], sample: sample)
    }
  }

  /// A folder's file, as JSON a line.
  static func rows(_ path: String) throws -> [[String: Any]] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
    }
  }

  static func bytes(_ path: String) -> Data? { FileManager.default.contents(atPath: path) }
}

/// Writes what it is told to, and breaks off after some texts.
final class ScriptedWriter: StatementWriter {
  struct Broken: Error {}

  let name: String
  private let left: Mutex<Int>
  private let kept = Mutex<[AugmentationRequest]>([])
  private let contexts = Mutex<[String: String?]>([:])
  private let draft: @Sendable (AugmentationRequest) -> AugmentationDraft

  /// Requests whose texts were handed over.
  var written: [AugmentationRequest] { kept.withLock { $0 } }

  /// - Parameter texts: Handed over before it breaks off.
  init(
    name: String = "scripted", texts: Int = .max,
    draft: @escaping @Sendable (AugmentationRequest) -> AugmentationDraft = ScriptedWriter.turned
  ) {
    self.name = name
    left = Mutex(texts)
    self.draft = draft
  }

  /// The words of what it is made of in another order, with a margin that they decide.
  static func turned(_ request: AugmentationRequest) -> AugmentationDraft {
    let words = request.input.split(separator: " ").reversed().joined(separator: " ")
    return AugmentationDraft(
      text: words.filter { $0 != "." } + ".",
      logLikelihood: -Double(request.input.count + request.sample),
      negationLogLikelihood: -Double(request.input.count) - Double(request.input.count % 5))
  }

  func context(of prompt: String) -> String?? { contexts.withLock { $0[prompt] } }

  func write(
    _ requests: [AugmentationRequest], prompt: AugmentationPrompt, context: String?,
    configuration: AugmentationConfiguration,
    onDrafts: @escaping @Sendable ([(place: Int, draft: AugmentationDraft)]) throws -> Void
  ) async throws {
    contexts.withLock { $0[prompt.name] = .some(context) }
    for (place, request) in requests.enumerated() {
      let mayGoOn = left.withLock { left in
        left -= 1
        return left >= 0
      }
      guard mayGoOn else { throw Broken() }
      kept.withLock { $0.append(request) }
      try onDrafts([(place, draft(request))])
    }
  }
}
