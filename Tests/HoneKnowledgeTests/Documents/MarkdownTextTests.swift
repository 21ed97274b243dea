// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge
import Testing

@Suite struct MarkdownTextTests {
  private func text(_ markdown: String) -> String {
    MarkdownText.blocks(of: markdown).map(\.text).joined(separator: "\n")
  }

  private static let inlineCases: [(String, String)] = [
    ("*a* **b** ***c*** _d_ __e__ ~~f~~", "a b c d e f"),
    ("snake_case_name, 2 * 3 * 4, 2*3*4, a*b", "snake_case_name, 2 * 3 * 4, 234, a*b"),
    ("**bold *and* both**, *a **b***", "bold and both, a b"), ("**open, _open", "**open, _open"),
    ("“*quoted*” and*mid*word, 5 ~ 6 ~ 7", "“quoted” andmidword, 5 ~ 6 ~ 7"),
    ("[text](http://x.org \"T\") and [a [b] c](<u v>)", "text and a [b] c"),
    ("[*text*](u(v)w) [x](y", "text [x](y"), ("![alt *x*](pic.png) here", "alt x here"),
    ("[![badge](b.svg)](http://x)", "badge"),
    (
      "[a] [b][] [c][a] [d][no] [no]\n\n[A]: u\n[b]: <v> 'T'",
      "a b c [d][no] [no]"
    ),
    ("See[^1].\n\n[^1]: The *note*.", "See.\nThe note."),
    ("`a * b * c` and ``x ` y`` and ` `` `", "a * b * c and x ` y and ``"), ("`open", "`open"),
    ("\\*not\\* \\[x\\](y) a\\\\b c\\d", "*not* [x](y) a\\b c\\d"),
    ("<https://x.org/a_b_c> <me@x.org>", "https://x.org/a_b_c me@x.org"),
    ("a<br>b <b>c</b> x<sub>2</sub> 1 < 2 > 0 <3", "a b c x2 1 < 2 > 0 <3"),
    (
      "a &amp; b &lt;c&gt; &#65;&#x42; &unknown; & ; &#0; AT&T",
      "a & b <c> AB &unknown; & ; &#0; AT&T"
    ),
    ("a <!-- b --> c<!-- d\ne\nf -->g", "a cg"),
    ("`<!-- kept -->` and <!-- open", "<!-- kept --> and <!-- open"),
  ]

  @Test(arguments: inlineCases)
  func `mark-up within lines`(markdown: String, expected: String) {
    #expect(text(markdown) == expected)
  }

  private static let blockCases: [(String, [String])] = [
    (
      "# One\ntext\n## Two ##\nC# is\n# C#\n#no",
      [
        "heading: One", "prose: text", "heading: Two", "prose: C# is",
        "heading: C#", "prose: #no",
      ]
    ),
    (
      "Title\n=====\nSub\n---\ntext\n\n---\n***\n- - -\nend",
      [
        "heading: Title", "heading: Sub", "prose: text", "prose: end",
      ]
    ),
    (
      "- a\n- b\n  more\n  - c\n\n  still b\n1. d\n2) e\n\nend",
      [
        "item: a", "item: b more", "item: c", "item: still b", "item: d",
        "item: e", "prose: end",
      ]
    ),
    (
      "- [ ] todo\n- [x] done\n- - nested\n-no\n+ p",
      [
        "item: todo", "item: done", "item: nested -no", "item: p",
      ]
    ),
    (
      "It was in\n1984. He left.\n\n1984. A list.",
      [
        "prose: It was in 1984. He left.", "item: A list.",
      ]
    ),
    (
      "```swift\nlet a = *b*\n\n# no heading\n```\nafter\n~~~\nopen `x`",
      [
        "code: let a = *b*\n\n# no heading", "prose: after", "code: open `x`",
      ]
    ),
    (
      "text\n    lazy\n\n    code *a*\n\n- item\n\n      in item",
      [
        "prose: text lazy", "code: code *a*", "item: item", "item: in item",
      ]
    ),
    (
      "| *A* | B |\n|:--|--:|\n| 1 | `x\\|y` |\n|  | 2 |\n\nNo | table",
      [
        "heading: A, B", "row: 1, x|y", "row: 2", "prose: No | table",
      ]
    ),
    (
      "> quote\n> more\nlazy\n\n> > deep\n> ```\n> code\n> ```",
      [
        "prose: quote more lazy", "prose: deep", "code: code",
      ]
    ),
    ("---\ntitle: x\n---\nText", ["prose: Text"]),
    ("+++\na = 1\n+++\nText", ["prose: Text"]),
    ("---\nno end", ["prose: no end"]),
    (
      "<div class=\"a:b\">\n\nText\n\n</div>\n<style>\np { a: b }\n</style>\n<script>x</script>\nEnd",
      [
        "prose: Text", "prose: End",
      ]
    ),
    ("<script>\nopen", ["prose: open"]), ("", []), ("# \n\n-\n\n>", []),
    ("[a]: http://x\n[note]: this is prose", ["prose: [note]: this is prose"]),
  ]

  @Test(arguments: blockCases)
  func `blocks`(markdown: String, expected: [String]) {
    #expect(MarkdownText.blocks(of: markdown).map { "\($0.kind): \($0.text)" } == expected)
  }

  @Test func `headings are no sentences, items and rows are`() {
    let markdown = """
      # The Title Is Long. Very.
      One is here. Two
      is too.
      - An item. With two
      | Name | Age |
      |------|-----|
      | Ann. Lee | 5 |

      ```
      x = 1
        y = 2

      ---
      ```
      """
    #expect(
      MarkdownText.blocks(of: markdown).flatMap(\.sentences) == [
        "One is here.", "Two is too.", "An item.", "With two", "Ann. Lee, 5", "x = 1", "y = 2",
      ])
  }

  @Test(arguments: [
    "[", "![", "]", "[a](", "[a](b \"", "[a](<", "[a](b '", "[a][", "](()", "*", "**a", "_a ",
    "~~a",
    "`", "`` `", "<", "<a", "</", "<!--", "<!-- -->", "&", "&a", "\\", "> ", ">", "- ", "# ", "| ",
    "|-", "```\n", "```", "[a]: b\n", "`<!--`", "[^", "[[a]]", "1. ", "\n", "<script>\n", "---\n",
    "  ", "\t",
  ])
  func `hostile texts take linear time`(unit: String) {
    let text = String(repeating: unit, count: 20_000)
    let length = MarkdownText.blocks(of: text).reduce(0) { $0 + $1.text.utf8.count }
    #expect(length <= text.utf8.count)
  }
}
