// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge
import HoneModel
import Synchronization

/// Answers the questions of controlled data, each arm in its way.
///
/// A cell is a split; all splits of an arm and a seed share one adapter.
package final class StudyCellSolver: CellSolver {
  private let model: LanguageModel
  private let worlds: [UInt64: ControlledData]
  private let statements: StudyStatements
  private struct Prepared {
    let key: CellKey
    let adapter: LoRAAdapter?
    let context: CorpusContext?
    let covered: Set<String>?
  }
  /// What the last cell's arm and seed needed; the next cell's are mostly the same.
  private let prepared = Mutex<Prepared?>(nil)

  /// - Parameter statements: Gives what the model wrote about a world.
  package init(model: LanguageModel, suite: StudySuite, statements: StudyStatements) {
    self.model = model
    worlds = suite.worlds
    self.statements = statements
  }

  package func solve(
    _ cell: PlannedCell, strategy: StrategyConfiguration, pending: Set<String>,
    plan: [PlannedCell], emit: @escaping @Sendable (CellEvent) throws -> Void
  ) async throws {
    guard let study = strategy.study, let world = worlds[cell.key.seed] else {
      throw BenchError(.mismatch, "\(strategy.name): is no arm of this study")
    }
    let prepared = try await prepare(cell.key, study, world, emit)
    let items = Dictionary(
      world.items.map { (StudySuite.id(of: $0, seed: world.seed), $0) },
      uniquingKeysWith: { first, _ in first })
    let asked = cell.draw.queries.compactMap { items[$0.id] }
    let choices = try await model.score(
      asked, context: prepared.context?.ids ?? [], adapter: prepared.adapter)
    try emit(
      .prefix(Cost(tokens: prepared.context?.ids.count ?? 0, seconds: choices.contextSeconds)))
    for (place, (query, scored)) in zip(cell.draw.queries, choices.items).enumerated()
    where pending.contains(query.id) {
      guard let item = items[query.id] else { continue }
      try emit(
        .answer(
          result(
            cell.key, query.id, place, item, scored, isCovered: prepared.covered?.contains(item.id),
            seconds: choices.seconds / Double(asked.count))))
    }
  }

  private func result(
    _ key: CellKey, _ id: String, _ place: Int, _ item: ChoiceItem, _ scored: ScoredItem,
    isCovered: Bool?, seconds: Double
  ) -> ItemResult {
    let choice = scored.scores.choice(.sum)
    let right = item.correct.map { scored.scores[$0].logLikelihood }.max()
    return ItemResult(
      cell: key, item: id, position: place, answer: item.options[choice],
      normalized: item.options[choice], score: item.correct.contains(choice) ? 1 : 0,
      candidates: zip(item.options, scored.scores).map { option, score in
        Candidate(
          answer: option, normalized: option, source: "option",
          logLikelihood: score.logLikelihood, option: score, isCovered: isCovered)
      },
      expectedLogLikelihood: right, cost: Cost(tokens: scored.tokens, seconds: seconds))
  }

  /// The adapter or context of an arm and seed, made when its first cell needs it.
  private func prepare(
    _ cell: CellKey, _ study: StudyArmConfiguration, _ world: ControlledData,
    _ emit: @escaping @Sendable (CellEvent) throws -> Void
  ) async throws -> Prepared {
    let key = CellKey(strategy: cell.strategy, seed: cell.seed, task: "")
    if let known = prepared.withLock({ $0?.key == key ? $0 : nil }) { return known }
    let result: Prepared
    switch study.arm {
    case .pretrained:
      result = Prepared(key: key, adapter: nil, context: nil, covered: nil)
    case .inContext:
      // Room for the longest question.
      let room = model.contextLength - 256
      let context = CorpusContext(
        world.documents, tokenizer: model.tokenizer,
        maxTokens: min(room, study.recipe.maxContextTokens ?? room), seed: world.seed)
      if !context.isComplete {
        statements.onNote(
          "\(cell.strategy), seed \(cell.seed): \(context.shown) of \(context.total) documents "
            + "fit the context; the others are not shown")
      }
      result = Prepared(key: key, adapter: nil, context: context, covered: nil)
    default:
      let written = try await statements.statements(
        about: world, for: study.arm, recipe: study.recipe, model: model)
      let texts = StudyTexts(
        arm: study.arm, data: world, statements: written, recipe: study.recipe)
      let (adapter, record) = try await model.train(
        texts, recipe: study.recipe, key: key, emit: emit)
      try emit(.training(record))
      result = Prepared(
        key: key, adapter: adapter, context: nil, covered: texts.covered(of: world))
    }
    prepared.withLock { $0 = result }
    return result
  }
}

extension LanguageModel {
  fileprivate func train(
    _ texts: StudyTexts, recipe: StudyRecipe, key: CellKey,
    emit: (CellEvent) throws -> Void
  ) throws -> (LoRAAdapter, TrainingRecord) {
    let clock = ContinuousClock()
    let start = clock.now
    var losses: [Double] = []
    var tokens = 0
    let adapter = try KnowledgeTraining(recipe: recipe.training, seed: key.seed).adapter(
      texts, decoder: decoder, tokenizer: tokenizer
    ) { step in
      losses.append(step.loss)
      tokens += step.tokens
      try emit(.trainingStep(step.step, of: step.of, loss: step.loss))
    }
    return (
      adapter,
      TrainingRecord(
        strategy: key.strategy, seed: key.seed, task: nil, losses: losses,
        cost: Cost(tokens: tokens, seconds: (clock.now - start).inSeconds))
    )
  }
}
