// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import Testing

@testable import HoneKnowledge

@Suite struct CostModelTests {
  // MARK: By hand

  @Test func `The worked example breaks even at some two hundred queries`() throws {
    let model = try AdviceFixtures.workedExample(readsPrefixEachTime: true)
    let augmented = model.cost(.augmented)
    let generation = augmented.upfront.filter { $0.name.hasSuffix("augmentation") }
      .reduce(0) { $0 + $1.seconds }
    // 2P · (1,200 · 450 + 100 · 51,500), and 6P · 4 · 380,000.
    #expect(abs(generation / 1.138e16 - 1) < 1e-3)
    #expect(abs(augmented.upfront[2].seconds / 9.12e15 - 1) < 1e-9)
    // What in-context learning reads more for each query: the documents.
    let extra = model.cost(.inContext).secondsPerQuery - augmented.secondsPerQuery
    #expect(abs(extra / 1e14 - 1) < 1e-9)
    let queries = try #require(model.breakEven(.inContext, .augmented).queries)
    #expect(abs(queries - 205) < 0.1)
  }

  @Test func `Reading the documents once for all halves what augmentation costs`() throws {
    let once = try AdviceFixtures.workedExample(readsPrefixEachTime: false)
    let queries = try #require(once.breakEven(.inContext, .augmented).queries)
    #expect(abs(queries - 106) < 0.1)
  }

  @Test func `Behind a cached prefix a query costs no more than with an adapter but attention`()
    throws
  {
    let model = try AdviceFixtures.workedExample(readsPrefixEachTime: true)
    #expect(
      model.cost(.inContextCached).secondsPerQuery == model.cost(.fineTuned).secondsPerQuery)
    #expect(model.cost(.inContextCached).upfrontSeconds == 2e9 * 50_000)
    #expect(model.breakEven(.inContextCached, .augmented).queries == nil)
    #expect(model.breakEven(.inContextCached, .augmented).cheaperBelow == .inContextCached)
  }

  @Test func `A query pays for reading, the fork and writing`() throws {
    let model = try AdviceFixtures.model()
    let rates = model.rates
    let read = rates.readingSeconds(tokens: 24, behind: 6000)
    let written = 0.001 + 15 * (0.0022 + (6024 + 8) * 5e-7)
    let cached = model.cost(.inContextCached)
    #expect(abs(cached.secondsPerQuery - (read + written + 2e-5)) < 1e-12)
    #expect(cached.cacheBytes == 6000 * 46_080)
    let adaptedRead = 0.011 + 24 * 12 * 3e-8
    let adaptedWritten = 0.001 + 15 * (0.0026 + 32 * 5e-7)
    let adapted = model.cost(.fineTuned).secondsPerQuery
    #expect(abs(adapted - (adaptedRead + adaptedWritten)) < 1e-12)
    #expect(
      model.cost(.fineTuned).upfront.map(\.name) == ["training", "loading the adapter"])
    #expect(abs(model.cost(.fineTuned).upfrontSeconds - (60_000.0 / 1800 + 0.01)) < 1e-9)
  }

  @Test func `Options are scored side by side, each with the question`() throws {
    var model = try AdviceFixtures.model()
    func with(_ queries: Int) throws -> CostModel {
      try CostModel(
        rates: model.rates, corpus: model.corpus,
        query: QueryShape(
          questionTokens: 20, answer: .chosen(options: 4, tokens: 5), queriesAtOnce: queries),
        training: model.training, augmentation: model.augmentation, contextLength: 8192)
    }
    model = try with(1)
    let times = PassTimes(short: (24, 0.011), long: (512, 0.12))
    let attention = 96 * 12 * 3e-8
    let scored = 20 * 1e-4 + 4 * 2e-5
    let expected = times.seconds(tokens: 4 * 24) + attention + scored
    #expect(abs(model.cost(.fineTuned).secondsPerQuery - expected) < 1e-12)
    // Many at once fill the passes.
    #expect(
      try with(16).cost(.fineTuned).secondsPerQuery < model.cost(.fineTuned).secondsPerQuery)
  }

  @Test func `Judging scores each text and its negation`() throws {
    var work = AugmentationWork(
      name: "local", requests: 10, prefixTokens: 0, promptTokens: 20, writtenTokens: 11)
    let rates = AdviceFixtures.arithmetic(parameters: 0.5)
    #expect(work.seconds(rates, contextLength: 1000) == 200 + 100)
    work.isJudged = true
    #expect(work.seconds(rates, contextLength: 1000) == 300 + 2 * 10 * 30)
    #expect(work.allWrittenTokens == 110)
    work.requests = 0
    #expect(work.seconds(rates, contextLength: 1000) == 0)
  }

  // MARK: The context

  @Test func `Documents that do not fit are shown in part`() throws {
    let model = try AdviceFixtures.model(tokens: 20_000)
    #expect(model.shownTokens == 8192 - 40)
    for way in [KnowledgeWay.inContext, .inContextCached] {
      #expect(!model.cost(way).showsAllDocuments)
      #expect(model.cost(way).shownTokens == 8152)
    }
    for way in [KnowledgeWay.fineTuned, .augmented] {
      #expect(model.cost(way).showsAllDocuments)
      #expect(model.cost(way).shownTokens == 0)
    }
    // Nor does an augmentation read more than fits.
    let global = AugmentationWork.global(
      model.corpus, promptTokens: 80, writtenTokens: 200)
    var short = global
    short.prefixTokens = 8192 - 280
    #expect(
      global.seconds(model.rates, contextLength: 8192)
        == short.seconds(model.rates, contextLength: 8192))
  }

  @Test func `Numbers out of range are refused, all in one message`() throws {
    let model = try AdviceFixtures.model()
    let error = #expect(throws: KnowledgeError.self) {
      try CostModel(
        rates: model.rates, corpus: CorpusSize(tokens: -1, documents: 1, sentences: 1),
        query: QueryShape(questionTokens: .nan, answer: .written(tokens: 1)),
        training: model.training, augmentation: [], contextLength: 8192)
    }
    #expect(error?.message.contains("corpus tokens -1") == true)
    #expect(error?.message.contains("question tokens nan") == true)
    #expect(throws: KnowledgeError.self) {
      try CostModel(
        rates: model.rates, corpus: model.corpus,
        query: QueryShape(questionTokens: 8190, answer: .written(tokens: 2)),
        training: model.training, augmentation: [], contextLength: 8192)
    }
    #expect(throws: KnowledgeError.self) { try Demand(queriesPerMonth: -1) }
    #expect(throws: KnowledgeError.self) { try Demand(queriesPerMonth: 1, months: 0) }
    #expect(throws: KnowledgeError.self) {
      try Demand(queriesPerMonth: 1, revisionsPerMonth: .infinity)
    }
  }

  @Test func `Every input and rate is listed with where it comes from`() throws {
    let assumptions = try AdviceFixtures.model().assumptions
    #expect(Set(assumptions.map(\.name)).count == assumptions.count)
    #expect(assumptions.allSatisfy { $0.value.isFinite })
    #expect(assumptions.first { $0.name == "corpus" }?.source == .counted)
    #expect(assumptions.first { $0.name == "question" }?.source == .assumed)
    #expect(assumptions.first { $0.name == "reading documents" }?.source == .measured)
  }
}

