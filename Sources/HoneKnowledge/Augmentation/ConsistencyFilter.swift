// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation

/// Chooses which of a model's texts are kept as statements.
///
/// In this order: what says nothing or nothing new; what names things that its source does not;
/// what the model holds not likelier than its denial, by so many nats; of statements that deny each
/// other all but the largest consistent set, of several such the likeliest.
/// - SeeAlso: Akyürek et al. 2024, arXiv 2401.08574, §3, which scores and selects implications.
public struct ConsistencyFilter: Sendable {
  private let configuration: AugmentationConfiguration
  private let prompts: [String: AugmentationPrompt]
  /// Words of the answers of each prompt's worked examples.
  private let knownWords: [String: Set<Substring>]
  /// Words of the corpus, in lower case, where all of it is shown: what may be said then.
  private let corpusWords: Set<Substring>

  public init(
    library: PromptLibrary, documents: [Document], configuration: AugmentationConfiguration
  ) {
    self.configuration = configuration
    prompts = Dictionary(library.prompts.map { ($0.name, $0) }) { first, _ in first }
    knownWords = prompts.mapValues { prompt in
      Set(prompt.examples.flatMap { StatementLanguage.lowercasedWords($0.output) }).union(
        FunctionWords.all)
    }
    corpusWords =
      configuration.globalContext == .corpus
      ? Set(documents.flatMap { StatementLanguage.lowercasedWords($0.text) }) : []
  }

  /// Judges all drafts of a corpus, in the order of their requests.
  ///
  /// - Parameter model: Who wrote them.
  public func statements(
    _ requests: [AugmentationRequest], _ drafts: [AugmentationDraft], model: String
  ) -> [AugmentedStatement] {
    var seen = Deduplicator()
    var result: [AugmentedStatement] = []
    for (request, draft) in zip(requests, drafts) {
      guard let prompt = prompts[request.prompt] else { continue }
      // A chain of inference is learned statement by statement, each by itself.
      let isChain = prompt.strategy == .global && !Self.isQuestion(draft.text)
      let texts = isChain ? SentenceSplitter.sentences(in: draft.text) : [draft.text]
      let margin = draft.logLikelihood.flatMap { likelihood in
        draft.negationLogLikelihood.map { likelihood - $0 }
      }
      for text in texts.isEmpty ? [""] : texts {
        let text = Self.cleaned(text)
        var reason = draft.refused ?? reason(against: text, request, prompt, margin)
        if reason == nil, !seen.insert(text) { reason = .duplicate }
        result.append(
          AugmentedStatement(
            text: text, strategy: prompt.strategy, prompt: prompt.name, source: request.input,
            documents: request.documents, model: model, seed: configuration.seed,
            sample: request.sample, margin: margin, dropped: reason))
      }
    }
    return resolvingContradictions(result)
  }

  private func reason(
    against text: String, _ request: AugmentationRequest, _ prompt: AugmentationPrompt,
    _ margin: Double?
  ) -> AugmentedStatement.Reason? {
    let words = StatementLanguage.lowercasedWords(text)
    if words.isEmpty { return .empty }
    if AugmentationPrompt.isRefusal(text) { return .nothing }
    let source = StatementLanguage.lowercasedWords(request.input)
    if words == source
      || SentenceSplitter.sentences(in: request.input).contains(where: {
        StatementLanguage.lowercasedWords($0) == words
      })
    {
      return .repeatsSource
    }
    var known = Set(source).union(knownWords[prompt.name] ?? [])
    if prompt.strategy == .global { known.formUnion(corpusWords) }
    // Names are to be copied, and small models copy some of them wrongly.
    let grounding = Grounding(source: request.input, known: known)
    if !grounding.holds(of: text) { return .ungrounded }
    if let margin, let least = configuration.minMargin, margin < least { return .unlikely }
    return nil
  }

  /// Drops what contradicts the largest consistent set.
  private func resolvingContradictions(
    _ statements: [AugmentedStatement]
  ) -> [AugmentedStatement] {
    var places: [[Substring]: Int] = [:]
    for (index, statement) in statements.enumerated() where statement.isKept {
      places[StatementLanguage.lowercasedWords(statement.text)] = index
    }
    var contradictions = Contradictions()
    for (index, statement) in statements.enumerated() where statement.isKept {
      guard let negation = Negation.of(statement.text),
        let other = places[StatementLanguage.lowercasedWords(negation)], other != index
      else { continue }
      contradictions.add(index, other)
    }
    var result = statements
    for index in contradictions.dropped(weight: { statements[$0].margin ?? 0 }) {
      result[index].dropped = .contradicted
    }
    return result
  }

  /// A question stays with its answer.
  private static func isQuestion(_ text: String) -> Bool {
    text.hasPrefix("Question:") && text.contains("Answer:")
  }

  /// One line, with a full stop at its end if it has none.
  private static func cleaned(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard let last = line.last else { return "" }
    return ".!?\"'".contains(last) ? line : line + "."
  }
}
