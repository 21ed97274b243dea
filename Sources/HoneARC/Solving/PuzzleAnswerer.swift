// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneModel
import HoneTensor

/// Finds and scores answers to the test inputs of a puzzle.
///
/// Belongs to the model's actor, as the decoder does.
struct PuzzleAnswerer {
  let puzzle: ARCTask
  let inference: ARCInference
  /// Whether time that is left over is spent on more scoring.
  let usesAllTime: Bool
  /// Whether prompts show demonstrations: a model that was trained on single pairs has never seen
  /// any.
  let showsDemonstrations: Bool
  let encoder: PuzzleEncoder
  let decoder: Decoder
  let adapter: LoRAAdapter?
  let costs: PuzzleCosts
  let seed: UInt64
  let clock: TaskClock
  let onEvent: (ARCEvent) -> Void

  /// Tokens of prompts that are held at a time, which bounds the memory of their keys and values.
  private static let promptTokensAtOnce = 24_576
  /// Views that a time which is left over is spent on.
  private static let mostScoringViews = 64

  // MARK: Planning

  /// All that the recipe wants of a test input, with what it comes to in tokens.
  struct Outline {
    let views: [View]
    /// Of each view's prompt.
    let promptTokens: [Int]
    let scoringViews: [View]
    /// A reply's at most.
    let maxReplyTokens: Int
    /// Of the reply that is to be expected.
    let expectedReplyTokens: Int
  }

  /// What answering a test input will do.
  struct Plan {
    let views: [View]
    let scoringViews: [View]
    let maxReplyTokens: Int
    /// The views with the replies that are to be expected.
    let answering: PuzzleCosts.Answering
    /// Seconds of answering and scoring; 0 where nothing was measured yet.
    let estimate: Double
  }

  /// - Throws: ``ARCError`` (`tooLong`) if no view of the input fits the context.
  func outline(_ query: Int) throws -> Outline {
    let input = puzzle.queries[query].input
    let most = maxReplyTokens(input)
    let views = try views(input, replyTokens: most)
    guard !views.isEmpty else {
      throw ARCError(
        .tooLong,
        "\(puzzle.id), test input \(query + 1): with its answer it needs more than the model's "
          + "context of \(decoder.configuration.maxPositionEmbeddings) tokens; use the grid format "
          + "cells, or a model with a longer context")
    }
    return Outline(
      views: views, promptTokens: try views.map { try prompt($0, input).count },
      scoringViews: scoringViews(input, query: query, replyTokens: most), maxReplyTokens: most,
      expectedReplyTokens: expectedReplyTokens(input))
  }

  /// All of an outline, or as much as a time holds: fewer views and fewer that score, down to one of
  /// each.
  ///
  /// - Parameter seconds: What the input may take; nil for as long as it needs.
  func plan(_ outline: Outline, seconds: Double?) -> Plan {
    func plan(_ share: Double) -> Plan {
      func part(_ count: Int) -> Int { max(1, Int((Double(count) * share).rounded(.down))) }
      let count = part(outline.views.count)
      let scoring = outline.scoringViews.prefix(part(outline.scoringViews.count))
      let answering = PuzzleCosts.Answering(
        promptTokens: Array(outline.promptTokens.prefix(count)),
        replyTokens: outline.expectedReplyTokens)
      // At most each view has an answer of its own.
      let meanPrompt = answering.promptTokens.reduce(0, +) / count
      let score = scoringWork(
        promptTokens: meanPrompt,
        replyTokens: Array(repeating: answering.replyTokens, count: count))
      return Plan(
        views: Array(outline.views.prefix(count)), scoringViews: Array(scoring),
        maxReplyTokens: outline.maxReplyTokens, answering: answering,
        estimate: (costs.seconds(answering) ?? 0)
          + Double(scoring.count) * (costs.forward(work: score) ?? 0))
    }
    var share = 1.0
    var result = plan(share)
    while let seconds, result.estimate > seconds, share > 0.02 {
      share *= 0.8
      result = plan(share)
    }
    return result
  }

