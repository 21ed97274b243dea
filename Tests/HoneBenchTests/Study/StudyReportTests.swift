// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge
import HoneTesting
import Testing

@testable import HoneBench

@Suite struct StudyReportTests {
  private let study: StudyFixtures

  init() throws { study = try StudyFixtures() }

  @Test func `a report has every arm and split, what chance gives, and the command`() async throws {
    let store = try study.store()
    try await study.finish(try study.run(), store)
    let figures = try StudyFigures(try store.run("latest"), in: store)
    let text = StudyReport([figures], note: "A note.\n\n").text
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.prefix(3) == ["# Ways of knowing, compared", "A note.", "## simple-reversals"])
    #expect(text.hasSuffix("\n") && !text.contains("\n\n\n"))
    #expect(
      lines.contains("| arm | forward | reversed | forward two-way | reversed two-way | seconds |"))
    #expect(lines.contains("| *chance* | 25.0 | 25.0 | 50.0 | 50.0 |  |"))
    for arm in figures.arms {
      let row = try #require(lines.first { $0.hasPrefix("| \(arm) | ") })
      for (cell, split) in zip(row.split(separator: "|").dropFirst(), figures.splits) {
        let figure = figures.figure(arm, split)
        let accuracy = try #require(figure.accuracy)
        #expect(cell.contains("±") && cell.contains(ReportNumber.fixed(100 * accuracy, 1)))
      }
    }
    for split in figures.splits { #expect(text.contains("Kinds of `\(split)`:")) }
    #expect(
      lines.contains(
        "hone study run simple-reversals --size small --arms pretrained,icl,ft --seeds 5 "
          + "--epochs 1 --lora-rank 4 --model tiny --compute float32"))
    #expect(text.contains(figures.run.configuration.model.sha256))
    // Only one of the arms was trained.
    let training = try #require(
      lines.firstIndex(of: "| arm | steps | tokens | seconds | last loss |"))
    #expect(lines[training + 2].hasPrefix("| ft | 15 | "))
  }

  @Test func `several studies stand in one report, each with its command`() async throws {
    let store = try study.store()
    try await study.finish(try study.run([.pretrained]), store)
    let one = try StudyFigures(try store.run("latest"), in: store)
    try await study.finish(try study.run([.pretrained], label: "twice"), store)
    let two = try StudyFigures(try store.run("latest"), in: store)
    let lines = StudyReport([one, two], note: nil).text.split(separator: "\n")
    #expect(lines.count { $0 == "## simple-reversals" } == 2)
    #expect(lines.count { $0.hasPrefix("hone study run") } == 2)
    #expect(lines.count { $0.hasPrefix("| *chance*") } == 2)
    #expect(StudyReport([], note: nil).text.hasPrefix("# Ways of knowing"))
  }

  @Test func `questions answered in training stand beside the others where there are both`()
    async throws
  {
    let study = try StudyFixtures()
    let store = try study.store()
    let recipe = StudyFixtures.recipe()
    try await study.finish(try study.run([.fineTuned], recipe: recipe), store)
    let figures = try StudyFigures(try store.run("latest"), in: store)
    // Of each split all or none were given away.
    #expect(!StudyReport([figures], note: nil).text.contains("answered in training"))
  }
}
