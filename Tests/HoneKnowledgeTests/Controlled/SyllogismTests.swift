// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneKnowledge

@Suite struct SyllogismTests {
  private typealias Statement = CategoricalStatement

  @Test func `the ten forms are those from which something follows`() {
    #expect(Syllogism.pairs.count == 36 && Set(Syllogism.pairs).count == 36)
    let found = Syllogism.pairs.filter { !$0.conclusions.isEmpty }
    #expect(Set(found) == Set(Syllogism.valid) && Syllogism.valid.count == 10)
    #expect(Syllogism.withoutConclusion.count == 26)
    #expect(Syllogism.withoutConclusion.allSatisfy { $0.conclusions.isEmpty })
  }

  @Test func `they have eighteen conclusions, of which those that are symmetric come in pairs`() {
    #expect(Syllogism.valid.reduce(0) { $0 + $1.conclusions.count } == 18)
    for form in Syllogism.valid {
      let conclusions = form.conclusions
      guard conclusions.count == 2 else {
        #expect(conclusions.count == 1 && conclusions[0].quantifier == .all && form.isChain)
        continue
      }
      #expect(conclusions[0].quantifier == conclusions[1].quantifier && !form.isChain)
      #expect(conclusions[0].subject == conclusions[1].object)
    }
  }

  @Test(arguments: [
    ("All AB + All BC", ["All AC"]), ("All BA + All CB", ["All CA"]),
    ("All AB + No CB", ["No AC", "No CA"]), ("No AB + All CB", ["No AC", "No CA"]),
    ("All BA + Some BC", ["Some AC", "Some CA"]), ("Some AB + All BC", ["Some AC", "Some CA"]),
    // Without existential import.
    ("All BA + All BC", []), ("All AB + All CB", []), ("Some AB + Some BC", []),
  ])
  func `conclusions are those of logic`(_ name: String, _ conclusions: [String]) throws {
    let form = try #require(Syllogism.pairs.first { $0.name == name })
    #expect(form.conclusions.map(\.name).sorted() == conclusions)
  }

  @Test func `what follows of the premises themselves is known too`() {
    // Some B are C, hence there are B, all of which are A.
    let form = Syllogism(first: .init(.all, .b, .a), second: .init(.some, .b, .c))
    #expect(form.entailed.contains(Statement(.some, .a, .b)))
    #expect(form.entailed.contains(form.first) && form.entailed.contains(form.second))
    #expect(!form.entailed.contains(Statement(.someNot, .a, .b)))
  }
}
