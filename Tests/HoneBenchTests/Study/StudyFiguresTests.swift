// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge
import HoneTesting
import Testing

@testable import HoneBench

@Suite struct StudyFiguresTests {
  private let study: StudyFixtures

  init() throws { study = try StudyFixtures() }

  private func figures(_ store: RunStore) throws -> StudyFigures {
    try StudyFigures(try store.run("latest"), in: store)
  }

  @Test func `figures count the answers of each arm and split`() async throws {
    let store = try study.store()
    try await study.finish(try study.run(), store)
    let figures = try figures(store)
    #expect(figures.arms == ["pretrained", "icl", "ft"] && figures.size == .small)
    #expect(figures.splits == study.suite.taskNames)
    #expect(figures.all.count == 3 * 4 * ChoiceScorer.allCases.count)
    let results = try store.results(of: store.run("latest").id)
    for arm in figures.arms {
      for split in figures.splits {
        let figure = figures.figure(arm, split)
        let answers = results.filter { $0.cell.strategy == arm && $0.cell.task == split }
        #expect(figure.total == 30 && answers.count == 30)
        #expect(figure.correct == answers.count { $0.isCorrect })
        let accuracy = try #require(figure.accuracy)
        #expect(accuracy == Double(figure.correct) / 30)
        // Each fact is asked once in a split.
        let binomial = (accuracy * (1 - accuracy) / 30).squareRoot()
        #expect(abs(try #require(figure.standardError) - binomial) <= 0.1 * binomial)
        #expect(figure.seconds > 0)
        for scorer in ChoiceScorer.allCases {
          let figure = figures.figure(arm, split, scorer)
          let right = answers.count { answer in
            let scores = answer.candidates.compactMap(\.option)
            let item = study.suite.worlds[5]?.items.first { "5/\($0.id)" == answer.item }
            return item?.correct.contains(scores.choice(scorer)) ?? false
          }
          #expect(figure.correct == right && figure.total == 30 && figure.scorer == scorer)
        }
        let groups = figures.groups(of: split)
        #expect(groups == ["less", "more"])
        let parts = groups.map { figures.figure(arm, split, group: $0) }
        #expect(parts.map(\.total) == [15, 15])
        #expect(parts.reduce(0) { $0 + $1.correct } == figure.correct)
      }
    }
    #expect(figures.figure("none", "forward").accuracy == nil)
    #expect(figures.chance("forward") == 0.25 && figures.chance("reversed two-way") == 0.5)
  }

  @Test func `what a training text gave away is told apart`() async throws {
    let store = try study.store()
    try await study.finish(try study.run([.pretrained, .fineTuned, .oracle]), store)
    let figures = try figures(store)
    for split in figures.splits {
      let isStated = split.hasPrefix("forward")
      #expect(figures.figure("pretrained", split, isCovered: true).total == 0)
      #expect(figures.figure("pretrained", split, isCovered: false).total == 0)
      #expect(figures.figure("ft", split, isCovered: true).total == (isStated ? 30 : 0))
      #expect(figures.figure("ft", split, isCovered: false).total == (isStated ? 0 : 30))
      #expect(figures.figure("aft-oracle", split, isCovered: true).total == 30)
    }
  }

  @Test func `a run that is under way has figures of what is there`() async throws {
    let store = try study.store()
    await #expect(throws: BreakingStudySolver.Broken.self) {
      try await study.finish(
        try study.run(), store, BreakingStudySolver(study.solver(), answers: 45))
    }
    let figures = try figures(store)
    let totals = figures.all.filter { $0.scorer == .sum }.reduce(0) { $0 + $1.total }
    #expect(totals == 45)
    #expect(figures.figure("ft", "forward").accuracy == nil)
    #expect(figures.figure("ft", "forward").standardError == nil)
    let text = StudyReport([figures], note: nil).text
    #expect(text.contains(try #require(try store.run("latest").incompleteness)))
  }

  @Test func `a run that is no study has no such figures`() throws {
    let store = try study.store()
    try MadeUpRun.write(to: store)
    let error = #expect(throws: BenchError.self) {
      try StudyFigures(try store.run("latest"), in: store)
    }
    #expect(error?.message.contains("hone report") == true)
  }
}
