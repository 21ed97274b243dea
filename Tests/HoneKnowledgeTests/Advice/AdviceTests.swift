// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import HoneKnowledge

@Suite struct AdviceTests {
  private func accuracy(_ value: Double, _ error: Double = 0.02) throws -> MeasuredAccuracy {
    try MeasuredAccuracy(accuracy: value, standardError: error)
  }

  private func advice(
    queries: Double, revisions: Double = 0, tokens: Int = 6000,
    _ accuracies: [KnowledgeWay: MeasuredAccuracy] = [:], baseline: MeasuredAccuracy? = nil
  ) throws -> Advice {
    Advice(
      try AdviceFixtures.model(tokens: tokens),
      demand: try Demand(queriesPerMonth: queries, revisionsPerMonth: revisions),
      accuracies: accuracies, baseline: baseline)
  }

  // MARK: Without accuracies

  @Test func `Few queries are answered in context, many with augmented weights`() throws {
    let few = try advice(queries: 10)
    #expect(few.recommendation == .inContextCached)
    let many = try advice(queries: 1e6)
    #expect(many.recommendation == .augmented)
    #expect(few.basis == .published && many.basis == .published)
    let queries = try #require(few.breakEven(.augmented, .inContextCached)?.queries)
    #expect(try advice(queries: 0.99 * queries).recommendation == .inContextCached)
    #expect(try advice(queries: 1.01 * queries).recommendation == .augmented)
    #expect(few.breakEvens.count == 6)
    #expect(many.reason.contains(CostText.estimate(queries) + " queries a month"))
  }

  @Test func `Documents that change often are better left in the prompt`() throws {
    #expect(try advice(queries: 50_000).recommendation == .augmented)
    #expect(try advice(queries: 50_000, revisions: 30).recommendation == .inContextCached)
  }

  @Test func `Plain fine-tuning is not recommended unmeasured, and the reason says so`() throws {
    let advice = try advice(queries: 1e6)
    #expect(advice[.fineTuned]?.verdict == .publishedWorse)
    let (plain, augmented) = (
      try #require(advice[.fineTuned]), try #require(advice[.augmented])
    )
    #expect(plain.seconds < augmented.seconds)
    #expect(advice.reason.contains("misses what documents only imply (arXiv 2505.00661)"))
    #expect(advice.reason.contains("`hone learn`"))
  }

  @Test func `Documents that do not fit leave augmented fine-tuning`() throws {
    let advice = try advice(queries: 1, tokens: 50_000)
    #expect(advice.recommendation == .augmented)
    #expect(advice[.inContext]?.verdict == .doesNotFit)
    #expect(advice[.inContextCached]?.verdict == .doesNotFit)
    #expect(advice.warnings.count == 1)
    #expect(advice.warnings[0].contains("8,152 tokens"))
    #expect(advice.reason.contains("only way that is not ruled out"))
  }

  // MARK: With accuracies

  @Test func `A way that is significantly worse is not recommended however cheap`() throws {
    let advice = try advice(
      queries: 10,
      [
        .inContext: accuracy(0.62), .fineTuned: accuracy(0.5),
        .augmented: accuracy(0.9, 0.012),
      ])
    #expect(advice.basis == .measured)
    #expect(advice.recommendation == .augmented)
    #expect(advice[.fineTuned]?.verdict == .lessAccurate)
    // What was measured in context holds for a cached prefix, too.
    #expect(advice[.inContextCached]?.accuracy == advice[.inContext]?.accuracy)
    #expect(advice[.inContextCached]?.verdict == .lessAccurate)
    #expect(advice.reason.contains("significantly less accurate: 62 ± 2 % against 90 ± 1 %"))
  }

  @Test func `Where the difference may be chance the cheaper way wins`() throws {
    let close: [KnowledgeWay: MeasuredAccuracy] = [
      .inContext: try accuracy(0.86, 0.03), .fineTuned: try accuracy(0.5),
      .augmented: try accuracy(0.9, 0.03),
    ]
    #expect(try advice(queries: 10, close).recommendation == .inContextCached)
    #expect(try advice(queries: 1e6, close).recommendation == .augmented)
    let equal: [KnowledgeWay: MeasuredAccuracy] = [
      .fineTuned: try accuracy(0.88), .augmented: try accuracy(0.9),
    ]
    #expect(try advice(queries: 1e6, equal).recommendation == .fineTuned)
  }