@Suite struct BreakEvenTests {
  @Test(arguments: 0..<50)
  func `At the break-even both cost the same, below it the cheaper upfront wins`(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let first = AdviceFixtures.cost(
      .inContext, 100 * random.uniform(), 5 * random.uniform())
    let second = AdviceFixtures.cost(
      .augmented, 100 * random.uniform(), 5 * random.uniform())
    let breakEven = BreakEven(first, second)
    #expect(breakEven == BreakEven(second, first))
    let (below, above) =
      breakEven.cheaperBelow == .inContext ? (first, second) : (second, first)
    #expect(below.upfrontSeconds <= above.upfrontSeconds)
    guard let queries = breakEven.queries else {
      // The lines never cross to the right of nothing.
      #expect(below.secondsPerQuery <= above.secondsPerQuery)
      return
    }
    let (a, b) = (below.seconds(queries: queries), above.seconds(queries: queries))
    #expect(abs(a - b) <= 1e-9 * max(a, b))
    #expect(below.seconds(queries: 0.9 * queries) < above.seconds(queries: 0.9 * queries))
    #expect(below.seconds(queries: 1.1 * queries) > above.seconds(queries: 1.1 * queries))
  }

  @Test func `Lines that never cross have no break-even`() {
    let cheap = AdviceFixtures.cost(.inContextCached, 1, 1)
    for other in [
      AdviceFixtures.cost(.augmented, 2, 2), AdviceFixtures.cost(.augmented, 2, 1),
      AdviceFixtures.cost(.augmented, 1, 2), AdviceFixtures.cost(.augmented, 1, 1),
    ] {
      #expect(BreakEven(cheap, other).queries == nil)
      #expect(BreakEven(other, cheap).queries == nil)
      #expect(other.seconds(queries: 1e6) >= cheap.seconds(queries: 1e6))
    }
    #expect(BreakEven(cheap, .init(way: .augmented, secondsPerQuery: 2)).queries == 1)
  }

  @Test func `Revisions multiply what is upfront and the break-even with it`() throws {
    let (prompt, weights) = (
      AdviceFixtures.cost(.inContext, 0, 1), AdviceFixtures.cost(.augmented, 100, 0.5)
    )
    #expect(weights.seconds(queries: 10, preparations: 4) == 405)
    let breakEven = BreakEven(prompt, weights)
    #expect(breakEven.queries == 200)
    let once = try Demand(queriesPerMonth: 50)
    #expect(breakEven.queriesPerMonth(once) == 200)
    let year = try Demand(queriesPerMonth: 50, months: 12)
    #expect(abs((breakEven.queriesPerMonth(year) ?? 0) - 200.0 / 12) < 1e-9)
    let weekly = try Demand(queriesPerMonth: 50, revisionsPerMonth: 4, months: 12)
    #expect(weekly.preparations == 48)
    #expect(breakEven.queriesPerMonth(weekly) == 800)
    #expect(weights.seconds(weekly) == 48 * 100 + 600 * 0.5)
    // Rarer than once in all that time is still once.
    #expect(
      try Demand(queriesPerMonth: 1, revisionsPerMonth: 0.1, months: 2).preparations == 1)
  }
}
