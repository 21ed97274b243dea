// SPDX-License-Identifier: Apache-2.0

/// Cuts Markdown into blocks, line by line; what the blocks mean inside is ``MarkdownInline``'s.
struct MarkdownBlockParser {
  /// Labels of link targets, as ``MarkdownInline/label(_:)`` writes them.
  private(set) var definitions: Set<String> = []
  private var lines: MarkdownLines
  private var blocks: [MarkdownBlock] = []
  /// The paragraph or item that the next line may continue.
  private var current: MarkdownBlock?
  private var isInList = false
  private var isAfterBlank = true
  private var quoteDepth = 0

  /// Items within items on one line (`- - text`), at most.
  private static let maximumNesting = 32

  init(_ text: String) { lines = MarkdownLines(text) }

  mutating func parse() -> [MarkdownBlock] {
    lines.skipFrontMatter()
    while let raw = lines.next() {
      let (depth, line) = Self.withoutQuoteMarks(withoutComments(raw))
      if depth > quoteDepth { flush() }
      quoteDepth = depth
      read(line)
    }
    flush()
    return blocks
  }

  private mutating func read(_ line: ArraySlice<UInt8>) {
    let indentation = line.indentation
    let text = line.drop(while: \.isASCIISpace)
    if text.isEmpty {
      flush()
      isAfterBlank = true
      return
    }
    defer { isAfterBlank = false }
    if isAfterBlank, indentation < 2, MarkdownMarkers.item(text, interrupts: false) == nil {
      isInList = false
    }
    if indentation >= 4, !isInList, current == nil {
      blocks.append(MarkdownBlock(kind: .code, lines: [line.dropIndentation(4)]))
    } else {
      readContent(text, indentation: indentation, nesting: 0)
    }
  }

  /// - Parameter nesting: How many bullets stood before the text.
  private mutating func readContent(
    _ text: ArraySlice<UInt8>, indentation: Int, nesting: Int
  ) {
    if let fence = MarkdownMarkers.fence(text) {
      flush()
      readCode(fence, indentation)
    } else if let heading = MarkdownMarkers.heading(text) {
      flush()
      blocks.append(MarkdownBlock(kind: .heading, lines: [heading]))
    } else if current?.kind == .prose, MarkdownMarkers.isUnderline(text) {
      current?.kind = .heading
      flush()
    } else if MarkdownMarkers.isBreak(text) {
      flush()
      isInList = false
    } else if let rest = MarkdownMarkers.item(text, interrupts: current?.kind == .prose),
      nesting < Self.maximumNesting
    {
      flush()
      isInList = true
      current = MarkdownBlock(kind: .item, lines: [])
      if !rest.isEmpty { readContent(rest, indentation: indentation, nesting: nesting + 1) }
    } else if !readTable(text), !readDefinition(text), !skipHidden(text) {
      if current == nil {
        let isItem = isInList && indentation >= 2
        current = MarkdownBlock(kind: isItem ? .item : .prose, lines: [])
      }
      current?.lines.append(text)
    }
  }

  private mutating func flush() {
    if let current, !current.lines.isEmpty { blocks.append(current) }
    current = nil
  }

  // MARK: Blocks of several lines

  private mutating func readCode(_ fence: (mark: UInt8, count: Int), _ indentation: Int) {
    var code: [ArraySlice<UInt8>] = []
    let depth = quoteDepth
    while let line = lines.next() {
      let line = Self.withoutQuoteMarks(line, atMost: depth).line
      let text = line.trimmed
      if text.count >= fence.count, text.allSatisfy({ $0 == fence.mark }) { break }
      code.append(line.dropIndentation(indentation))
    }
    if !code.isEmpty { blocks.append(MarkdownBlock(kind: .code, lines: code)) }
  }

  private mutating func readTable(_ text: ArraySlice<UInt8>) -> Bool {
    guard let head = MarkdownMarkers.cells(text), let next = lines.peek(),
      MarkdownMarkers.columns(Self.withoutQuoteMarks(next).line) == head.count
    else { return false }
    flush()
    _ = lines.next()
    blocks.append(MarkdownBlock(kind: .heading, lines: head, isTableHead: true))
    while let next = lines.peek(),
      let row = MarkdownMarkers.cells(Self.withoutQuoteMarks(next).line)
    {
      _ = lines.next()
      blocks.append(MarkdownBlock(kind: .row, lines: row))
    }
    return true
  }

  private mutating func readDefinition(_ text: ArraySlice<UInt8>) -> Bool {
    guard current?.lines.isEmpty != false || isInFootnotes,
      let (label, footnote) = MarkdownMarkers.definition(text)
    else { return false }
    if let footnote {
      flush()
      current = MarkdownBlock(kind: .item, lines: [footnote])
    } else {
      definitions.insert(MarkdownInline.label(label))
    }
    return true
  }

  /// Whether a footnote may follow without an empty line: behind another.
  private var isInFootnotes: Bool { current?.kind == .item }

  /// Skips a script or style sheet that starts here and ends somewhere.
  private mutating func skipHidden(_ text: ArraySlice<UInt8>) -> Bool {
    for name in ["script", "style"] where text.range(of: "<\(name)")?.lowerBound == text.startIndex
    {
      if text.range(of: "</\(name)>") != nil { return true }
      guard lines.skip(past: "</\(name)>") != nil else { return false }
      flush()
      return true
    }
    return false
  }

  /// A line without its comments; one that ends on a later line takes the lines between with it.
  private mutating func withoutComments(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var line = line
    var kept: [UInt8] = []
    var backticks = 0
    while let start = line.range(of: "<!--") {
      let before = line[..<start.lowerBound]
      backticks += before.count { $0 == UInt8(ascii: "`") }
      let behind = line[start.upperBound...]
      if backticks % 2 == 1 {
        // Between backticks it is an example.
        kept += line[..<start.upperBound]
        line = behind
        continue
      }
      let end = behind.range(of: "-->")?.upperBound
      guard let rest = end.map({ behind[$0...] }) ?? lines.skip(past: "-->") else { break }
      kept += before
      line = rest
    }
    return kept.isEmpty ? line : (kept + line)[...]
  }

  /// - Returns: How many marks of block quotes the line starts with, and the rest of it.
  private static func withoutQuoteMarks(
    _ line: ArraySlice<UInt8>, atMost limit: Int = .max
  ) -> (depth: Int, line: ArraySlice<UInt8>) {
    var rest = line
    var depth = 0
    while depth < limit, rest.indentation < 4 || depth > 0 {
      let text = rest.drop(while: \.isASCIISpace)
      guard text.first == UInt8(ascii: ">") else { break }
      rest = text.dropFirst()
      if rest.first == UInt8(ascii: " ") { rest = rest.dropFirst() }
      depth += 1
    }
    return (depth, rest)
  }
}
