// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneKnowledge

@Suite struct AugmentationQualityTests {
  /// femp is bigger than glon, glon bigger than wug; so femp is bigger than wug.
  private let world: ControlledData

  init() {
    let (femp, glon) = (Triple("femp", "bigger", "glon"), Triple("glon", "bigger", "wug"))
    let reversals = [Triple("glon", "smaller", "femp"), Triple("wug", "smaller", "glon")]
    let chain = Triple("femp", "bigger", "wug")
    world = ControlledData(
      name: .simpleReversals, size: .small, seed: 0,
      documents: KnowledgeFixtures.documents(
        "Femp are bigger than glon.", "Glon are bigger than wug."),
      items: [], splits: [],
      oracle: [
        OracleStatement(kind: .local, text: "1", triple: reversals[0], documents: ["a"]),
        OracleStatement(kind: .local, text: "1 again", triple: reversals[0], documents: ["a"]),
        OracleStatement(kind: .local, text: "2", triple: reversals[1], documents: ["b"]),
        OracleStatement(kind: .global, text: "3", triple: chain, documents: ["a", "b"]),
      ],
      language: StatementLanguage(
        forms: [
          StatementForm("bigger", "{a} are bigger than {b}"),
          StatementForm("smaller", "{a} are smaller than {b}"),
        ], names: ["femp", "glon", "wug"]),
      stated: [femp, glon], truths: Set([femp, glon, chain] + reversals))
  }

  private func statement(
    _ text: String, _ dropped: AugmentedStatement.Reason? = nil,
    strategy: AugmentationPrompt.Strategy = .local
  ) -> AugmentedStatement {
    AugmentedStatement(
      text: text, strategy: strategy, prompt: strategy == .local ? "turning" : "linking",
      source: "s", documents: [], model: "m", seed: 0, sample: 0, margin: nil, dropped: dropped)
  }

  private var statements: [AugmentedStatement] {
    [
      statement("Glon are smaller than femp."),  // true, new
      statement("We know that femp are bigger than glon."),  // true, stated
      statement("Wug are bigger than glon."),  // false
      statement("Wug are smaller than glon.", .unlikely),  // true, dropped
      statement("Glon are bigger than femp.", .contradicted),  // false, dropped
      statement("Glon are lovely."),  // unread
      statement("", .empty), statement("Nothing.", .nothing),
      statement("Femp are bigger than glon.", .repeatsSource),
      statement("Femp are bigger than wug.", strategy: .global),
      statement("Glon are smaller than femp.", .duplicate),
    ]
  }

  @Test func `statements are judged by the world, prompt by prompt`() throws {
    let qualities = AugmentationQuality.judge(statements, of: world)
    #expect(qualities.map(\.prompt) == ["turning", "linking"])
    let turning = qualities[0]
    #expect(
      turning.dropped == [
        "unlikely": 1, "contradicted": 1, "empty": 1, "nothing": 1, "repeats-source": 1,
        "duplicate": 1,
      ])
    var written = AugmentationQuality.Counts()
    (written.statements, written.isTrue, written.isFalse, written.unread) = (7, 4, 2, 1)
    // Both wordings of the first reversal are new, and so is the dropped one.
    (written.isNew, written.covered, written.coverable) = (3, 2, 2)
    #expect(turning.written == written)
    var kept = AugmentationQuality.Counts()
    (kept.statements, kept.isTrue, kept.isFalse, kept.unread) = (4, 2, 1, 1)
    (kept.isNew, kept.covered, kept.coverable) = (1, 1, 2)
    #expect(turning.kept == kept)
    #expect(turning.kept.precision == 2 / 3 && turning.kept.coverage == 0.5)
    #expect(qualities[1].strategy == .global && qualities[1].dropped.isEmpty)
    #expect(qualities[1].kept == qualities[1].written)
    #expect(qualities[1].kept.precision == 1 && qualities[1].kept.coverage == 1)
  }

  @Test func `worlds add up`() {
    var sum = AugmentationQuality.judge(statements, of: world)[0]
    let one = sum
    sum.add(one)
    #expect(sum.written.statements == 14 && sum.kept.covered == 2 && sum.kept.coverable == 4)
    #expect(sum.dropped == one.dropped.mapValues { 2 * $0 })
    #expect(sum.kept.precision == one.kept.precision)
  }

  @Test func `of nothing there is no share`() {
    #expect(AugmentationQuality.judge([], of: world).isEmpty)
    let unread = AugmentationQuality.judge([statement("Glon are lovely.")], of: world)[0]
    #expect(unread.kept.precision == nil && unread.kept.coverage == 0)
    #expect(AugmentationQuality.Counts().coverage == nil)
  }

  @Test(arguments: [ControlledDataName.simpleReversals, .familyTrees, .simpleSyllogisms])
  func `a world's own oracle is all true, new and covers itself`(name: ControlledDataName) {
    let data = ControlledData.make(name, size: .small, seed: 4)
    for strategy in AugmentationPrompt.Strategy.allCases {
      let texts = data.oracle.filter { $0.kind.rawValue == strategy.rawValue }.map(\.text)
      for quality in AugmentationQuality.judge(
        texts.map { statement($0, strategy: strategy) }, of: data)
      {
        #expect(quality.kept.isTrue == texts.count && quality.kept.unread == 0)
        #expect(quality.kept.coverage == 1 && quality.kept.isNew == texts.count)
      }
    }
  }
}
