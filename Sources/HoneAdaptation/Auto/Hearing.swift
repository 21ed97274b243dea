// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// The evidence in one task's case, as it comes in.
struct Hearing {
  private let judge: Judge
  private let prompt: TaskPrompt
  private let demonstrations: [Demonstration]
  private let maxAnswerTokens: Int
  private let decoder: Decoder
  private let tokenizer: Tokenizer
  private let plan: HeldOutPlan
  private let priors: AutoPriors
  private let rule: DecisionRule
  private let feasibility: Feasibility
  private let labels: TaskLabels?
  private var features: TaskFeatures
  private var scorer: HeldOutScorer
  private(set) var candidates: [AutoDecision.Candidate]
  private var pilots: [CandidateStrategy: Pilot] = [:]
  /// Of the pass in the task's own order: what answers in context go on from.
  private var prefixCache: KVCache?
  private var evidenceSeconds = 0.0
  /// Whose trainings are done and cost nothing any more.
  private var trained: Set<CandidateStrategy> = []
  /// Whether demonstrations were asked without any other.
  private var isAskedAlone = false
  /// Passes and stages of pilots that are behind it, or were not worth their cost.
  private var passesDone = 0
  private var stagesDone = 0
  /// Whether no strategy is in time.
  private var isOverBudget = false
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  /// What a token read took in the passes so far.
  private var secondsPerToken: Double?

  /// - Throws: ``AdaptationError`` if no strategy can answer.
  init(
    _ judge: Judge, _ task: FewShotTask, prompt: TaskPrompt, maxAnswerTokens: Int,
    decoder: Decoder, tokenizer: Tokenizer
  ) throws {
    start = clock.now
    self.judge = judge
    self.prompt = prompt
    demonstrations = task.demonstrations
    self.maxAnswerTokens = maxAnswerTokens
    self.decoder = decoder
    self.tokenizer = tokenizer
    plan = HeldOutPlan(task.demonstrations, seed: judge.recipe.seed)
    priors = try AutoPriors.nearest(to: decoder.configuration.parameterCount)
    features = TaskFeatures(
      task.demonstrations, answerTokens: prompt.demonstrations.map(\.answer.count), plan: plan)
    rule = DecisionRule(
      preference: judge.configuration.preference, priors: priors.of(features))
    let labels = TaskLabels(task.demonstrations, prompt: prompt)
    self.labels = labels
    scorer = HeldOutScorer(decoder: decoder, prompt: prompt, labels: labels)
    feasibility = Feasibility(
      task: task, prompt: prompt, recipe: judge.recipe, maxAnswerTokens: maxAnswerTokens,
      contextLength: decoder.configuration.maxPositionEmbeddings)
    candidates = CandidateStrategy.allCases.filter { $0 != .calibrated || labels != nil }
      .map { [feasibility] strategy in
        feasibility.candidate(strategy, expectedQueries: judge.configuration.expectedQueries)
      }
    if candidates.allSatisfy({ $0.obstacle != nil }) { try feasibility.check(.zeroShot) }
  }

  private func recipe(_ strategy: CandidateStrategy) -> TestTimeTrainingConfiguration? {
    strategy.recipe(judge.recipe, demonstrations: prompt.demonstrations.count)
  }

  /// Hears what is worth its cost for the queries expected; of what was heard before nothing is
  /// repeated.
  mutating func hear(_ onEvent: (AutoEvent) -> Void) throws {
    let begin = clock.now
    defer { evidenceSeconds += (clock.now - begin).inSeconds }
    try ask(onEvent)
    try runPilots(onEvent)
  }

  // MARK: Prompting

