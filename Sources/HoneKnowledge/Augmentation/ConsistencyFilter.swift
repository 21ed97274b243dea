// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation

/// Chooses which of a model's texts are kept as statements.
///
/// In this order: what says nothing or nothing new; what names things that its source does not;
/// what the model holds not likelier than its denial, by so many nats; of statements that deny each other the less
/// likely. As every contradiction is between a statement and its negation, keeping the likelier side
/// of each pair keeps the largest consistent set of the largest likelihood.
/// - SeeAlso: Akyürek et al. 2024, arXiv 2401.08574, §3, which scores and selects implications.
public struct ConsistencyFilter: Sendable {
  private let configuration: AugmentationConfiguration
  private let prompts: [String: AugmentationPrompt]
  /// Words of the answers of each prompt's worked examples.
  private let knownWords: [String: Set<Substring>]
  /// Words of the whole corpus, in lower case: what may be said where all of it is shown.
  private let corpusWords: Set<Substring>

  public init(
    library: PromptLibrary, documents: [Document], configuration: AugmentationConfiguration
  ) {
    self.configuration = configuration
    prompts = Dictionary(library.prompts.map { ($0.name, $0) }) { first, _ in first }
    knownWords = prompts.mapValues { prompt in
      Set(prompt.examples.flatMap { Self.words($0.output) }).union(FunctionWords.all)
    }
    corpusWords = Set(documents.flatMap { Self.words($0.text) })
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
        var reason = reason(against: text, request, prompt, margin)
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
    let words = Self.words(text)
    if words.isEmpty { return .empty }
    if AugmentationPrompt.isRefusal(text) { return .nothing }
    let source = Self.words(request.input)
    if words == source
      || SentenceSplitter.sentences(in: request.input).contains(where: {
        Self.words($0) == words
      })
    {
      return .repeatsSource
    }
    var known = Set(source).union(knownWords[prompt.name] ?? [])
    if prompt.strategy == .global, configuration.globalContext == .corpus {
      known.formUnion(corpusWords)
    }
    // Names are to be copied, and small models copy some of them wrongly.
    if !words.allSatisfy({ Self.isKnown($0, known) }) { return .ungrounded }
    if !Self.keepsCase(text, of: request.input) { return .ungrounded }
    if let margin, let least = configuration.minMargin, margin < least { return .unlikely }
    return nil
  }

  /// A word, or the same with another ending, as in "maintained" and "maintains".
  private static func isKnown(_ word: Substring, _ known: Set<Substring>) -> Bool {
    if known.contains(word) { return true }
    guard word.count > 4 else { return false }
    let stem = word.prefix(word.count - 2)
    return known.contains { $0.hasPrefix(stem) && $0.count <= word.count + 3 }
  }

  /// Whether names of the source are written as there.
  private static func keepsCase(_ text: String, of source: String) -> Bool {
    func spellings(_ text: String) -> [Substring] {
      text.split { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "-") }
    }
    // Behind the first word a capital is part of a name.
    var names: Set<Substring> = []
    for sentence in SentenceSplitter.sentences(in: source) {
      names.formUnion(
        spellings(sentence).dropFirst().filter { word in
          // A function word with a capital begins a question or a quotation.
          (word.first?.isUppercase ?? false) && !FunctionWords.all.contains(word.lowercased()[...])
        })
    }
    let lowered = Dictionary(names.map { ($0.lowercased(), $0) }) { first, _ in first }
    return spellings(text).allSatisfy { word in
      lowered[word.lowercased()].map { $0 == word } ?? true
    }
  }

  /// Drops the less likely of statements that deny each other.
  private func resolvingContradictions(
    _ statements: [AugmentedStatement]
  ) -> [AugmentedStatement] {
    var places: [[Substring]: Int] = [:]
    for (index, statement) in statements.enumerated() where statement.isKept {
      places[Self.words(statement.text)] = index
    }
    var dropped: Set<Int> = []
    for (index, statement) in statements.enumerated() where statement.isKept {
      guard !dropped.contains(index), let negation = Negation.of(statement.text),
        let other = places[Self.words(negation)], other != index, !dropped.contains(other)
      else { continue }
      let (mine, theirs) = (statement.margin ?? 0, statements[other].margin ?? 0)
      dropped.insert(theirs > mine ? index : other)
    }
    return statements.enumerated().map { index, statement in
      dropped.contains(index) ? statement.dropping(.contradicted) : statement
    }
  }

  /// A question stays with its answer.
  private static func isQuestion(_ text: String) -> Bool {
    text.hasPrefix("Question:") && text.contains("Answer:")
  }

  static func words(_ text: String) -> [Substring] {
    StatementLanguage.words(text.lowercased()[...])
  }

  /// One line, with a full stop at its end if it has none.
  private static func cleaned(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard let last = line.last else { return "" }
    return ".!?\"'".contains(last) ? line : line + "."
  }
}

extension AugmentedStatement {
  fileprivate func dropping(_ reason: Reason) -> AugmentedStatement {
    AugmentedStatement(
      text: text, strategy: strategy, prompt: prompt, source: source, documents: documents,
      model: model, seed: seed, sample: sample, margin: margin, dropped: reason)
  }
}
