// SPDX-License-Identifier: Apache-2.0
import HoneModel
import Synchronization
import Testing

@testable import HoneARC

@Suite struct ARCSolverTests {
  private func recipe(_ change: (inout ARCRecipe) -> Void = { _ in }) -> ARCRecipe {
    var training = ARCTraining()
    training.loraRank = 4
    training.loraAlpha = 8
    training.learningRate = 0.02
    training.maxSteps = 6
    var recipe = ARCRecipe()
    recipe.training = training
    recipe.inference.scoringViews = 3
    change(&recipe)
    return recipe
  }

  private func solution(
    _ puzzle: ARCTask, _ recipe: ARCRecipe, threads: Int = 2
  ) async throws -> ARCSolution {
    let solver = try ARCSolver(model: TinyPuzzles.model(threads: threads), recipe: recipe)
    return try await solver.solution(of: puzzle, adapter: nil) { _ in }
  }

  /// What does not depend on how fast the machine is.
  private func timeless(_ solution: ARCSolution) -> [[ARCCandidate]] {
    solution.queries.map(\.candidates)
  }

  private static let searches: [ARCInference.Search] = [
    .greedy, .sampling(temperature: 1, count: 3), .beam(width: 3), .depthFirst(threshold: 1e-4),
  ]

  @Test(arguments: searches)
  func `every search finds grids, the same each time and with any number of threads`(
    search: ARCInference.Search
  ) async throws {
    let puzzle = TinyPuzzles.exchange(queries: 2)
    let recipe = recipe { $0.inference.search = search }
    let one = try await solution(puzzle, recipe)
    #expect(one.queries.count == 2)
    #expect(one.training?.losses.count == 6)
    #expect(timeless(try await solution(puzzle, recipe, threads: 1)) == timeless(one))
    for query in one.queries {
      // Of very many the most frequent are scored.
      let scored = query.candidates.count { $0.scoringCosts.count == 3 }
      #expect(scored == min(query.candidates.count, recipe.inference.maxScoredCandidates))
      for candidate in query.candidates {
        #expect(candidate.productions.allSatisfy { ($0.cost ?? -1) > 0 })
      }
      let views = Set(query.candidates.flatMap { $0.productions.map(\.view) })
      #expect(views.count <= 8)
      #expect(query.expected.map { $0.tokens == 7 && $0.nats > 0 } == true)
    }
  }

  @Test func `a trained model answers what it was trained on`() async throws {
    // The answer to learn is always the same grid.
    let output = Grid(height: 2, width: 2, cells: [3, 3, 3, 3])
    let puzzle = ARCTask(
      id: "constant",
      demonstrations: (0..<4).map {
        ARCPair(input: Grid(height: 1, width: 2, cells: [UInt8($0), 1]), output: output)
      }, queries: [.init(input: Grid(height: 1, width: 2, cells: [7, 1]), output: output)])
    let untrained = try await solution(puzzle, recipe { $0.training = nil })
    let trained = try await solution(
      puzzle,
      recipe {
        $0.training?.maxSteps = 60
        $0.training?.samples.transforms = []
        $0.inference.views = .queries(QueryConfiguration())
        $0.inference.scoringViews = 0
        $0.inference.rule = .flat
      })
    let (before, after) = (untrained.queries[0].expected, trained.queries[0].expected)
    #expect(try #require(after).nats < 0.5 * (try #require(before)).nats)
    #expect(trained.attempts[0].first?.grid == output)
  }

  @Test func `the model stays as it was`() async throws {
    let model = try TinyPuzzles.model()
    let before = await model.weightsChecksum()
    for method in ARCTraining.Method.allCases {
      let solver = try ARCSolver(model: model, recipe: recipe { $0.training?.method = method })
      _ = try await solver.solution(of: TinyPuzzles.exchange(), adapter: nil) { _ in }
    }
    #expect(await model.weightsChecksum() == before)
  }