  /// Predicts demonstrations from others, and all accuracies from that.
  private mutating func ask(_ onEvent: (AutoEvent) -> Void) throws {
    let showsAll = candidates.contains { $0.strategy == .inContext && $0.obstacle == nil }
    // Where they do not fit beside each other, each is asked alone.
    let chains = showsAll ? plan.chains : plan.order.prefix(4).map { [$0] }
    if passesDone == 0 { estimateFromPrompting() }
    for (index, chain) in chains.enumerated().dropFirst(passesDone) {
      let length = chain.reduce(prompt.opening.count) { $0 + prompt.demonstrations[$1].count }
      guard length <= decoder.configuration.maxPositionEmbeddings else { continue }
      if index > 0, !isWorthAnotherPass(of: length) { break }
      passesDone = index + 1
      let passStart = clock.now
      let before = scorer.work.read
      let cache = KVCache(decoder.configuration)
      let trials = try scorer.trials(chain, cache: cache)
      if showsAll, chain == Array(prompt.demonstrations.indices) { prefixCache = cache }
      secondsPerToken =
        (clock.now - passStart).inSeconds / Double(max(1, scorer.work.read - before))
      if !isAskedAlone { features.zeroShot.trials += trials.prefix(1) }
      features.inContext.trials += trials.dropFirst().filter { $0.shots >= plan.minimumShots }
      if let labels {
        features.calibrated = HeldOutEvidence(
          scorer.labelReadings.filter { $0.shots >= plan.minimumShots }, of: labels.set)
      }
      for fold in plan.folds where fold.chain == chain {
        features.beforePilot.trials += trials.suffix(fold.heldOut)
      }
      estimateFromPrompting()
      onEvent(.pass(index + 1, of: chains.count))
    }
    if !isAskedAlone { try askAlone() }
  }

  /// Asks some demonstrations without any other, as queries would be, where that costs little next to
  /// the answers; else the first of each pass must do.
  private mutating func askAlone() throws {
    guard available.contains(where: { candidates[$0].strategy == .zeroShot }) else { return }
    let longest = plan.order.map { prompt.demonstrations[$0].answer.count }.max() ?? 0
    let fitting = plan.order.filter {
      TaskPrompt.problem(
        of: prompt.demonstrations[$0].question, at: $0, after: prompt.opening,
        maxAnswerTokens: max(maxAnswerTokens, longest),
        contextLength: decoder.configuration.maxPositionEmbeddings) == nil
    }
    let choice = choose(available.map { candidates[$0] }).choice
    var indices = Array(fitting.prefix(8))
    func cost() -> Double {
      let read = indices.reduce(prompt.opening.count) { $0 + prompt.demonstrations[$1].count }
      return TokenWork(read: read, generated: indices.count * maxAnswerTokens).cost(priors)
    }
    func isWorthIt() -> Bool {
      guard hasTime(for: cost(), of: 0.1) else { return false }
      return judge.configuration.measuresEverything || cost() <= 0.25 * choice.work.cost(priors)
    }
    while !indices.isEmpty, !isWorthIt() { indices.removeLast() }
    guard indices.count >= max(1, features.zeroShot.distinct) else { return }
    features.zeroShot.trials = try scorer.zeroShotTrials(
      of: indices, tokenizer: tokenizer, maxAnswerTokens: maxAnswerTokens, keepsAll: judge.keepsAll
    ) { [demonstrations, judge] answer, index in judge.isRight(answer, demonstrations[index]) }
    isAskedAlone = true
    estimateFromPrompting()
  }

  /// Whether one more pass may tell enough for what it takes.
  ///
  /// Next to a training passes cost nothing, but next to prompting they do: where that is what the
  /// evidence speaks for, all of it may cost half as much as the answers, besides the pass that they
  /// go on from.
  private func isWorthAnotherPass(of tokens: Int) -> Bool {
    guard hasTime(for: Double(tokens), of: 0.25) else { return false }
    if judge.configuration.measuresEverything { return true }
    let choice = choose(available.map { candidates[$0] }).choice
    if choice.strategy.isTrained { return true }
    if available.contains(where: { candidates[$0].strategy.isTrained && isWorthwhile($0) }) {
      return true
    }
    var spent = scorer.work
    spent.read += tokens - (prefixCache?.count ?? 0)
    return spent.cost(priors) <= 0.5 * choice.work.cost(priors)
  }

  private mutating func estimateFromPrompting() {
    for index in candidates.indices {
      switch candidates[index].strategy {
      case .zeroShot: candidates[index].evidenceByStage[.prompting] = features.zeroShot
      case .inContext: candidates[index].evidenceByStage[.prompting] = features.inContext
      case .calibrated: candidates[index].evidenceByStage[.prompting] = features.calibrated
      case .direct, .halfTestTimeTraining, .testTimeTraining, .doubleTestTimeTraining: break
      }
      estimate(index, at: candidates[index].stage)
    }
  }

  private mutating func estimate(_ index: Int, at stage: AutoPriors.Stage) {
    let candidate = candidates[index]
    candidates[index].stage = stage
    candidates[index].estimate = priors.of(features).estimate(
      of: candidate.strategy, at: stage, features: features,
      pilot: stage == .prompting ? nil : candidate.evidenceByStage[stage])
  }

