// SPDX-License-Identifier: Apache-2.0

/// Turns Markdown into text to learn from.
///
/// The rule: what a reader of the rendered page would read is kept, and what it looks like is not.
/// - Headings (`#`, underlined) stay in the text without their marks and are no sentences.
/// - Emphasis, strike-through, code spans and HTML tags keep what they enclose; entities such as
///   `&amp;` and backslash escapes become their characters.
/// - Links keep their text, images their alternative text, `<https://…>` its address. Marks of
///   footnotes go; the footnotes themselves are paragraphs. Definitions of link targets go.
/// - Each item of a list is a block of its own, without bullet, number or check box.
/// - Each row of a table becomes a line, cells separated by commas; the head row counts as a
///   heading.
/// - Code blocks, fenced or indented, are kept as they stand; each line counts as a sentence.
/// - Block quotes lose their marks. Lines of a paragraph are joined.
/// - Front matter (`---` or `+++` in the first line, up to the next), comments, `<script>` and
///   `<style>` go.
///
/// Everything else is text, broken mark-up included. Time and memory grow linearly with the text.
/// - SeeAlso: CommonMark 0.31.2; GitHub Flavored Markdown 0.29, tables, strike-through, task lists.
public enum MarkdownText {
  private static let newline = UInt8(ascii: "\n")

  /// The blocks of a Markdown text, in order; empty ones are left out.
  ///
  /// - Parameter markdown: Lines end as `\n`.
  public static func blocks(of markdown: String) -> [TextBlock] {
    var parser = MarkdownBlockParser(markdown)
    let blocks = parser.parse()
    let inline = MarkdownInline(definitions: parser.definitions)
    return blocks.compactMap { block in
      let text =
        switch block.kind {
        case .code:
          String(decoding: Array(block.lines.joined(separator: [newline])), as: UTF8.self)
        case .row: block.lines.map(inline.text).filter { !$0.isEmpty }.joined(separator: ", ")
        case .heading where block.isTableHead:
          block.lines.map(inline.text).filter { !$0.isEmpty }.joined(separator: ", ")
        default: inline.text(block.lines.joined(separator: [newline]))
        }
      return text.allSatisfy(\.isWhitespace) ? nil : TextBlock(block.kind, text)
    }
  }
}
