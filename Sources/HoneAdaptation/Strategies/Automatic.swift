// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// Chooses one of the others by what the model makes of demonstrations held out, and answers with it.
struct Automatic: Strategy {
  let configuration: AutoConfiguration
  let recipe: TestTimeTrainingConfiguration
  var kind: StrategyKind { .auto }

  func answer(_ run: StrategyRun) throws -> StrategyOutcome {
    let judgement = try Judge(configuration: configuration, recipe: recipe).judge(
      run.task, prompt: run.prompt, maxAnswerTokens: run.maxAnswerTokens, decoder: run.decoder,
      tokenizer: run.tokenizer, onEvent: run.onAutoEvent, onStep: run.onTrainingStep)
    run.onDecision(judgement.decision)
    let choice = judgement.decision.choice
    let prefix = run.prompt.prefix(showsDemonstrations: choice.showsDemonstrations)
    var outcome: StrategyOutcome
    if let labels = judgement.labels {
      outcome = try run.labels(labels, after: prefix, from: judgement.cache)
    } else {
      outcome = try run.answers(
        after: prefix, from: judgement.cache, adapter: judgement.adapter,
        knowsForm: choice.knowsForm)
    }
    outcome.training = judgement.training
    outcome.decision = judgement.decision
    return outcome
  }
}
