// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge
import Testing

@Suite struct NegationTests {
  @Test(arguments: [
    ("Wolves are more old than foxes.", "Wolves are less old than foxes."),
    ("In fact, wolves are less old than foxes.", "In fact, wolves are more old than foxes."),
    ("More wolves than foxes came.", "Less wolves than foxes came."),
    ("All ebrin are jarn.", "No ebrin are jarn."),
    ("Remember: no hask are drim.", "Remember: all hask are drim."),
    ("Every winx is a plod.", "No winx is a plod."),
    ("Cats always sleep.", "Cats never sleep."), ("Cats Never sleep.", "Cats Always sleep."),
    ("Anna's mother is Berta.", "Anna's mother is not Berta."),
    ("Anna's mother is not Berta.", "Anna's mother is Berta."),
    ("The bridge was built by Carl.", "The bridge was not built by Carl."),
    ("Jarns can bimp.", "Jarns can not bimp."), ("Jarns do not bimp.", "Jarns do bimp."),
    ("Kobe have murns.", "Kobe have no murns."), ("Kobe had murns.", "Kobe had no murns."),
    ("Wolves are NOT more old than foxes.", "Wolves are more old than foxes."),
    ("a  is  b", "a  is not  b"),
  ])
  func `a statement is denied by one word`(statement: String, denied: String) {
    #expect(Negation.of(statement) == denied)
  }

  @Test(arguments: ["", " ", "Wolves.", "Ida Lund lives in Sandhaven.", "The choir sang.", "Nots"])
  func `what has no place for a denial has none`(statement: String) {
    #expect(Negation.of(statement) == nil)
  }

  @Test(arguments: [
    "Wolves are more old than foxes.", "It seems that oaks are less tall than pines.",
    "All ebrin are jarn.", "No hask are drim.", "Cats always sleep.", "Cats never sleep.",
    "Anna's mother is Berta.", "Jarns can bimp.", "The bridge was built by Carl.",
  ])
  func `what is denied twice is the statement again`(statement: String) {
    #expect(Negation.of(statement).flatMap(Negation.of) == statement)
  }

  @Test func `what has none of something has some of it when that is denied`() {
    #expect(Negation.of("Kobe have no murns.") == "Kobe have murns.")
    #expect(Negation.of("Trees had no leaves.") == "Trees had leaves.")
  }

  @Test func `a statement that begins with Not is denied without it`() {
    #expect(Negation.of("Not all birds sing.")?.lowercased() == "all birds sing.")
  }

  @Test func `a not before a mark is a not`() {
    #expect(Negation.of("Jarns can bimp, kobe can not.") != "Jarns can not bimp, kobe can not.")
  }
}
