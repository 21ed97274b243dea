// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTesting
import Testing

@testable import HoneAdaptation

@Suite struct QueryAnswererTests {
  private let task = TinyModel.task(demonstrations: 3, queries: 5)

  private func values(
    _ model: LanguageModel, prefix: Bool, expected: [String]
  ) async throws -> (logLikelihoods: [Double], scored: [Double]) {
    let task = task
    let parts = try await model.parts(task, prefix: prefix, expected: expected)
    var scored: [Double] = []
    for (question, answer) in zip(parts.questions, parts.answers) {
      scored.append(
        try await model.score(prompt: parts.prefix + question, completion: answer)
          .reduce(0) { $0 + Double($1) })
    }
    return (parts.logLikelihoods, scored)
  }

  @Test(arguments: [true, false])
  func `log-likelihoods behind a prefix are those of the whole prompt`(prefix: Bool) async throws {
    let model = try TinyModel.load()
    let values = try await values(
      model, prefix: prefix, expected: ["the dog", "a", "the cat sat", "x", "dog"])
    for (one, other) in zip(values.logLikelihoods, values.scored) {
      #expect(abs(one - other) < 1e-4)
    }
  }
}

extension LanguageModel {
  fileprivate func parts(_ task: FewShotTask, prefix: Bool, expected: [String]) throws -> (
    prefix: [Int32], questions: [[Int32]], answers: [[Int32]], logLikelihoods: [Double]
  ) {
    let prompt = TaskPrompt(task, tokenizer: tokenizer)
    let prefix = prefix ? prompt.demonstrationPrefix : []
    let questions = try prompt.questions(
      task.queries.map(\.input), after: prefix, maxAnswerTokens: 4, contextLength: contextLength)
    let answerer = try QueryAnswerer(
      decoder: decoder, tokenizer: tokenizer, prompt: prompt, prefix: prefix, adapter: nil,
      maxAnswerTokens: 4)
    let prompted = try answerer.prompt(questions)
    let values = try answerer.logLikelihoods(prompted, expected: expected)
    #expect(try answerer.logLikelihoods(prompted, expected: expected) == values)
    let before = try answerer.answer(try answerer.prompt(questions)).map(\.text)
    #expect(try answerer.answer(prompted).map(\.text) == before)
    return (prefix, questions, expected.map(prompt.answer), values)
  }
}
