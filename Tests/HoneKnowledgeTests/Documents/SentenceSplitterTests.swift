// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge
import Testing

@Suite struct SentenceSplitterTests {
  /// Texts with "|" where a sentence ends.
  private static let cases: [String] = [
    "One ends here.| Two starts here.",
    "Really?| Yes!| It is so.",
    "What?!| No way!!| Fine.",
    "no capital follows. so it goes on.",
    "No end",
    "Dr. Smith met Mrs. Jones at St. Mary's.| They talked.",
    "Prof. A. B. Clark and J. R. Smith wrote it.| It sold well.",
    "She came e.g. Tuesday, i.e. late, cf. Miller vs. Jones.| Then she left.",
    "See No. 5 and Fig. 3 on pp. 12.| See them.",
    "Is it true?| No.| He lied.",
    "He was born on Jan. 5 in Rome.| He died there.",
    "He moved to the U.S. in May.| The U.S. Senate met.",
    "He moved to the U.S.| He stayed there.",
    "She has a Ph.D. from Yale.| It's framed.| He has a Ph.D.| It's lost.",
    "It costs 3.50 euros, or 1.234.567 in all.| That is much.",
    "The value is 0.5.| 7 others are higher.",
    "It was in 1984.| He was there.",
    "Well... I think so.| Then...| The end came.| Hm… maybe.",
    "He waited… 20 years.",
    "“Stop.”| She ran. | ‘Why?’ he asked.",
    "He said \"Stop.\"| \"Go,\" she said.| (It was late.)| [They left.]| All of them.",
    "\"Why?\" he asked.",
    "Open example.org.| It works at v1.2.3 too.| Try a.b.c now.",
    "Apples, pears, etc.| Those are fruits.| The meal is at 5 p.m. on Monday.",
    "Smith et al. 2020 and Brown v. Board.| Both matter.",
    "Acme Inc. Europe sells to Foo Ltd.| The price is high.",
    "He chose plan B.| The others did not.",
    "Yahoo! is a company.| ¿Qué es?| ¡Nada!| Élan matters.",
    "So it went.| 2. Results follow.| 3) Then more.",
    "你好。我是人！是吗？好。".replacing("。", with: "。|").replacing("！", with: "！|")
      .replacing("？", with: "？|"),
    "Привет. Как дела? Хорошо.".replacing(". К", with: ".| К").replacing("? Х", with: "?| Х"),
    "The end. – Nobody came.".replacing(". –", with: ".| –"),
    "It rose by 3 %. (see below) it fell.",
    "Great.| 😀 is a smile.",
  ]

  @Test(arguments: cases)
  func `sentences end where they should`(marked: String) {
    let expected = marked.split(separator: "|").map {
      $0.split(separator: " ").joined(separator: " ")
    }
    let text = marked.replacing("|", with: "")
    #expect(SentenceSplitter.sentences(in: text) == expected)
  }

  private static let lineCases: [(String, [String])] = [
    ("A line\nbreak is a space.\n\nA paragraph", ["A line break is a space.", "A paragraph"]),
    (
      "Buy:\n- red apples\n* Green pears\n  and nuts\n• figs",
      ["Buy:", "red apples", "Green pears and nuts", "figs"]
    ),
    ("1. First\n2) Second\n10. Tenth", ["First", "Second", "Tenth"]),
    (
      "He counted all\n14. The rest he left.\n1984. It was.",
      [
        "He counted all 14.", "The rest he left.", "1984.", "It was.",
      ]
    ),
    ("Windows\r\nlines\r\n\r\nEnd\u{2028}\u{2028}Here", ["Windows lines", "End", "Here"]),
    ("", []), (" \n\t\n ", []), ("---\n***\n...", []),
    ("-5 is less.\n-no item", ["-5 is less. -no item"]),
    ("\u{A0}A\u{A0}b.\u{3000}C", ["A b.", "C"]),
  ]

  @Test(arguments: lineCases)
  func `lines, items and white space`(text: String, expected: [String]) {
    #expect(SentenceSplitter.sentences(in: text) == expected)
  }

  @Test func `long and odd texts take linear time`() {
    for unit in [".", ". ", "A. ", "\" ", "e.g. ", "a", "- \n", "… ", "1. "] {
      let text = String(repeating: unit, count: 20_000)
      #expect(SentenceSplitter.sentences(in: text).count <= 20_000)
    }
  }

  @Test func `joined sentences say what the text says`() {
    let text = "Dr. No left the U.S. It was 5 p.m. He was \"late.\" Was he? (Yes.) A. B. knew..."
    #expect(SentenceSplitter.sentences(in: text).joined(separator: " ") == text)
  }
}