  /// The work of scoring replies behind one prompt.
  private func scoringWork(promptTokens: Int, replyTokens: [Int]) -> Double {
    costs.work(promptTokens)
      + replyTokens.reduce(0) { $0 + costs.work($1, behind: promptTokens) }
  }

  /// Tokens of a reply at most: twice as many as the puzzle's outputs, or their ratio to their
  /// inputs, let expect.
  private func maxReplyTokens(_ input: Grid) -> Int {
    let largest = Grid(height: Grid.maxSide, width: Grid.maxSide) { _, _ in 0 }
    let ratio =
      puzzle.demonstrations.map {
        Double($0.output.cells.count) / Double($0.input.cells.count)
      }.max() ?? 1
    let sizes = puzzle.demonstrations.map { encoder.reply($0.output).count }
    let scaled = Double(encoder.reply(input).count) * ratio
    let expected = max(sizes.max() ?? 0, Int(min(scaled, 1e6)))
    return min(encoder.reply(largest).count, 2 * expected + 32)
  }

  /// Tokens of the reply that is to be expected.
  private func expectedReplyTokens(_ input: Grid) -> Int {
    if puzzle.demonstrations.allSatisfy(\.keepsSize) { return encoder.reply(input).count }
    return puzzle.demonstrations.map { encoder.reply($0.output).count }.max() ?? 32
  }

  // MARK: Views

  private func prompt(_ view: View, _ input: Grid) throws -> [Int32] {
    let shown = try view.applied(to: puzzle.demonstrations, input: input)
    return encoder.prompt(
      demonstrations: showsDemonstrations ? shown.demonstrations : [], input: shown.input)
  }

  private func views(_ input: Grid, replyTokens: Int) throws -> [View] {
    let context = decoder.configuration.maxPositionEmbeddings
    switch inference.views {
    case .queries(var configuration):
      configuration.seed = seed
      configuration.tokenLimit = min(configuration.tokenLimit ?? .max, context + 1)
      // Without demonstrations in the prompt, or with one only, none is left out.
      if !showsDemonstrations || puzzle.demonstrations.count < 2 { configuration.leaveOut = 0 }
      // A placeholder of the input's size stands for the answer.
      return try QueryBuilder(configuration).views(of: puzzle.demonstrations) {
        try prompt($0, input).count + encoder.reply($0.applied(to: input)).count
      }.views
    case .symmetries(let repeats):
      var random = RandomSource(seed: seed).derived("views")
      var views = View.symmetries(
        demonstrationCount: puzzle.demonstrations.count, repeats: repeats, using: &random)
      // The puzzle as it is comes first.
      views[0] = .identity(demonstrationCount: puzzle.demonstrations.count)
      return try fitting(views, input, replyTokens: replyTokens)
    }
  }

  private func scoringViews(_ input: Grid, query: Int, replyTokens: Int) -> [View] {
    (try? fitting(
      freshViews(inference.scoringViews, query: query), input, replyTokens: replyTokens)) ?? []
  }

  /// Views that no answer was sought under, the same for all candidates.
  private func freshViews(_ count: Int, query: Int) -> [View] {
    var random = RandomSource(seed: seed).derived("scoring \(query)")
    return Array(
      View.symmetries(
        demonstrationCount: puzzle.demonstrations.count, repeats: (count + 7) / 8, using: &random
      ).prefix(count))
  }

  /// Views without as many of their last demonstrations as it takes to fit the context.
  private func fitting(_ views: [View], _ input: Grid, replyTokens: Int) throws -> [View] {
    let room = decoder.configuration.maxPositionEmbeddings - replyTokens
    return try views.compactMap { view in
      try view.shortened { try prompt($0, input).count <= room }
    }
  }

  // MARK: Answering

