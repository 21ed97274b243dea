// SPDX-License-Identifier: Apache-2.0
import HoneBench
import Testing

@Suite struct BigBenchHardScorerTests {
  private func normalized(
    _ format: AnswerFormat, _ answer: String, input: String = "", expected: String = "(A)"
  ) -> String {
    BigBenchHardScorer(format: format).score(
      answer, for: BenchItem(id: "0", input: input, expected: expected)
    ).normalized
  }

  private static let shapes = "This draws a\nOptions:\n(A) circle\n(B) heptagon\n(C) a long line"

  @Test(arguments: [
    ("(B)", "(B)"), ("B", "(B)"), ("b", "(B)"), ("B.", "(B)"), ("B)", "(B)"),
    ("B: heptagon", "(B)"),
    ("(b) heptagon", "(B)"), ("**(B)**", "(B)"), ("\n\n (B)\nQ: next (A)", "(B)"),
    ("The answer is (B).", "(B)"), ("The answer is B", "(B)"), ("Answer: B.", "(B)"),
    ("I think option B fits", "(B)"), ("The right choice: \"(B)\"", "(B)"), ("B heptagon", "(B)"),
    ("heptagon", "(B)"), ("It is a heptagon.", "(B)"), ("Heptagon", "(B)"),
    ("a long line", "(C)"), ("A", "(A)"), ("A circle", "(A)"), ("answer is A circle", "(A)"),
    ("A: (B)", "(B)"), ("A: B", "(B)"), ("A:\nA: heptagon", "(B)"), ("The answer is:\nB) x", "(B)"),
    // No letter: words that begin with one, several options named, nothing.
    ("A heptagonal thing", ""), ("I do not know", ""), ("a circle or a heptagon", ""), ("", ""),
    ("()", ""), ("(", ""), ("(12)", ""), ("Because", ""), ("   ", ""), ("A:\nA:", ""),
  ])
  func `a choice is found wherever the line names it`(answer: String, letter: String) {
    #expect(normalized(.choice, answer, input: Self.shapes) == letter)
  }

  @Test func `a choice is right or wrong by its letter`() {
    let scorer = BigBenchHardScorer(format: .choice)
    let item = BenchItem(id: "0", input: Self.shapes, expected: "(B)")
    #expect(scorer.score("b", for: item).value == 1)
    #expect(scorer.score("(C)", for: item).value == 0)
    #expect(scorer.score("", for: item).value == 0)
  }

  @Test func `an item whose right answer is no letter is compared as a text`() {
    let scorer = BigBenchHardScorer(format: .choice)
    let item = BenchItem(id: "0", input: Self.shapes, expected: "Monsters, Inc")
    #expect(scorer.score("monsters,  inc.", for: item).value == 1)
    #expect(scorer.score("(A)", for: item).value == 0)
  }

  @Test(arguments: [
    ("Yes", "yes"), ("no.", "no"), ("No, they do not.", "no"), ("The answer is YES", "yes"),
    ("maybe", ""), ("nobody knows", ""), ("", ""), ("yes and no", "yes"),
  ])
  func `one of two words is found as a whole word`(answer: String, word: String) {
    #expect(normalized(.either("Yes", "No"), answer, expected: "Yes") == word)
  }

  @Test func `invalid is not valid`() {
    #expect(normalized(.either("valid", "invalid"), "invalid", expected: "valid") == "invalid")
    let scorer = BigBenchHardScorer(format: .either("valid", "invalid"))
    #expect(
      scorer.score("- Valid", for: BenchItem(id: "", input: "", expected: "valid")).value == 1)
  }

  @Test(arguments: [
    ("7", "7"), ("I have 7 fruits", "7"), ("-35", "-35"), ("−35", "-35"), ("3 + 4 = 7", "7"),
    ("1,024 in all", "1024"), ("007", "7"), ("-0", "0"), ("seven", "7"),
    ("There are twelve.", "12"),
    ("7, 8", "7"), ("none", ""), ("", ""), ("=", ""), ("12.5", "12"),
    ("A: 7", "7"), ("Answer:\n7", "7"),
    ("99999999999999999999999999", "99999999999999999999999999"), ("٣", ""),
  ])
  func `a number is the first one behind the last equals sign`(answer: String, number: String) {
    #expect(normalized(.number, answer, expected: "7") == number)
  }

  @Test func `a word list is compared word by word`() {
    #expect(normalized(.wordList, " Ash, birch  elm.") == "ash birch elm")
    let scorer = BigBenchHardScorer(format: .wordList)
    let item = BenchItem(id: "0", input: "", expected: "ash birch it&t x-ray")
    #expect(scorer.score("ash birch it&t x-ray", for: item).value == 1)
    #expect(scorer.score("ash birch it&t", for: item).value == 0)
  }

  @Test func `brackets are compared without what stands between them`() {
    #expect(normalized(.brackets, "] ) }>", expected: ")") == "] ) } >")
    #expect(normalized(.brackets, "The rest is: ])", expected: ")") == "] )")
    #expect(normalized(.brackets, "none", expected: ")") == "")
  }

  @Test func `every task has words, a format and a scorer that tells itself apart`() {
    let suite = BigBenchHard(folder: "/none")
    #expect(suite.taskNames.count == 27 && Set(suite.taskNames).count == 27)
    #expect(suite.taskNames == suite.taskNames.sorted())
    #expect(Set(suite.taskNames.map { suite.scorer(for: $0).name }).count == 8)
  }
}
