// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTraining

/// Turns puzzles into a model's tokens, and its replies into grids.
///
/// Every piece of a prompt is tokenised by itself and the pieces are joined, so that a
/// demonstration has the same tokens in every place, in training as at inference.
package struct PuzzleEncoder: Sendable {
  package let format: any GridFormat
  /// The ids of the model's tokens that are kept, for ``Decoder/reducingVocabulary(to:)``; nil
  /// where it keeps all.
  package let keptTokens: [Int32]?
  /// What a reply may be.
  package let replyTokens: ReplyTokens
  /// The token that ends a reply, in training.
  let stopToken: Int32
  private let pieces: Pieces
  private let texts: TextCoder

  private struct Pieces: Sendable {
    let opening, inputOpening, outputOpening, demonstrationEnd, separator: [Int32]
    let queryOpening, queryClosing, replyOpening: [Int32]
  }

  /// How text becomes tokens and back.
  private enum TextCoder: Sendable {
    case model(Tokenizer)
    case reduced(GridVocabulary)

    func encode(_ text: String) -> [Int32] {
      switch self {
      case .model(let tokenizer):
        // Grids are text: nothing in them is a control token.
        tokenizer.encode(
          text, addSpecialTokens: false, parseSpecialTokens: false, continuing: true)
      case .reduced(let vocabulary): vocabulary.encode(text)
      }
    }

    func decode(_ ids: [Int32]) -> String {
      switch self {
      case .model(let tokenizer):
        String(decoding: ids.flatMap { tokenizer.bytes(of: $0) }, as: UTF8.self)
      case .reduced(let vocabulary):
        String(ids.compactMap(vocabulary.text(of:)))
      }
    }
  }

  /// - Parameters:
  ///   - model: Whose tokens, and chat template where the format uses it.
  ///   - isConstrained: Whether replies can be nothing but grids.
  /// - Throws: ``ARCError`` (`unsuitableModel`) if the format cannot be written with the model's
  ///   tokens; ``ModelError`` for a chat template that cannot be used.
  package init(
    _ name: GridFormatName, model: LanguageModel, isConstrained: Bool = true
  ) throws {
    let tokenizer = model.tokenizer
    let format = name.format
    self.format = format
    let layout: PromptLayout
    let grammar = GridGrammar(format, maxSide: Grid.maxSide)
    let stops: Set<Int32>
    // Tokens that no text of the layout stands for.
    var (begin, demonstrationEnd): ([Int32], [Int32]) = ([], [])
    switch name {
    case .cells:
      let vocabulary = try GridVocabulary(tokenizer)
      texts = .reduced(vocabulary)
      keptTokens = vocabulary.ids
      stopToken = vocabulary.end
      stops = [vocabulary.end]
      layout = .marks
      begin = vocabulary.begin.map { [$0] } ?? []
      demonstrationEnd = [vocabulary.end]
      replyTokens =
        isConstrained
        ? .grid(try TokenGrammar(grammar, tokens: vocabulary.tokens, stopTokens: stops))
        : .any(stopTokens: stops)
    case .numpy, .words:
      let frame = try ChatFrame(model)
      texts = .model(tokenizer)
      keptTokens = nil
      layout = name == .numpy ? .arrows(frame) : .headings(frame)
      let closing = tokenizer.encode(frame.closing, addSpecialTokens: false)
      guard
        let stop = closing.first(where: tokenizer.eosTokenIDs.contains) ?? tokenizer.eosTokenID
      else {
        throw ARCError(.unsuitableModel, "the tokenizer names no token that ends a reply")
      }
      stopToken = stop
      stops = tokenizer.eosTokenIDs.union([stop])
      // A template writes the beginning itself.
      if model.chatTemplateSource == nil { begin = tokenizer.prefixTokenIDs }
      replyTokens =
        isConstrained
        ? .grid(
          try TokenGrammar(grammar, tokenizer: tokenizer, vocabSize: model.configuration.vocabSize))
        : .any(stopTokens: stops)
    }
    let coder = self.texts
    func encode(_ text: String) -> [Int32] {
      switch coder {
      // Special tokens of the template are spelled out in it.
      case .model: tokenizer.encode(text, addSpecialTokens: false, continuing: true)
      case .reduced: coder.encode(text)
      }
    }
    pieces = Pieces(
      opening: begin + encode(layout.opening),
      inputOpening: encode(layout.inputOpening), outputOpening: encode(layout.outputOpening),
      demonstrationEnd: demonstrationEnd,
      separator: encode(layout.separator), queryOpening: encode(layout.queryOpening),
      queryClosing: encode(layout.queryClosing), replyOpening: encode(layout.replyOpening))
  }

  // MARK: Tokens

  /// A prompt up to where the reply begins.
  package func prompt(demonstrations: [ARCPair], input: Grid) -> [Int32] {
    var ids = pieces.opening
    for (place, pair) in demonstrations.enumerated() {
      if place > 0 { ids += pieces.separator }
      ids += question(pair.input) + answer(pair.output)
    }
    return ids + query(input) + pieces.replyOpening
  }

  /// A reply with the token that ends it.
  package func reply(_ output: Grid) -> [Int32] {
    texts.encode(format.reply(of: output)) + [stopToken]
  }

  /// The grid that a reply means, without its stop token.
  ///
  /// - Returns: nil if it is none.
  package func grid(_ ids: [Int32]) -> Grid? {
    let text = texts.decode(ids)
    return format.grid(fromText: text) ?? format.lenientGrid(fromText: text)
  }

  private func question(_ input: Grid) -> [Int32] {
    pieces.inputOpening + texts.encode(format.text(of: input)) + pieces.outputOpening
  }

  private func answer(_ output: Grid) -> [Int32] {
    texts.encode(format.reply(of: output)) + pieces.demonstrationEnd
  }

  private func query(_ input: Grid) -> [Int32] {
    pieces.queryOpening + texts.encode(format.text(of: input)) + pieces.queryClosing
  }

  // MARK: Training samples

  /// A training sample with loss on the reply and, unless that is not wanted, on the outputs of all
  /// demonstrations but the first, from which no rule can be known yet.
  ///
  /// - SeeAlso: Akyürek et al. 2024, arXiv 2411.07279, §3.2.
  package func sample(_ task: SyntheticTask, demonstrationLoss: Bool) -> TrainingSample {
    var sample = TrainingSample()
    sample.append(pieces.opening, isTarget: false)
    for (place, pair) in task.demonstrations.enumerated() {
      if place > 0 { sample.append(pieces.separator, isTarget: false) }
      sample.append(question(pair.input), isTarget: false)
      sample.append(answer(pair.output), isTarget: demonstrationLoss && place > 0)
    }
    sample.append(query(task.heldOut.input), isTarget: false)
    sample.append(pieces.replyOpening + reply(task.heldOut.output), isTarget: true)
    return sample
  }

  /// The tokens of ``sample(_:demonstrationLoss:)``.
  package func tokenCount(_ task: SyntheticTask) -> Int {
    sample(task, demonstrationLoss: false).ids.count
  }
}