  /// - Parameter end: When the input is to be done with, on the clock; nil for as long as it takes.
  func answer(_ query: Int, _ plan: Plan, end: Double?) throws -> ARCSolution.Query {
    let start = clock.elapsed
    let input = puzzle.queries[query].input
    var tokens = 0
    // A part of the time is for scoring, and what is found late is worth less than that; but where
    // nothing is found there is nothing to score.
    let searchEnd = end.map {
      (something: $0 - (plan.scoringViews.isEmpty ? 0 : 0.15 * ($0 - start)), nothing: $0)
    }
    let found = try search(query, input, plan, end: searchEnd, tokens: &tokens)
    let candidates = ARCCandidate.merging(found.predictions)
    let scored = try score(candidates, query, input, plan, end: end, tokens: &tokens)
    costs.measured(answeringSeconds: found.seconds, of: plan.answering, isWhole: found.isWhole)
    return ARCSolution.Query(
      candidates: scored, failedReplies: found.failed, expected: nil, tokens: tokens,
      seconds: clock.elapsed - start)
  }

  private func search(
    _ query: Int, _ input: Grid, _ plan: Plan, end: (something: Double, nothing: Double)?,
    tokens: inout Int
  ) throws -> (predictions: [Prediction], failed: Int, seconds: Double, isWhole: Bool) {
    let start = clock.elapsed
    var predictions: [Prediction] = []
    var failed = 0
    /// Given how many replies of a batch are complete.
    func isOver(_ complete: Int) -> Bool {
      end.map {
        clock.elapsed > (complete > 0 || !predictions.isEmpty ? $0.something : $0.nothing)
      } ?? false
    }
    var best: (grid: Grid, cost: Double)?
    // Of several spellings of a grid in one search the likeliest counts, and once; of draws each.
    func take(_ replies: [GridReply], _ view: View, countsEach: Bool = false) {
      var seen: Set<Grid> = []
      for reply in replies {
        tokens += reply.ids.count
        guard reply.isComplete, let grid = encoder.grid(reply.ids),
          let group = ViewGroup(undoing: view.transform)
        else {
          failed += 1
          continue
        }
        guard countsEach || seen.insert(grid).inserted else { continue }
        let original = view.inverted(grid)
        if reply.cost < best?.cost ?? .infinity { best = (original, reply.cost) }
        predictions.append(
          Prediction(
            grid: original, index: predictions.count, view: view.description, group: group,
            cost: reply.cost))
      }
    }
    var views = plan.views[...]
    while let first = views.first, predictions.isEmpty && failed == 0 || !isOver(0) {
      var prompts = [try prompt(first, input)]
      var batch = [first]
      views.removeFirst()
      if case .greedy = inference.search {
        while let next = views.first {
          let prompt = try prompt(next, input)
          guard prompts.reduce(prompt.count, { $0 + $1.count }) <= Self.promptTokensAtOnce else {
            break
          }
          prompts.append(prompt)
          batch.append(next)
          views.removeFirst()
        }
      }
      tokens += prompts.reduce(0) { $0 + $1.count }
      let continuations = prompts.map {
        Decoder.Continuation(cache: KVCache(decoder.configuration), ids: $0)
      }
      switch inference.search {
      case .greedy:
        let replies = try GreedyGridDecoder(
          decoder: decoder, adapter: adapter, tokens: encoder.replyTokens
        ).run(
          continuations, maxTokens: prompts.map { _ in plan.maxReplyTokens }, shouldStop: isOver)
        for (view, reply) in zip(batch, replies) { take([reply], view) }
      case .sampling(let temperature, let count):
        take(
          try samples(
            prompts[0], count: count, temperature: temperature,
            seed: RandomSource(seed: seed).derived("\(query) \(first)"), most: plan.maxReplyTokens,
            isOver: isOver), first, countsEach: true)
      case .beam(let width):
        take(
          try BeamGridDecoder(
            decoder: decoder, adapter: adapter, tokens: encoder.replyTokens, width: width
          ).run(continuations[0], maxTokens: plan.maxReplyTokens, shouldStop: { isOver(0) })
            .replies,
          first)
      case .depthFirst(let threshold):
        // The likeliest so far is likely to be one here, too.
        let guess = best.map { encoder.reply(first.applied(to: $0.grid)) } ?? []
        let result = try DepthFirstGridDecoder(
          decoder: decoder, adapter: adapter, tokens: encoder.replyTokens, threshold: threshold
        ).run(
          continuations[0], maxTokens: plan.maxReplyTokens, guess: guess, shouldStop: { isOver(0) })
        take(result.replies, first)
      }
      onEvent(
        .answered(query: query, views: plan.views.count - views.count, of: plan.views.count))
    }
    return (predictions, failed, clock.elapsed - start, views.isEmpty && !isOver(0))
  }

