// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneBench
import HoneTesting
import Testing

@Suite struct SuiteTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func message(_ body: () throws -> Void) throws -> String {
    var text: String?
    do { try body() } catch let error as BenchError { text = error.message }
    return try #require(text)
  }

  @Test func `a folder's files are tasks, in the order of their names`() throws {
    try folder.write("b.jsonl", #"{"input": "x", "output": "yes"}"# + "\n")
    try folder.write(
      "a.json", #"{"instruction": "Do it.", "examples": [{"input": "i", "target": "längst"}]}"#)
    try folder.write("notes.txt", "")
    try folder.write(".hidden.json", "")
    let suite = try FolderSuite(path: folder.path + "/")
    #expect(folder.path.hasSuffix("/" + suite.name))
    #expect(suite.taskNames == ["a", "b"])
    let a = try suite.task(named: "a")
    #expect(a.instruction == "Do it." && a.maxAnswerTokens == 11)
    #expect(a.items == [BenchItem(id: "0", input: "i", expected: "längst")])
    #expect(try suite.task(named: "b").instruction == "")
    let scorer = suite.scorer(for: "a")
    #expect(scorer.score(" längst\n", for: a.items[0]).value == 1)
    #expect(scorer.score("Längst", for: a.items[0]).value == 0)
    #expect(throws: BenchError.self) { try suite.task(named: "c") }
  }

  @Test func `a task file's demonstrations and queries are all items`() throws {
    let task =
      #"{"name": "n", "instruction": "I", "demonstrations": [{"input": "a", "output": "b"}],"#
    try folder.write("t.json", task + #""queries": [{"input": "c", "output": "d"}]}"#)
    try folder.write(
      "u.json", task + #""queries": [{"input": "c"}, {"input": "d", "output": ""}]}"#)
    let suite = try FolderSuite(path: folder.path)
    let items = try suite.task(named: "t").items
    #expect(items.map(\.input) == ["a", "c"] && items.map(\.expected) == ["b", "d"])
    let error = #expect(throws: AdaptationError.self) { try suite.task(named: "u") }
    #expect(error?.message.contains("queries[1]") == true)
  }

  @Test func `a folder that is none, is empty or names a task twice is refused`() throws {
    #expect(
      try message { _ = try FolderSuite(path: folder.path + "/none") }.contains("cannot be read"))
    #expect(try message { _ = try FolderSuite(path: folder.path) }.contains("has no task"))
    try folder.write("a.json", "{}")
    try folder.write("a.jsonl", "")
    #expect(try message { _ = try FolderSuite(path: folder.path) }.contains("are one task"))
  }

  @Test func `a file without examples is named`() throws {
    try folder.write("a.json", #"{"examples": [{"input": 1, "output": "x"}]}"#)
    let suite = try FolderSuite(path: folder.path)
    let error = #expect(throws: AdaptationError.self) { try suite.task(named: "a") }
    #expect(error?.message.contains("a.json") == true)
  }

  @Test func `data of BIG-Bench Hard that is not there is asked to be pulled`() throws {
    let text = try message {
      _ = try BigBenchHard(folder: folder.path).task(named: "snarks")
    }
    #expect(text.contains("hone data pull bbh") && text.contains("snarks.json"))
    #expect(throws: BenchError.self) {
      try BigBenchHard(folder: folder.path).task(named: "no_such")
    }
  }

  @Test func `a task of BIG-Bench Hard is read from its file`() throws {
    try folder.write(
      "snarks.json",
      #"{"canary": "c", "examples": [{"input": "Which?\nOptions:\n(A) x", "target": "(A)"}]}"#)
    let task = try BigBenchHard(folder: folder.path).task(named: "snarks")
    #expect(task.items.map(\.expected) == ["(A)"])
    #expect(task.instruction.hasSuffix("such as (A)."))
  }

  @Test func `a draw shows the first of a shuffle and asks the next`() throws {
    let task = MadeUpRun.task("t", items: 20)
    let draw = try task.draw(seed: 42, demonstrations: 4, limit: 6)
    #expect(draw.demonstrations.count == 4 && draw.queries.count == 6 && draw.available == 16)
    #expect(Set(draw.demonstrations).isDisjoint(with: draw.queries))
    #expect(try task.draw(seed: 42, demonstrations: 4, limit: 6) == draw)
    let all = try task.draw(seed: 42, demonstrations: 4, limit: nil)
    #expect(Array(all.queries.prefix(6)) == draw.queries && all.queries.count == 16)
    #expect(try task.draw(seed: 43, demonstrations: 4, limit: 6) != draw)
    #expect(
      try message { _ = try task.draw(seed: 1, demonstrations: 20, limit: nil) }
        .contains("nothing to ask"))
  }

  @Test func `a run draws as hone solve does`() throws {
    let rows = (0..<9).map { #"{"input": "i\#($0)", "output": "o\#($0)"}"# }
    let path = try folder.write("t.jsonl", rows.joined(separator: "\n"))
    let solve = try FewShotTask(drawingFrom: path, demonstrations: 3, queries: 4, seed: 42)
    let draw = try FolderSuite(path: folder.path).task(named: "t")
      .draw(seed: 42, demonstrations: 3, limit: 4)
    #expect(draw.demonstrations.map(\.input) == solve.demonstrations.map(\.input))
    #expect(draw.queries.map(\.input) == solve.queries.map(\.input))
  }

  @Test func `the data's digest tells every word and every item`() throws {
    let one = MadeUpRun.task("t")
    let digest = try RunConfiguration.digest(of: [one])
    #expect(try RunConfiguration.digest(of: [MadeUpRun.task("t")]) == digest)
    let others = [
      BenchTask(name: "t", instruction: "Say.", items: one.items, maxAnswerTokens: 6),
      BenchTask(name: "t", instruction: "Say it.", items: one.items, maxAnswerTokens: 7),
      BenchTask(name: "t", instruction: "Say it.", items: one.items.reversed(), maxAnswerTokens: 6),
    ]
    for other in others { #expect(try RunConfiguration.digest(of: [other]) != digest) }
  }

  @Test(arguments: [
    (["(A)", "(B)", "(B)"], "(B)", 2.0), (["(B)", "(A)"], "(A)", 1.0),
    (["nothing", "nothing", "(C)"], "(C)", 1.0), (["nothing"], "", 1.0),
  ])
  func `the most frequent answer wins, the smallest of equals`(
    answers: [String], winner: String, votes: Double
  ) {
    let vote = Vote(
      answers, item: BenchItem(id: "0", input: "", expected: "(B)"),
      scorer: BigBenchHardScorer(format: .choice))
    #expect(vote.score.normalized == winner)
    #expect(vote.candidates.count == (answers.count > 1 ? answers.count : 0))
    if let best = vote.candidates.first(where: { $0.normalized == winner }) {
      #expect(best.score == votes)
    }
  }

  @Test func `the variants of a recipe differ in what they are named for`() {
    var recipe = TestTimeTrainingConfiguration.defaults(parameterCount: 0)
    recipe.seed = 7
    func configuration(_ strategy: BenchStrategy) -> StrategyConfiguration {
      strategy.configuration(recipe: recipe, tasks: 27, demonstrations: 10)
    }
    #expect(configuration(.zeroShot).training == nil)
    #expect(!configuration(.zeroShot).showsDemonstrations)
    #expect(configuration(.majority).orders == 5)
    let ttt = configuration(.testTimeTraining).training
    #expect(ttt?.seed == 0 && ttt?.steps == recipe.steps)
    let direct = configuration(.direct)
    #expect(!direct.showsDemonstrations && direct.training?.sampleForm == .direct)
    // Four rounds over ten demonstrations in twenty steps.
    #expect(direct.training?.batchSize == 2 && direct.training?.steps == 20)
    let calibrated = configuration(.calibratedDirect)
    #expect(calibrated.labels == .calibrated && calibrated.training == direct.training)
    #expect(!calibrated.showsDemonstrations && direct.labels == nil)
    #expect(configuration(.calibrated).training == nil)
    #expect(configuration(.calibratedTraining).training == ttt)
    #expect(configuration(.noPermutation).training?.sampleForm == .fixedOrder)
    #expect(configuration(.noDemonstrationLoss).training?.sampleLoss == .lastAnswer)
    #expect(configuration(.inputLoss).training?.sampleLoss == .everything)
    let shared = configuration(.shared)
    #expect(shared.sharesAdapter && shared.training?.steps == 108)
    #expect(shared.training?.batchSize == 5 && shared.training?.learningRate == 2.5e-4)
  }
}
