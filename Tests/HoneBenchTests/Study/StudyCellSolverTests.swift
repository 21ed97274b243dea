// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge
import HoneTesting
import Testing

@testable import HoneBench

@Suite struct StudyCellSolverTests {
  private let study: StudyFixtures

  init() throws { study = try StudyFixtures() }

  @Test func `every arm answers every question, and is kept with what it cost`() async throws {
    let store = try study.store()
    let before = await study.model.weightsChecksum()
    try await study.finish(try study.run(), store)
    #expect(await study.model.weightsChecksum() == before)
    let record = try store.run("latest")
    let world = try #require(study.suite.worlds[5])
    #expect(record.isComplete && record.total == 3 * world.items.count)
    let items = Dictionary(uniqueKeysWithValues: world.items.map { ("5/\($0.id)", $0) })
    let results = try store.results(of: record.id)
    #expect(results.count == record.total)
    for result in results {
      let item = try #require(items[result.item])
      #expect(result.cell.task == item.split)
      #expect(result.candidates.map(\.answer) == item.options)
      let likelihoods = result.candidates.compactMap { $0.option?.logLikelihood }
      #expect(likelihoods.count == item.options.count && likelihoods.allSatisfy { $0 < 0 })
      let best = try #require(likelihoods.indices.max { likelihoods[$0] < likelihoods[$1] })
      #expect(result.answer == item.options[best])
      #expect(result.score == (item.correct.contains(best) ? 1 : 0))
      #expect(result.expectedLogLikelihood == item.correct.map { likelihoods[$0] }.max())
      #expect(result.cost.tokens > 0 && result.cost.seconds > 0)
    }
    let trainings = try store.trainings(of: record.id)
    #expect(trainings.map(\.strategy) == ["ft"] && trainings[0].task == nil)
    #expect(trainings[0].losses.count == (world.documents.count + world.oracle.count) / 8)
    #expect(try #require(trainings[0].losses.last) < trainings[0].losses[0])
    for cell in try store.cells(of: record) {
      #expect((try #require(cell.prefix).tokens > 0) == (cell.key.strategy == "icl"))
    }
    // Of the documents as many as fit half of 512 tokens.
    #expect(study.notes.lines.count == 1)
    #expect(study.notes.lines[0].contains("of 60 documents fit the context"))
  }

  @Test func `answers are those of the model asked by itself`() async throws {
    let store = try study.store()
    try await study.finish(try study.run([.pretrained, .inContext]), store)
    let world = try #require(study.suite.worlds[5])
    let context = CorpusContext(
      world.documents, tokenizer: study.model.tokenizer, maxTokens: 512 - 256, seed: 5)
    for (arm, ids) in [("pretrained", []), ("icl", context.ids)] {
      let scored = try await study.model.score(world.items, context: ids, adapter: nil)
      let results = try store.results(of: store.run("latest").id).filter { $0.cell.strategy == arm }
      let byItem = Dictionary(uniqueKeysWithValues: results.map { ($0.item, $0) })
      for (item, scored) in zip(world.items, scored.items) {
        let likelihoods = try #require(byItem["5/\(item.id)"]).candidates.compactMap(\.option)
        for (a, b) in zip(likelihoods, scored.scores) {
          #expect(abs(a.logLikelihood - b.logLikelihood) < 1e-3)
          #expect(abs(a.neutralLogLikelihood - b.neutralLogLikelihood) < 1e-3)
        }
      }
    }
  }

