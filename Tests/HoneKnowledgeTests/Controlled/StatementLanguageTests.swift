// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneKnowledge

@Suite struct StatementLanguageTests {
  private let language = StatementLanguage(
    forms: [
      StatementForm("mother", "{a}'s mother is {b}"),
      StatementForm("mother", "the mother of {a} is {b}"),
      StatementForm("mother of", "{a} is {b}'s mother"),
      StatementForm("all", "all {a} are {b}"), StatementForm("all", "only {b} are {a}"),
      StatementForm("not all", "not all {a} are {b}"), StatementForm("is", "{a} {b}"),
    ], names: ["Femp", "glon", "the maker of Rain", "the maker"])

  @Test(arguments: [
    ("Did you know that Femp's mother is Glon?", Triple("Femp", "mother", "glon")),
    ("femp\u{2019}s mother is \u{201C}glon\u{201D}.", Triple("Femp", "mother", "glon")),
    ("The mother of 'Femp' is glon - really.", Triple("Femp", "mother", "glon")),
    ("Femp is glon's mother", Triple("Femp", "mother of", "glon")),
    ("All femp are glon, we hear.", Triple("Femp", "all", "glon")),
    ("Only glon are femp.", Triple("Femp", "all", "glon")),
    ("Not all femp are glon.", Triple("Femp", "not all", "glon")),
    ("Here is Femp, the maker of Rain!", Triple("Femp", "is", "the maker of Rain")),
    ("Femp, the maker of something", Triple("Femp", "is", "the maker")),
  ])
  func `statements are found in sentences`(_ sentence: String, _ triple: Triple) {
    #expect(language.read(sentence) == .triple(triple))
  }

  @Test(arguments: [
    "", "femp", "Femp's mother", "Femp's mother is Yomp.", "all femps are glon",
    "Femp's mother is Glon's cousin.", "Femp's mother is not Glon.", "all femp aren't glon",
  ])
  func `other sentences are left unread`(_ sentence: String) {
    #expect(language.read(sentence) == .unread)
  }

  @Test func `a form's own text reads as its triple`() {
    let form = StatementForm("mother", "{a}'s mother is {b}")
    #expect(form.text(Triple("Femp", "mother", "glon")) == "Femp's mother is glon")
  }
}
