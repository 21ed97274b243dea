// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneKnowledge

@Suite struct SimpleSyllogismsTests {
  @Test(arguments: [(ControlledDataSize.full, 7, 26), (.small, 3, 8)])
  func `it is as large as promised`(_ size: ControlledDataSize, _ copies: Int, _ distractors: Int) {
    let data = SimpleSyllogisms.make(size: size, seed: 1)
    #expect(data.documents.count == 10 * copies + distractors)
    #expect(data.items.count { $0.split == "chain" } == 2 * copies)
    #expect(data.items.count { $0.split == "other forms" } == 8 * copies)
    #expect(data.items.count { $0.split == "premise" } == 10 * copies)
    #expect(data.oracle.count == 18 * copies && data.oracle.allSatisfy { $0.kind == .global })
    let groups = Dictionary(grouping: data.items.filter { $0.split != "premise" }, by: \.group)
    #expect(Set(groups.keys) == Set(Syllogism.valid.map(\.name)))
    #expect(groups.values.allSatisfy { $0.count == copies })
  }

  @Test func `a document names its three kinds, then states two premises`() {
    let data = SimpleSyllogisms.make(size: .full, seed: 2)
    let names = Set(data.language.names)
    #expect(names.count == 3 * data.documents.count)
    for document in data.documents {
      #expect(document.sentences.count == 3)
      let named = document.sentences.map { sentence in
        Set(StatementLanguage.words(sentence.lowercased()[...]).map(String.init))
          .intersection(names)
      }
      #expect(named[0].count == 3 && named[1].count == 2 && named[2].count == 2)
      #expect(named[1].union(named[2]) == named[0])
    }
  }

  @Test func `a question names the two kinds of its six options`() {
    let data = SimpleSyllogisms.make(size: .full, seed: 3)
    let names = Set(data.language.names)
    #expect(
      Set(SimpleSyllogisms.testLeadIns).isDisjoint(with: SimpleSyllogisms.trainingLeadIns))
    func named(_ text: String) -> Set<String> {
      Set(StatementLanguage.words(text.lowercased()[...]).map(String.init)).intersection(names)
    }
    for item in data.items {
      #expect(item.options.count == 6 && named(item.prompt).count == 2)
      #expect(item.options.allSatisfy { named($0) == named(item.prompt) })
      if item.split == "chain" { #expect(item.correct.count == 1) }
      if item.split == "other forms" { #expect(item.correct.count == 2) }
    }
  }

  @Test(arguments: [
    ("Not all {a} are {b}.", "some not"), ("some {a} are not {b}", "some not"),
    ("{a} are {b}", "all"), ("Every {a} is a {b}.", "all"), ("None of the {a} are {b}", "no"),
    ("{a} are never {b}", "no"), ("At least one {a} is a {b}", "some"),
  ])
  func `a model's words are read`(_ pattern: String, _ relation: String) throws {
    let data = SimpleSyllogisms.make(size: .small, seed: 4)
    let triple = try #require(data.stated.min { $0.subject < $1.subject })
    let text = StatementForm(relation, pattern).text(triple)
    #expect(
      data.language.read(text) == .triple(Triple(triple.subject, relation, triple.object)))
  }
}
