// SPDX-License-Identifier: Apache-2.0

/// How a text is cut into the pieces within which tokens merge.
///
/// The stages run in the order of the properties; each works on every piece of the one before.
package struct PreTokenizer: Sendable, Hashable {
  /// A splitting pattern, run as a hand-written scanner over Unicode scalars.
  package enum Pattern: Sendable, Hashable, CaseIterable {
    /// See ``GPT2Pattern``.
    case gpt2
    /// See ``Llama3Pattern``.
    case llama3
    /// See ``Llama3Pattern``, with single digits.
    case qwen2
    /// See ``TekkenPattern``.
    case tekken

    var expression: String {
      switch self {
      case .gpt2: GPT2Pattern.expression
      case .llama3: Llama3Pattern.expression
      case .qwen2: Llama3Pattern.qwen2Expression
      case .tekken: TekkenPattern.expression
      }
    }
  }

  /// Spaces become `▁`, as SentencePiece has it.
  package struct Metaspace: Sendable, Hashable {
    /// Where a `▁` is put before a part of the text that has none.
    package enum Prefix: String, Sendable, Hashable {
      /// Before every part: the text is cut at added tokens.
      case always
      /// Before a part at the text's beginning.
      case first
      case never
    }
    package var prefix: Prefix
    /// Every `▁` begins a piece.
    package var splits: Bool
  }

  /// Runs before all other stages.
  package var metaspace: Metaspace?
  /// Every `\p{N}` becomes a piece of its own.
  package var isolatesDigits = false
  /// Splits by a pattern.
  package var split: Pattern?
  /// Puts a space before every piece that does not start with one.
  package var addPrefixSpace = false
  /// Splits by GPT-2's pattern, after the prefix space.
  package var splitsByteLevel = false

  /// GPT-2: its pattern alone.
  package static let gpt2 = PreTokenizer(splitsByteLevel: true)
  /// SmolLM, StarCoder: digits one by one, then GPT-2's pattern.
  package static let smolLM = PreTokenizer(isolatesDigits: true, splitsByteLevel: true)
  /// Llama 3.
  package static let llama3 = PreTokenizer(split: .llama3)
  /// Qwen2.
  package static let qwen2 = PreTokenizer(split: .qwen2)
  /// Mistral Nemo and later.
  package static let tekken = PreTokenizer(split: .tekken)

  /// Calls `body` with every piece of a part of a text, in order; pieces are never empty.
  ///
  /// - Parameter position: Where the part stands in the text.
  func forEachPiece(
    of text: ScalarText, in range: Range<Int>, _ position: TextPosition,
    _ body: (ScalarText, Range<Int>) -> Void
  ) {
    guard let metaspace, !range.isEmpty else { return digitsStage(text, range, body) }
    let spaced = metaspace.apply(to: text.bytes[range], position)
    var start = 0
    for next in spaced.bytes.indices.dropFirst() where metaspace.splits && spaced.hasMark(at: next)
    {
      digitsStage(spaced, start..<next, body)
      start = next
    }
    digitsStage(spaced, start..<spaced.bytes.count, body)
  }

  private func digitsStage(
    _ text: ScalarText, _ range: Range<Int>, _ body: (ScalarText, Range<Int>) -> Void
  ) {
    guard isolatesDigits else { return splitStage(text, range, body) }
    var start = range.lowerBound
    while start < range.upperBound {
      var (first, end) = text.read(at: start)
      while first != .number, end < range.upperBound {
        let (found, next) = text.read(at: end)
        if found == .number { break }
        first = found
        end = next
      }
      splitStage(text, start..<end, body)
      start = end
    }
  }

  private func splitStage(
    _ text: ScalarText, _ range: Range<Int>, _ body: (ScalarText, Range<Int>) -> Void
  ) {
    guard let split else { return byteLevelStage(text, range, body) }
    forEachMatch(of: split, text, range) { byteLevelStage(text, $0, body) }
  }

  private func byteLevelStage(
    _ text: ScalarText, _ range: Range<Int>, _ body: (ScalarText, Range<Int>) -> Void
  ) {
    if addPrefixSpace, !range.isEmpty, text.bytes[range.lowerBound] != UInt8(ascii: " ") {
      let prefixed = ScalarText(prefixingSpaceTo: range, of: text)
      byteLevelSplit(prefixed, prefixed.bytes.indices, body)
    } else {
      byteLevelSplit(text, range, body)
    }
  }

  private func byteLevelSplit(
    _ text: ScalarText, _ range: Range<Int>, _ body: (ScalarText, Range<Int>) -> Void
  ) {
    if splitsByteLevel {
      forEachMatch(of: .gpt2, text, range) { body(text, $0) }
    } else if !range.isEmpty {
      body(text, range)
    }
  }

  private func forEachMatch(
    of pattern: Pattern, _ text: ScalarText, _ range: Range<Int>, _ body: (Range<Int>) -> Void
  ) {
    let limit = range.upperBound
    var start = range.lowerBound
    while start < limit {
      let end =
        switch pattern {
        case .gpt2: GPT2Pattern.endOfPiece(in: text, from: start, limit: limit)
        case .llama3:
          Llama3Pattern.endOfPiece(in: text, from: start, limit: limit, maxDigits: 3)
        case .qwen2:
          Llama3Pattern.endOfPiece(in: text, from: start, limit: limit, maxDigits: 1)
        case .tekken: TekkenPattern.endOfPiece(in: text, from: start, limit: limit)
        }
      body(start..<end)
      start = end
    }
  }
}

/// Where a part of a text stands that added tokens cut it into.
enum TextPosition {
  /// At its beginning.
  case start
  /// At the beginning of a text that continues another one: nothing is put before it.
  case continuation
  /// Behind an added token.
  case middle
}

extension PreTokenizer.Metaspace {
  fileprivate func apply(to bytes: ArraySlice<UInt8>, _ position: TextPosition) -> ScalarText {
    let text = ScalarText(SpaceMark.replacingSpaces(in: bytes))
    let isWanted =
      switch position {
      case .start: prefix != .never
      case .middle: prefix == .always
      case .continuation: false
      }
    return isWanted && !text.hasMark(at: 0) ? ScalarText(SpaceMark.utf8 + text.bytes) : text
  }
}

extension ScalarText {
  fileprivate func hasMark(at offset: Int) -> Bool {
    bytes[offset...].starts(with: SpaceMark.utf8)
  }
}