  // MARK: Queries to come

  /// Takes it that so many queries share the costs; what was not worth it for fewer may be now.
  mutating func expect(_ queries: Int) {
    for index in candidates.indices {
      candidates[index].work = feasibility.work(
        candidates[index].strategy, expectedQueries: queries)
    }
  }

  // MARK: Training

  /// Trains what a strategy answers with, from where its pilot stopped; afterwards that costs nothing
  /// any more.
  ///
  /// - Parameter onStep: Called after each step, but for those of the pilot.
  /// - Returns: The adapter, nil without training, and all its steps.
  mutating func train(
    _ strategy: CandidateStrategy, onStep: (TrainingStepSummary) -> Void
  ) throws -> (adapter: LoRAAdapter?, steps: [TrainingStepSummary]) {
    guard let recipe = recipe(strategy) else { return (nil, []) }
    var steps: [TrainingStepSummary] = []
    func note(_ step: TrainingStepSummary) {
      steps.append(step)
      onStep(step)
    }
    let adapter: LoRAAdapter
    if let pilot = pilots[strategy] {
      steps = pilot.steps
      adapter = try pilot.finish(with: prompt, onStep: note)
    } else {
      adapter = try DemonstrationTraining(configuration: recipe).adapter(
        for: [prompt], decoder: decoder, onStep: note)
    }
    trained.insert(strategy)
    return (adapter, steps)
  }

  /// The first tokens of a strategy's prefix, as far as they were run.
  func cache(_ strategy: CandidateStrategy) -> KVCache? {
    strategy == .inContext || strategy == .calibrated ? prefixCache : nil
  }

  /// What a strategy answers with; nil where it writes its answers.
  func labels(_ strategy: CandidateStrategy) -> TaskLabels? {
    strategy == .calibrated ? labels : nil
  }

  // MARK: Pilots

  /// Trains pilots of the strategies from which enough may be expected; after each stage the better
  /// half goes on, if it still may.
  private mutating func runPilots(_ onEvent: (AutoEvent) -> Void) throws {
    guard !plan.folds.isEmpty, !features.beforePilot.trials.isEmpty else { return }
    let everything = judge.configuration.measuresEverything
    for (round, (stage, share)) in Pilot.stages.enumerated().dropFirst(stagesDone) {
      // A pilot that went on as the training has seen what it held out.
      var running = available.filter { index in
        let strategy = candidates[index].strategy
        return strategy.hasPilots && !(trained.contains(strategy) && pilots[strategy] != nil)
      }
      if !everything {
        running = running.filter { round == 0 || pilots[candidates[$0].strategy] != nil }
          .sorted { candidates[$0].estimate.mean > candidates[$1].estimate.mean }
        if round > 0 { running = Array(running.prefix((running.count + 1) / 2)) }
        running = running.filter(isWorthwhile)
      }
      if running.isEmpty { break }
      for index in running.sorted() {
        try run(index, at: stage, share, onEvent)
        estimate(index, at: stage)
      }
      stagesDone = round + 1
    }
  }

  private mutating func run(
    _ index: Int, at stage: AutoPriors.Stage, _ share: Double, _ onEvent: (AutoEvent) -> Void
  ) throws {
    let strategy = candidates[index].strategy
    guard let recipe = recipe(strategy) else { return }
    let pilot =
      try pilots[strategy]
      ?? Pilot(
        strategy, recipe: recipe, prompt: prompt, plan: plan, decoder: decoder)
    pilots[strategy] = pilot
    try pilot.train(to: share) { onEvent(.pilot(strategy, $0)) }
    candidates[index].pilotTokens = pilot.trainedTokens
    candidates[index].trainedTokens = pilot.steps.reduce(0) { $0 + $1.tokens }
    candidates[index].pilotSteps = pilot.steps.count
    candidates[index].evidenceByStage[stage] = try pilot.evidence(&scorer)
  }

