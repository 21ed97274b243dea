// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Writes statements with a model behind an address, which is shown the worked examples.
///
/// The server does not say how likely its texts are, so none is dropped for being unlikely.
public struct EndpointWriter: StatementWriter {
  private let generator: EndpointGenerator

  public init(_ generator: EndpointGenerator) { self.generator = generator }

  public var name: String { generator.name }

  /// Every answer is handed on when it comes, so a server that fails later takes nothing along.
  public func write(
    _ requests: [AugmentationRequest], prompt: AugmentationPrompt, context: String?,
    configuration: AugmentationConfiguration,
    onDrafts: @escaping @Sendable ([(place: Int, draft: AugmentationDraft)]) throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: (Int, String).self) { group in
      var waiting = requests.enumerated().makeIterator()
      func start() {
        guard let (place, request) = waiting.next() else { return }
        group.addTask {
          let (prefix, question) = prompt.text(for: request.input, context: context)
          let isFirst = request.sample == 0
          let seed = RandomSource(seed: configuration.seed)
            .derived("\(prompt.name) \(request.input) \(request.sample)").seed()
          let texts = try await generator.complete(
            prefix: prefix,
            [
              GenerationRequest(
                prompt: question, maxTokens: configuration.maxTokens, stop: ["\nQ:"],
                temperature: isFirst ? 0 : configuration.temperature,
                // Servers take seeds of 32 bits.
                seed: seed >> 33)
            ])
          return (place, texts.first ?? "")
        }
      }
      for _ in 0..<generator.configuration.parallelRequests { start() }
      var failure: (any Error)?
      while true {
        do {
          guard let (place, text) = try await group.next() else { break }
          let line = text.split(whereSeparator: \.isNewline).lazy.map(Self.answer)
            .first { !$0.isEmpty }
          let draft = AugmentationDraft(
            text: line ?? "", logLikelihood: nil, negationLogLikelihood: nil)
          try onDrafts([(place, draft)])
          if failure == nil { start() }
        } catch {
          // What the other requests bring is still kept.
          failure = failure ?? error
        }
      }
      if let failure { throw failure }
    }
  }

  /// Models made for conversations like to repeat "A:".
  private static func answer(_ line: Substring) -> String {
    let line = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line == "A:" ? "" : line.hasPrefix("A: ") ? String(line.dropFirst(3)) : line
  }
}
