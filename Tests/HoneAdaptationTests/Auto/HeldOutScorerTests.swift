// SPDX-License-Identifier: Apache-2.0
import HoneModel
import Testing

@testable import HoneAdaptation

@Suite struct HeldOutScorerTests {
  /// Outputs that the tiny model finds likely, unlikely, and of several lengths.
  private let task = FewShotTask(
    name: "t", instruction: "Say it.",
    demonstrations: ["the dog", "a", "the cat sat on the mat", "dog", "the dog"].enumerated().map {
      .init(input: "x\($0)", output: $1)
    }, queries: [])

  @Test func `a chain's trials are what decoding behind its beginning gives`() async throws {
    let model = try TinyModel.load()
    let chain = [3, 0, 4, 2, 1]
    let (trials, expected, reproduced) = try await model.check(task, chain: chain)
    #expect(trials.map(\.demonstration) == chain)
    #expect(trials.map(\.shots) == [0, 1, 2, 3, 4])
    for (trial, nats) in zip(trials, expected) { #expect(abs(trial.nats - nats) < 1e-3) }
    #expect(trials.map(\.isReproduced) == reproduced)
  }

  @Test func `only the last are asked where only they are wanted`() async throws {
    let model = try TinyModel.load()
    let all = try await model.trials(task, [0, 1, 2, 3], from: 0)
    let last = try await model.trials(task, [0, 1, 2, 3], from: 2)
    #expect(last.map(\.demonstration) == [2, 3])
    for (one, other) in zip(all.suffix(2), last) {
      #expect(abs(one.nats - other.nats) < 1e-4)
      #expect(one.tokens == other.tokens)
    }
  }

  @Test func `asked alone, demonstrations are answered as queries are without any shown`()
    async throws
  {
    let model = try TinyModel.load()
    let indices = [4, 0, 2]
    let (trials, texts, alone) = try await model.zeroShotTrials(task, indices)
    #expect(trials.map(\.demonstration) == indices)
    #expect(trials.allSatisfy { $0.shots == 0 })
    for (trial, other) in zip(trials, alone) {
      #expect(abs(trial.nats - other.nats) < 1e-3)
      #expect(trial.tokens == other.tokens)
    }
    let zeroShot = try await model.zeroShotAnswers(
      task.demonstrations.map { Query(input: $0.input) }, of: task)
    #expect(texts == indices.map { zeroShot[$0] })
    // Judged by what the caller says.
    #expect(trials.map(\.isReproduced) == [false, true, false])
  }

  @Test func `what a pass has run is not run again to answer behind it`() async throws {
    let model = try TinyModel.load()
    let task = TinyModel.task(demonstrations: 5, queries: 4)
    let (fresh, reused) = try await model.answersBehindPass(task)
    #expect(reused.answers == fresh.answers)
    // Sums over rows fall differently where one is run by itself.
    for (one, other) in zip(reused.logLikelihoods, fresh.logLikelihoods) {
      #expect(abs(one - other) < 1e-4)
    }
    // The last answer's last tokens are only predicted.
    #expect(reused.prefixTokens > 0 && reused.prefixTokens < 6)
    #expect(fresh.prefixTokens > 20)
  }
}

extension LanguageModel {
  fileprivate struct Answers: Sendable {
    let answers: [String]
    let logLikelihoods: [Double]
    let prefixTokens: Int
  }

  /// Answers behind all demonstrations, without and with the cache of a pass over them.
  fileprivate func answersBehindPass(
    _ task: FewShotTask
  ) throws -> (fresh: Answers, reused: Answers) {
    let prompt = TaskPrompt(task, tokenizer: tokenizer)
    var scorer = HeldOutScorer(decoder: decoder, prompt: prompt)
    let cache = KVCache(decoder.configuration)
    _ = try scorer.trials(Array(prompt.demonstrations.indices), cache: cache)
    func answers(from cache: KVCache?) throws -> Answers {
      let answerer = try QueryAnswerer(
        decoder: decoder, tokenizer: tokenizer, prompt: prompt, prefix: prompt.demonstrationPrefix,
        from: cache, adapter: nil, maxAnswerTokens: 6)
      let questions = task.queries.map { prompt.question($0.input) }
      let prompted = try answerer.prompt(questions)
      let expected = task.queries.map { _ in "the dog" }
      return Answers(
        answers: try answerer.answer(try answerer.prompt(questions)).map(\.text),
        logLikelihoods: try answerer.logLikelihoods(prompted, expected: expected),
        prefixTokens: answerer.prefixTokens)
    }
    return (try answers(from: nil), try answers(from: cache))
  }

  /// Trials of demonstrations without others, of which only the first is taken for right; what was
  /// written, and trials of each in a pass of its own.
  fileprivate func zeroShotTrials(
    _ task: FewShotTask, _ indices: [Int]
  ) throws -> (trials: [HeldOutTrial], texts: [String], alone: [HeldOutTrial]) {
    var scorer = HeldOutScorer(decoder: decoder, prompt: TaskPrompt(task, tokenizer: tokenizer))
    var texts: [String] = []
    let trials = try scorer.zeroShotTrials(
      of: indices, tokenizer: tokenizer, maxAnswerTokens: 6
    ) { answer, index in
      texts.append(answer.text)
      return index == 0
    }
    return (trials, texts, try scorer.trials(alone: indices, adapter: nil))
  }

  /// What the strategy answers.
  fileprivate func zeroShotAnswers(_ queries: [Query], of task: FewShotTask) throws -> [String] {
    let task = FewShotTask(
      name: task.name, instruction: task.instruction, demonstrations: task.demonstrations,
      queries: queries)
    return try ZeroShot().answer(
      StrategyRun(
        decoder: decoder, tokenizer: tokenizer, task: task,
        prompt: TaskPrompt(task, tokenizer: tokenizer), maxAnswerTokens: 6,
        onAnswered: { _, _ in }, onTrainingStep: { _ in }, onAutoEvent: { _ in },
        onDecision: { _ in })
    ).answers
  }

  fileprivate func trials(_ task: FewShotTask, _ chain: [Int], from: Int) throws -> [HeldOutTrial] {
    var scorer = HeldOutScorer(
      decoder: decoder, prompt: TaskPrompt(task, tokenizer: tokenizer))
    return try scorer.trials(chain, from: from)
  }

  /// Trials beside the answerer's own likelihoods and greedy answers.
  fileprivate func check(_ task: FewShotTask, chain: [Int]) throws -> (
    trials: [HeldOutTrial], nats: [Double], reproduced: [Bool]
  ) {
    let prompt = TaskPrompt(task, tokenizer: tokenizer)
    var nats: [Double] = []
    var reproduced: [Bool] = []
    for (place, index) in chain.enumerated() {
      let answerer = try QueryAnswerer(
        decoder: decoder, tokenizer: tokenizer, prompt: prompt,
        prefix: prompt.demonstrationPrefix(order: chain.prefix(place)), adapter: nil,
        maxAnswerTokens: prompt.demonstrations[index].answer.count)
      let question = [prompt.demonstrations[index].question]
      let output = task.demonstrations[index].output
      let prompted = try answerer.prompt(question)
      nats.append(-(try answerer.logLikelihoods(prompted, expected: [output])[0]))
      // The text is right, and its line ended before the tokens did.
      let answer = try answerer.answer(prompted)[0]
      reproduced.append(answer.text == output)
    }
    return (try trials(task, chain, from: 0), nats, reproduced)
  }
}
