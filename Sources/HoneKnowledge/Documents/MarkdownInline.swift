// SPDX-License-Identifier: Apache-2.0

/// Strips the mark-up within a paragraph of Markdown.
///
/// One pass over the bytes: what turns out to be mark-up is overwritten with ``gone``, a byte that
/// UTF-8 never has, and swept out at the end.
struct MarkdownInline {
  /// Labels of link targets that are defined, lower-case.
  let definitions: Set<String>

  /// - Returns: The text on one line, without white space at its ends.
  func text(_ markdown: some Sequence<UInt8>) -> String {
    var pass = InlinePass(Array(markdown), definitions)
    pass.run()
    let text = String(decoding: pass.out.lazy.filter { $0 != InlinePass.gone }, as: UTF8.self)
    return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// A label as it is looked up: without regard to case and amounts of white space.
  static func label(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: Array(bytes), as: UTF8.self).lowercased()
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

private struct InlinePass {
  static let gone: UInt8 = 0xFF

  /// A run of `*`, `_` or `~` that may open an emphasis.
  private struct Opener {
    /// Where the run starts in `out`.
    let place: Int
    var count: Int
  }

  private struct Bracket {
    /// Where it stands in `out`, and the byte behind it in the source.
    let place: Int
    let start: Int
    let isImage: Bool
  }

  /// Bytes of a link's label; CommonMark has 999, over which nested brackets would take their time.
  private static let maximumLabel = 200

  private let source: [UInt8]
  private let definitions: Set<String>
  private(set) var out: [UInt8] = []
  private var position = 0
  private var openers: [UInt8: [Opener]] = [:]
  private var brackets: [Bracket] = []
  /// Places of runs of backticks, by their length, last first: each is used up once.
  private var tickRuns: [Int: [Int]] = [:]

  init(_ source: [UInt8], _ definitions: Set<String>) {
    self.source = source
    self.definitions = definitions
    out.reserveCapacity(source.count)
    var index = source.count - 1
    while index >= 0 {
      let end = index
      while index >= 0, source[index] == UInt8(ascii: "`") { index -= 1 }
      if end > index {
        tickRuns[end - index, default: []].append(index + 1)
      } else {
        index -= 1
      }
    }
  }

  mutating func run() {
    while position < source.count {
      let byte = source[position]
      switch byte {
      case UInt8(ascii: "\\"): escape()
      case UInt8(ascii: "`"): codeSpan()
      case UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "~"): emphasis(byte)
      case UInt8(ascii: "!") where at(position + 1) == UInt8(ascii: "["): open(isImage: true)
      case UInt8(ascii: "["): if !footnoteMark() { open(isImage: false) }
      case UInt8(ascii: "]"): close()
      case UInt8(ascii: "<"): angle()
      case UInt8(ascii: "&"): entity()
      default: copy(1)
      }
    }
  }

  private func at(_ index: Int) -> UInt8? { index < source.count ? source[index] : nil }

  private mutating func copy(_ count: Int) {
    out.append(contentsOf: source[position..<position + count])
    position += count
  }

  private mutating func escape() {
    if let next = at(position + 1), next.isASCIIPunctuation {
      position += 1
      copy(1)
    } else if at(position + 1) == UInt8(ascii: "\n") {
      position += 1
    } else {
      copy(1)
    }
  }

  private mutating func codeSpan() {
    var count = 0
    while at(position + count) == UInt8(ascii: "`") { count += 1 }
    let start = position + count
    while let last = tickRuns[count]?.last, last < start { tickRuns[count]?.removeLast() }
    guard let end = tickRuns[count]?.last else { return copy(count) }
    out.append(contentsOf: source[start..<end])
    position = end + count
  }

  // MARK: Emphasis

  private mutating func emphasis(_ mark: UInt8) {
    let start = position
    while at(position) == mark { position += 1 }
    let count = position - start
    var place = out.count
    out.append(contentsOf: repeatElement(mark, count: count))
    if mark == UInt8(ascii: "~"), count > 2 { return }
    let (canOpen, canClose) = flanks(mark, start, position)
    var rest = count
    if canClose {
      while rest > 0, var opener = openers[mark]?.popLast() {
        // A strike-through ends with as many as it starts with.
        if mark == UInt8(ascii: "~"), opener.count != rest { continue }
        let used = min(opener.count, rest)
        opener.count -= used
        for index in 0..<used {
          out[opener.place + opener.count + index] = Self.gone
          out[place + index] = Self.gone
        }
        rest -= used
        place += used
        if opener.count > 0 { openers[mark]?.append(opener) }
      }
    }
    if rest > 0, canOpen { openers[mark, default: []].append(Opener(place: place, count: rest)) }
  }

  /// Whether a run of marks may open and close: CommonMark 0.31.2, §6.2, flanking runs.
  private func flanks(_ mark: UInt8, _ start: Int, _ end: Int) -> (Bool, Bool) {
    let before = start > 0 ? source[start - 1] : UInt8(ascii: " ")
    let after = at(end) ?? UInt8(ascii: " ")
    let isBeforePunctuation = before.isASCIIPunctuation || endsQuote(start)
    let isAfterPunctuation = after.isASCIIPunctuation || startsQuote(end)
    let opens =
      !after.isASCIISpace && (!isAfterPunctuation || before.isASCIISpace || isBeforePunctuation)
    let closes =
      !before.isASCIISpace && (!isBeforePunctuation || after.isASCIISpace || isAfterPunctuation)
    guard mark == UInt8(ascii: "_") else { return (opens, closes) }
    return (
      opens && (!closes || isBeforePunctuation), closes && (!opens || isAfterPunctuation)
    )
  }

  /// Whether a dash, quotation mark or ellipsis (U+2010 … U+2027) starts here.
  private func startsQuote(_ index: Int) -> Bool {
    index + 2 < source.count && source[index] == 0xE2 && source[index + 1] == 0x80
      && source[index + 2] >= 0x90 && source[index + 2] <= 0xA7
  }

  private func endsQuote(_ index: Int) -> Bool { index >= 3 && startsQuote(index - 3) }

  // MARK: Links

  private mutating func footnoteMark() -> Bool {
    guard at(position + 1) == UInt8(ascii: "^") else { return false }
    let label = source[(position + 2)...].prefix(100).prefix { $0 != UInt8(ascii: "]") }
    guard !label.isEmpty, at(label.endIndex) == UInt8(ascii: "]"),
      !label.contains(where: \.isASCIISpace)
    else { return false }
    position = label.endIndex + 1
    return true
  }

  private mutating func open(isImage: Bool) {
    let count = isImage ? 2 : 1
    brackets.append(Bracket(place: out.count, start: position + count, isImage: isImage))
    copy(count)
  }

  private mutating func close() {
    guard let bracket = brackets.popLast() else { return copy(1) }
    let end = position
    guard let next = LinkTarget.end(behind: end, in: source) ?? referenceEnd(bracket, end) else {
      return copy(1)
    }
    out[bracket.place] = Self.gone
    if bracket.isImage { out[bracket.place + 1] = Self.gone }
    position = next
  }

  /// The place behind `[text][label]`, `[label][]` or `[label]` if the label is defined.
  private func referenceEnd(_ bracket: Bracket, _ end: Int) -> Int? {
    if definitions.isEmpty { return nil }
    let text = source[bracket.start..<end]
    if at(end + 1) == UInt8(ascii: "[") {
      let label = source[(end + 2)...].prefix(Self.maximumLabel + 1).prefix {
        $0 != UInt8(ascii: "]") && $0 != UInt8(ascii: "[")
      }
      if at(label.endIndex) == UInt8(ascii: "]") {
        return isDefined(label.isEmpty ? text : label) ? label.endIndex + 1 : nil
      }
    }
    return isDefined(text) ? end + 1 : nil
  }

  private func isDefined(_ label: ArraySlice<UInt8>) -> Bool {
    label.count <= Self.maximumLabel && definitions.contains(MarkdownInline.label(label))
  }

  // MARK: HTML

  private mutating func angle() {
    let first = at(position + 1) ?? 0
    guard first.isASCIILetter || "/?!".utf8.contains(first) else {
      return copy(1)
    }
    // A second "<" before the ">" says that the first was none of a tag.
    let inside = source[(position + 1)...].prefix {
      $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "<")
    }
    guard at(inside.endIndex) == UInt8(ascii: ">") else { return copy(1) }
    if !inside.contains(where: \.isASCIISpace),
      inside.contains(UInt8(ascii: "@")) || inside.contains(UInt8(ascii: ":"))
    {
      out.append(contentsOf: inside)
    } else {
      let name = inside.drop { $0 == UInt8(ascii: "/") }.prefix(while: \.isASCIILetter)
      // Those that stand within words leave nothing.
      if !Self.wordTags.contains(String(decoding: name, as: UTF8.self).lowercased()) {
        out.append(UInt8(ascii: " "))
      }
    }
    position = inside.endIndex + 1
  }

  private static let wordTags: Set<String> = [
    "a", "abbr", "b", "bdi", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark",
    "q", "s", "samp", "small", "span", "strong", "sub", "sup", "tt", "u", "var", "wbr",
  ]

  private mutating func entity() {
    let name = source[(position + 1)...].prefix(10).prefix { $0 != UInt8(ascii: ";") }
    guard at(name.endIndex) == UInt8(ascii: ";"),
      let character = HTMLEntity.character(String(decoding: name, as: UTF8.self))
    else { return copy(1) }
    out.append(contentsOf: character.utf8)
    position = name.endIndex + 1
  }
}