  @Test func `What was not measured is not recommended beside what was`() throws {
    let advice = try advice(queries: 10, [.augmented: accuracy(0.9)])
    #expect(advice.recommendation == .augmented)
    #expect(advice[.inContext]?.verdict == .unmeasured)
    #expect(advice.reason.contains("was not measured"))
  }

  @Test func `Answers that the model gives without the documents are no success`() throws {
    let measured: [KnowledgeWay: MeasuredAccuracy] = [
      .inContext: try accuracy(0.52), .fineTuned: try accuracy(0.51),
      .augmented: try accuracy(0.53),
    ]
    let warned = try advice(queries: 10, measured, baseline: accuracy(0.5))
    #expect(warned.warnings.contains { $0.contains("not significantly better than the model") })
    let fine = try advice(queries: 10, measured, baseline: accuracy(0.3))
    #expect(fine.warnings.isEmpty)
  }

  @Test func `Significance is at the 95 percent level`() throws {
    let (a, b) = (try accuracy(0.5, 0.03), try accuracy(0.6, 0.04))
    // The difference's error is 0.05.
    #expect(a.isSignificantlyBelow(b))
    #expect(!a.isSignificantlyBelow(try accuracy(0.597, 0.04)))
    #expect(!b.isSignificantlyBelow(a))
    #expect(!a.isSignificantlyBelow(a))
    #expect(throws: KnowledgeError.self) { try accuracy(1.1) }
    #expect(throws: KnowledgeError.self) { try accuracy(0.5, -0.1) }
    #expect(throws: KnowledgeError.self) { try accuracy(.nan) }
  }

  // MARK: The rest

  @Test func `More work than a machine does in a month is said`() throws {
    let advice = try advice(queries: 1e8)
    #expect(advice.warnings.contains { $0.contains("more than one machine") })
    #expect(try self.advice(queries: 1).warnings.isEmpty)
  }

  @Test func `An advice survives JSON`() throws {
    let advice = try advice(
      queries: 300, [.inContext: accuracy(0.6), .augmented: accuracy(0.8)])
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let data = try encoder.encode(advice)
    #expect(try JSONDecoder().decode(Advice.self, from: data) == advice)
    let text = String(decoding: data, as: UTF8.self)
    #expect(text.contains(#""recommendation":"augmented""#))
    #expect(text.contains(#""verdict":"less-accurate""#))
    // Ways as keys are keys, not pairs in a list.
    let keyed = try encoder.encode([KnowledgeWay.fineTuned: 1])
    #expect(String(decoding: keyed, as: UTF8.self) == #"{"fine-tuned":1}"#)
    #expect(throws: KnowledgeError.self) {
      try JSONDecoder().decode(
        MeasuredAccuracy.self, from: Data(#"{"accuracy":2,"standardError":0}"#.utf8))
    }
  }

  @Test func `The reason is one or two sentences`() throws {
    for queries in [0.0, 1, 100, 1e4, 1e6, 1e9] {
      for tokens in [100, 6000, 60_000] {
        let reason = try advice(queries: queries, tokens: tokens).reason
        #expect(reason.first?.isUppercase == true && reason.last == ".")
        #expect((1...2).contains(reason.components(separatedBy: ". ").count))
      }
    }
  }

  private static let durations: [(Double, String)] = [
    (0, "0 s"), (2.5e-5, "25 µs"), (0.0123, "12 ms"), (0.9996, "1 s"), (1.848, "1.8 s"),
    (75, "75 s"), (90, "1.5 min"), (5400, "1.5 h"), (172_800, "2 d"), (86400 * 3652, "3,652 d"),
  ]

  @Test(arguments: durations)
  func `Times have two digits that count`(seconds: Double, text: String) {
    #expect(CostText.duration(seconds) == text)
  }

  private static let counts: [(Double, String)] = [
    (0, "0"), (0.25, "0.25"), (205, "205"), (1830, "1,830"), (123_456, "123,456"),
    (2_440_000, "2.44 M"), (7e12, "7 T"),
  ]

  @Test(arguments: counts)
  func `Numbers are grouped, and estimates have three digits`(value: Double, text: String) {
    #expect(CostText.count(value) == text)
    #expect(CostText.estimate(24_689) == "24,700")
  }
}
