// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTesting
import Synchronization
import Testing

@testable import HoneKnowledge

@Suite struct BreakEvenCheckTests {
  private let model: LanguageModel
  private let temporary: TemporaryFolder

  init() throws {
    model = try KnowledgeFixtures.tinyModel()
    temporary = try TemporaryFolder()
  }

  private func check(
    predicted: Double = 10, queries: Int = 10, inContext: Double, upfront: Double, adapted: Double
  ) -> BreakEvenCheck {
    BreakEvenCheck(
      predictedQueries: predicted, queries: queries, inContextSeconds: inContext,
      upfrontSeconds: upfront, augmentedQuerySeconds: adapted)
  }

  @Test func `the costs cross where what is saved pays for what was spent`() throws {
    let check = check(inContext: 30, upfront: 16, adapted: 10)
    #expect(check.measuredQueries == 8)
    #expect(check.deviation == 0.25)
    #expect(self.check(predicted: 8, inContext: 30, upfront: 16, adapted: 10).deviation == 0)
  }

  @Test func `where nothing is saved they never cross`() {
    for (inContext, adapted) in [(10.0, 10.0), (9, 10)] {
      let check = check(inContext: inContext, upfront: 1, adapted: adapted)
      #expect(check.measuredQueries == nil && check.deviation == nil)
    }
    #expect(check(queries: 0, inContext: 2, upfront: 4, adapted: 0).measuredQueries == 2)
  }

  @Test(arguments: [(0.2, 1), (2.4, 2), (14.6, 15)])
  func `both sides run to the predicted number of queries`(predicted: Double, queries: Int)
    async throws
  {
    let learning = try LearningFixtures.learning(temporary.path + "/a") { $0.training.epochs = 1 }
    let counts = Mutex<[String: Int]>([:])
    let work = Mutex("")
    let check = try await learning.check(
      predicted: predicted, answerTokens: 3, model: model, writer: ScriptedWriter()
    ) { event in
      switch event {
      case .began(let name): work.withLock { $0 = name }
      case .progress(_, _, "queries"):
        counts.withLock { $0[work.withLock { $0 }, default: 0] += 1 }
      default: break
      }
    }
    #expect(
      counts.withLock { $0 } == [
        "in context, \(queries) queries": queries, "with the adapter, \(queries) queries": queries,
      ])
    #expect(check.queries == queries && check.predictedQueries == predicted)
    #expect(
      check.inContextSeconds > 0 && check.upfrontSeconds > 0 && check.augmentedQuerySeconds > 0)
  }

  @Test func `documents without questions cannot be checked`() async throws {
    let learning = try LearningFixtures.learning(
      temporary.path + "/a", documents: KnowledgeFixtures.documents("so it goes"))
    let error = await #expect(throws: KnowledgeError.self) {
      try await learning.check(
        predicted: 1, answerTokens: 1, model: model, writer: ScriptedWriter()
      ) { _ in }
    }
    #expect(error?.code == .badData)
  }

  @Test func `the work that is counted is what is then done`() async throws {
    let learning = try LearningFixtures.learning(temporary.path + "/a")
    let report = try await learning.run(
      model: model, modelName: "tiny", writer: ScriptedWriter()
    ) { _ in }
    let (guess, known) = (learning.work(with: model), learning.work(with: model, report: report))
    #expect(known.corpus.tokens == report.corpusTokens)
    #expect(known.corpus.documents == 6 && known.corpus.sentences == 12)
    let requests = try Augmentation(
      documents: learning.documents, library: learning.library,
      configuration: learning.configuration.augmentation
    ).plan.requests.count
    #expect(known.augmentation.map(\.name) == ["turning", "linking"])
    #expect(known.augmentation.reduce(0) { $0 + $1.requests } == Double(requests))
    #expect(known.augmentation.allSatisfy { $0.prefixTokens < 30 && $0.isAdapted })
    // An end token for each sentence.
    let tokens = learning.documents.flatMap(\.sentences).reduce(0) {
      $0 + model.tokenizer.encode($1, addSpecialTokens: false).count + 1
    }
    let samples = 3 * (12 + report.statementsKept)
    #expect(
      abs(known.training.augmentedTokens - Double(samples * tokens) / 12) < 1e-6 * Double(tokens))
    #expect(known.training.source == .counted && guess.training.source == .assumed)
    #expect(known.batchTokens == Int((4 * Double(tokens) / 12).rounded()))
    #expect(try #require(known.questionTokens) > 5)
    let none = try LearningFixtures.learning(
      temporary.path + "/b", documents: KnowledgeFixtures.documents("so it goes"))
    #expect(none.work(with: model).questionTokens == nil)
  }

  @Test func `shown examples and a shown corpus stand before each text`() throws {
    let shown = try LearningFixtures.learning(temporary.path + "/a") {
      $0.augmentation.adaptsToPrompts = false
      $0.augmentation.globalContext = .corpus
    }.work(with: model)
    #expect(shown.augmentation.map(\.isAdapted) == [false, false])
    #expect(shown.augmentation[0].prefixTokens > 60)
    #expect(shown.augmentation[1].prefixTokens > Double(shown.corpus.tokens))
  }
}