  @Test func `broken off and resumed, every answer is the same`() async throws {
    let whole = try study.store("whole.sqlite")
    try await study.finish(try study.run(), whole)
    let store = try study.store()
    for (answers, steps) in [(40, Int.max), (0, .max), (150, .max), (.max, 3), (95, .max)] {
      await #expect(throws: BreakingStudySolver.Broken.self) {
        try await study.finish(
          try study.run(mayResume: true), store,
          BreakingStudySolver(study.solver(), answers: answers, steps: steps))
      }
    }
    #expect(try !store.run("latest").isComplete)
    try await study.finish(try study.run(mayResume: true), store)
    #expect(try study.answers(store) == study.answers(whole))
    let losses = try [store, whole].map { store in
      try store.trainings(of: store.run("latest").id).map(\.losses)
    }
    #expect(losses[0] == losses[1])
  }

  @Test func `one solver of several seeds gives each its own world and adapter`() async throws {
    let study = try StudyFixtures(seeds: [1, 2])
    let (store, reverse) = (try study.store(), try study.store("one.sqlite"))
    try await study.finish(try study.run([.fineTuned]), store)
    #expect(try store.trainings(of: store.run("latest").id).map(\.seed).sorted() == [1, 2])
    let one = try StudyFixtures(seeds: [2])
    try await one.finish(try one.run([.fineTuned]), reverse)
    #expect(
      try study.answers(store).filter { $0.cell.seed == 2 } == study.answers(reverse))
  }

  @Test func `augmented arms train on what the model wrote, which is kept for the next`()
    async throws
  {
    let store = try study.store()
    let recipe = StudyFixtures.recipe {
      $0.augmentation.maxTokens = 4
      $0.augmentation.adaptsToPrompts = false
      $0.augmentation.linksPerDocument = 1
    }
    let arms: [StudyArm] = [.augmentedLocally, .augmentedGlobally, .augmented]
    try await study.finish(try study.run(arms, recipe: recipe), store)
    #expect(try store.run("latest").isComplete)
    let folders = study.folder.names.filter { $0.hasSuffix("/drafts.jsonl") }
    #expect(folders.count == 2 && folders.contains { $0.contains("-local-") })
    let writing = study.notes.lines.filter { $0.contains("writing") }
    #expect(writing.count == 4)
    let drafts = folders.map { study.folder.text($0) }
    // Another run and another solver find them there.
    try await study.finish(try study.run(arms, recipe: recipe, label: "again"), store)
    #expect(folders.map { study.folder.text($0) } == drafts)
    let runs = try store.runs()
    #expect(runs.count == 2)
    let scores = try runs.map { try store.results(of: $0.id).map(\.expectedLogLikelihood) }
    #expect(scores[0] == scores[1])
  }

  @Test func `a run with other statements stands beside the first`() async throws {
    let store = try study.store()
    func run(_ tokens: Int) async throws {
      let recipe = StudyFixtures.recipe {
        $0.augmentation.maxTokens = tokens
        $0.augmentation.adaptsToPrompts = false
      }
      try await study.finish(try study.run([.augmentedLocally], recipe: recipe), store)
    }
    try await run(2)
    try await run(3)
  }

  @Test func `documents in the prompt keep to the limit and leave room to ask`() async throws {
    let study = try StudyFixtures()
    // 256 tokens are kept free for the question; a limit beyond the context changes nothing.
    let recipe = StudyFixtures.recipe { $0.maxContextTokens = 100_000 }
    try await study.finish(try study.run([.inContext], recipe: recipe), try study.store())
    #expect(study.notes.lines.count == 1)
    let few = StudyFixtures.recipe { $0.maxContextTokens = 100 }
    try await study.finish(try study.run([.inContext], recipe: few), try study.store("few.sqlite"))
    let cells = try study.store("few.sqlite").cells(of: study.store("few.sqlite").run("latest"))
    #expect(cells.allSatisfy { ($0.prefix?.tokens ?? 0) <= 100 })
  }

  @Test func `a run that is no study is refused`() async throws {
    let cell = PlannedCell(
      key: CellKey(strategy: "icl", seed: 5, task: "forward"),
      draw: try study.suite.task(named: "forward").draw(seed: 5, demonstrations: 0, limit: 1))
    await #expect(throws: BenchError.self) {
      try await study.solver().solve(
        cell, strategy: StrategyConfiguration(name: "icl", showsDemonstrations: true),
        pending: [], plan: [cell]
      ) { _ in }
    }
  }
}
