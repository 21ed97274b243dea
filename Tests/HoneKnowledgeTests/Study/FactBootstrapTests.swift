// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge
import HoneTensor
import Testing

@Suite struct FactBootstrapTests {
  @Test(arguments: [(40, 20), (100, 50), (100, 90), (250, 30), (1000, 700)])
  func `with a question a fact it is the binomial error`(count: Int, correct: Int) throws {
    let outcomes = (0..<count).map { (fact: "\($0)", isCorrect: $0 < correct) }
    let error = try #require(FactBootstrap.standardError(outcomes))
    let p = Double(correct) / Double(count)
    let expected = (p * (1 - p) / Double(count)).squareRoot()
    #expect(abs(error / expected - 1) < 0.1)
    // The order of the answers is no matter.
    #expect(FactBootstrap.standardError(outcomes.reversed()) == error)
  }

  @Test func `questions about one fact that are right together count as one`() throws {
    let facts = 100
    func error(questions: Int) throws -> Double {
      try #require(
        FactBootstrap.standardError(
          (0..<facts * questions).map { (fact: "\($0 % facts)", isCorrect: $0 % facts < 40) }))
    }
    let (one, four) = (try error(questions: 1), try error(questions: 4))
    #expect(abs(four / one - 1) < 1e-9)
    // Were they independent, it would be half of that.
    let expected = (0.4 * 0.6 / Double(facts)).squareRoot()
    #expect(abs(four / expected - 1) < 0.1)
  }

  @Test func `facts of several questions weigh as many`() throws {
    // The right half has three questions a fact, the wrong half one: a ratio of sums.
    var outcomes: [(fact: String, isCorrect: Bool)] = []
    for fact in 0..<200 {
      outcomes += Array(
        repeating: (fact: "\(fact)", isCorrect: fact < 100), count: fact < 100 ? 3 : 1)
    }
    let error = try #require(FactBootstrap.standardError(outcomes))
    // Delta method: mean m = 0.75, mean count 2, residuals s − m·c of ±0.75.
    let expected = 0.75 / 2 / Double(200).squareRoot()
    #expect(abs(error / expected - 1) < 0.1)
  }

  @Test func `fewer than two facts have no error`() {
    let none: [(fact: String, isCorrect: Bool)] = []
    #expect(FactBootstrap.standardError(none) == nil)
    let one = [true, false, true].map { (fact: "a", isCorrect: $0) }
    #expect(FactBootstrap.standardError(one) == nil)
  }

  @Test(arguments: [true, false])
  func `where all answers are alike there is no error`(isCorrect: Bool) {
    let outcomes = (0..<20).map { (fact: "\($0)", isCorrect: isCorrect) }
    #expect(FactBootstrap.standardError(outcomes) == 0)
  }
}