  @Test func `an adapter of several puzzles is used in place of one of their own`() async throws {
    let model = try TinyPuzzles.model()
    let solver = try ARCSolver(model: model, recipe: recipe { $0.training?.sharesAdapter = true })
    let puzzles = [TinyPuzzles.exchange(), TinyPuzzles.exchange(demonstrations: 4)]
    let adapter = try await solver.sharedAdapter(for: puzzles) { _ in }
    let solution = try await solver.solution(of: puzzles[0], adapter: adapter) { event in
      if case .trained = event { Issue.record("nothing is trained again") }
    }
    #expect(solution.training == adapter.training)
  }

  /// A clock on which every look costs so many seconds.
  private static func clock(step: Double) -> @Sendable () -> () -> Double {
    {
      var time = 0.0
      return {
        time += step
        return time
      }
    }
  }

  @Test(arguments: [(30.0, 1), (30.0, 3), (8.0, 1)])
  func `a puzzle takes the time that it is given`(seconds: Double, queries: Int) async throws {
    let solver = try ARCSolver(
      model: TinyPuzzles.model(),
      recipe: recipe {
        $0.secondsPerTask = seconds
        $0.training?.maxSteps = nil
      }, makeClock: Self.clock(step: 0.02))
    for _ in 0..<2 {
      let solution = try await solver.solution(
        of: TinyPuzzles.exchange(queries: queries), adapter: nil
      ) { _ in }
      #expect(abs(solution.seconds - seconds) <= 0.05 * seconds, "\(solution.seconds)")
      #expect(solution.training.map { $0.losses.count > 20 } == true)
    }
  }

  @Test func `a shared adapter takes its part of each puzzle's time`() async throws {
    let solver = try ARCSolver(
      model: TinyPuzzles.model(),
      recipe: recipe {
        $0.secondsPerTask = 30
        $0.training?.maxSteps = nil
        $0.training?.sharesAdapter = true
      }, makeClock: Self.clock(step: 0.2))
    let puzzles = [TinyPuzzles.exchange(), TinyPuzzles.exchange(demonstrations: 4)]
    let adapter = try await solver.sharedAdapter(for: puzzles) { _ in }
    #expect(adapter.training.seconds > 30)
    for puzzle in puzzles {
      let solution = try await solver.solution(of: puzzle, adapter: adapter) { _ in }
      let seconds = solution.seconds + adapter.training.seconds / 2
      #expect(abs(seconds - 30) <= 1.5, "\(seconds)")
    }
  }

  @Test func `an answer that does not fit is refused before anything is trained`() async throws {
    let puzzle = TinyPuzzles.exchange(demonstrations: 1, side: 30)
    let solver = try ARCSolver(model: TinyPuzzles.model(), recipe: recipe())
    await #expect {
      _ = try await solver.solution(of: puzzle, adapter: nil) { _ in
        Issue.record("nothing is trained")
      }
    } throws: { ($0 as? ARCError)?.code == .tooLong }
  }

  @Test func `events tell of training, answers and scores, the solution last`() async throws {
    let solver = try ARCSolver(model: TinyPuzzles.model(), recipe: recipe())
    var names: [String] = []
    for try await event in solver.solve(TinyPuzzles.exchange()) {
      switch event {
      case .trained(let step, _, _): names.append("trained \(step)")
      case .answered(let query, let views, let of): names.append("answered \(query) \(views)/\(of)")
      case .scored(_, let views, let of): names.append("scored \(views)/\(of)")
      case .finished: names.append("finished")
      }
    }
    #expect(names.prefix(6) == (1...6).map { "trained \($0)" }[...])
    #expect(names.contains("answered 0 8/8"))
    #expect(names.last == "finished")
  }

  @Test func `settings out of their range are refused, all at once`() throws {
    let bad = recipe {
      $0.secondsPerTask = 0
      $0.training?.loraRank = 0
      $0.inference.search = .depthFirst(threshold: 1)
    }
    #expect {
      _ = try ARCSolver(model: TinyPuzzles.model(), recipe: bad)
    } throws: { error in
      let text = "\(error)"
      return text.contains("seconds per task 0") && text.contains("LoRA rank 0")
        && text.contains("threshold 1")
    }
  }
}