  /// Whether a trained strategy may gain enough over the best untrained one for its pilot, and in
  /// time.
  private func isWorthwhile(_ index: Int) -> Bool {
    let candidate = candidates[index]
    guard hasTime(for: remainingCost(candidate), of: 0.8) else { return false }
    guard let untrained = candidates.mostAccurate(isTrained: false) else { return true }
    guard candidate.strategy.hasPilots else { return false }
    // Twice half of the demonstrations; single ones are no shorter for it.
    let tokens = Pilot.lastShare * Double(candidate.work.trained)
    let left = (candidate.strategy == .direct ? 2 : 1) * tokens - Double(candidate.pilotTokens)
    return rule.isWorth(
      rule.expectedGain(candidate, over: untrained),
      cost: priors.trainedTokenCost * max(0, left), of: candidate.work.cost(priors))
  }

  // MARK: Decision

  /// Candidates that nothing stands in the way of.
  private var available: [Int] { candidates.indices.filter { candidates[$0].obstacle == nil } }

  private func remainingCost(_ candidate: AutoDecision.Candidate) -> Double {
    var left = candidate.work
    left.trained = max(0, left.trained - candidate.trainedTokens)
    if trained.contains(candidate.strategy) { left.trained = 0 }
    return left.cost(priors)
  }

  /// Whether a share of what is left of the budget covers a cost.
  private func hasTime(for cost: Double, of share: Double) -> Bool {
    guard let budget = judge.configuration.budgetSeconds, let secondsPerToken else { return true }
    let left = budget - (clock.now - start).inSeconds
    return cost * secondsPerToken <= share * left
  }

  /// Whether hardly any answer is to be expected right, even at best.
  private var isHopeless: Bool {
    available.allSatisfy {
      candidates[$0].estimate.mean + 2 * candidates[$0].estimate.standardError < 0.1
    }
  }

  /// Ends the evidence.
  mutating func choose() -> (choice: AutoDecision.Candidate, basis: AutoDecision.Basis) {
    for index in candidates.indices {
      candidates[index].seconds = secondsPerToken.map { $0 * candidates[index].work.cost(priors) }
    }
    var all = available.map { candidates[$0] }
    if isHopeless {
      let untrained = all.filter { !$0.strategy.isTrained }
      if !untrained.isEmpty { all = untrained }
    }
    let inTime = all.filter { hasTime(for: remainingCost($0), of: 1) }
    guard !inTime.isEmpty else {
      // What is over first.
      isOverBudget = true
      let soonest = all.min { remainingCost($0) < remainingCost($1) }
      return (soonest ?? candidates[0], .onlyOne)
    }
    return choose(inTime)
  }

  private func choose(
    _ some: [AutoDecision.Candidate]
  ) -> (choice: AutoDecision.Candidate, basis: AutoDecision.Basis) {
    let whole = candidates.first { $0.strategy == .testTimeTraining }?.work.cost(priors)
    return rule.choose(some, unit: whole ?? 1, cost: remainingCost)
  }

  private var notes: [String] {
    var notes: [String] = []
    let copies = prompt.demonstrations.count - plan.order.count
    if copies > 0 {
      notes.append("\(copies) of \(prompt.demonstrations.count) demonstrations repeat another")
    }
    if plan.contradictions > 0 {
      notes.append("inputs with unlike outputs among the demonstrations: \(plan.contradictions)")
    }
    if plan.order.count < 4 {
      notes.append("too few demonstrations to hold some out of a training")
    }
    if isOverBudget, let budget = judge.configuration.budgetSeconds {
      notes.append("no strategy answers all queries within \(budget) s; the soonest is taken")
    }
    return notes
  }

  func decision(
    _ choice: AutoDecision.Candidate, _ basis: AutoDecision.Basis,
    training: [TrainingStepSummary]
  ) -> AutoDecision {
    let trainedTokens = candidates.reduce(0) { $0 + $1.pilotTokens }
    // Steps that were a pilot's are part of the evidence, too.
    let piloted = training.isEmpty ? 0 : choice.trainedTokens
    let tokens = training.reduce(scorer.work.untrained + trainedTokens - piloted) {
      $0 + $1.tokens
    }
    var evidenceWork = scorer.work
    evidenceWork.trained = trainedTokens
    return AutoDecision(
      choice: choice.strategy, basis: basis, isHopeless: isHopeless, candidates: candidates,
      demonstrations: plan.order.count,
      sameOutputs: features.sameOutputs, beforePilot: features.beforePilot, notes: notes,
      evidenceWork: evidenceWork,
      evidenceSeconds: evidenceSeconds, trainedSteps: training.count, tokens: tokens)
  }
}