  /// Draws of one prompt, which is run once.
  private func samples(
    _ prompt: [Int32], count: Int, temperature: Double, seed: RandomSource, most: Int,
    isOver: (Int) -> Bool
  ) throws -> [GridReply] {
    let cache = KVCache(decoder.configuration)
    try decoder.run(Array(prompt.dropLast()), into: cache, adapter: adapter)
    return try GreedyGridDecoder(
      decoder: decoder, adapter: adapter, tokens: encoder.replyTokens
    ).run(
      (0..<count).map { _ in .init(cache: cache.fork(), ids: Array(prompt.suffix(1))) },
      maxTokens: Array(repeating: most, count: count), temperature: temperature,
      random: (0..<count).map { seed.derived("draw \($0)") }, shouldStop: isOver)
  }

  // MARK: Scoring

  private func score(
    _ candidates: [ARCCandidate], _ query: Int, _ input: Grid, _ plan: Plan, end: Double?,
    tokens: inout Int
  ) throws -> [ARCCandidate] {
    guard !plan.scoringViews.isEmpty, !candidates.isEmpty else { return candidates }
    // The most frequent, of those the cheapest.
    let places = candidates.indices.sorted {
      let (a, b) = (candidates[$0], candidates[$1])
      return (-a.votes, a.generationCost ?? .infinity, $0)
        < (-b.votes, b.generationCost ?? .infinity, $1)
    }.prefix(inference.maxScoredCandidates)
    // In a time that is left over, more views score.
    let views =
      end == nil || !usesAllTime
      ? plan.scoringViews
      : plan.scoringViews
        + (try fitting(
          Array(
            freshViews(Self.mostScoringViews, query: query).dropFirst(plan.scoringViews.count)),
          input, replyTokens: plan.maxReplyTokens))
    var sums: [Int: [Double]] = [:]
    for (index, view) in views.enumerated() {
      let prompt = try prompt(view, input)
      let replies = places.map { encoder.reply(view.applied(to: candidates[$0].grid)) }
      let work = scoringWork(promptTokens: prompt.count, replyTokens: replies.map(\.count))
      let start = clock.elapsed
      // Whichever is nearer to the time: to stop here, or behind one more view. Of several
      // candidates one view at least has to tell; a single one is chosen without.
      if let end, index > 0 || replies.count == 1,
        start + (costs.forward(work: work) ?? 0) - end > max(0, end - start)
      {
        break
      }
      let costs = try decoder.costs(of: replies, behind: prompt, adapter: adapter)
      self.costs.measured(forwardSeconds: clock.elapsed - start, work: work)
      for (place, cost) in zip(places, costs) { sums[place, default: []].append(cost) }
      tokens += prompt.count + replies.reduce(0) { $0 + $1.count }
      onEvent(.scored(query: query, views: index + 1, of: max(plan.scoringViews.count, index + 1)))
    }
    return candidates.enumerated().map { $1.scored(sums[$0] ?? []) }
  }

  /// What the right output costs under the puzzle as it is; nil where it is unknown or does not fit.
  func expectedCost(_ query: Int) throws -> ARCSolution.ExpectedCost? {
    guard let output = puzzle.queries[query].output else { return nil }
    let reply = encoder.reply(output)
    let input = puzzle.queries[query].input
    guard
      let view = try fitting(
        [.identity(demonstrationCount: puzzle.demonstrations.count)], input,
        replyTokens: reply.count
      ).first
    else { return nil }
    let cost = try decoder.costs(of: [reply], behind: prompt(view, input), adapter: adapter)[0]
    return .init(nats: cost, tokens: reply.count)
  }
}
