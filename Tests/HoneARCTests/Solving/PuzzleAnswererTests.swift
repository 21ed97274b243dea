// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTesting
import Testing

@testable import HoneARC

@Suite struct PuzzleAnswererTests {
  /// Of a model that has learned to write grids.
  ///
  /// - Parameter forwardUnit: Seconds of a unit of work, as if measured.
  private func answerer(forwardUnit: Double) throws -> PuzzleAnswerer {
    let model = try TinyPuzzles.model()
    let encoder = try PuzzleEncoder(.cells, model: model)
    let decoder = try Fixtures.decoder(folder: "tiny-llama", device: CPUDevice(threads: 2))
      .reducingVocabulary(to: try #require(encoder.keptTokens))
    let puzzle = TinyPuzzles.exchange(demonstrations: 4)
    var time = 0.0
    let clock = TaskClock(limit: 1000) {
      time += 0.01
      return time
    }
    var recipe = ARCTraining()
    recipe.loraRank = 4
    recipe.loraAlpha = 8
    recipe.learningRate = 0.02
    recipe.maxSteps = 20
    let trainer = PuzzleTrainer(
      recipe: recipe, encoder: encoder, decoder: decoder,
      costs: PuzzleCosts(decoder.configuration, weightBytes: 1), seed: 3)
    let trained = try trainer.train(on: trainer.tasks([puzzle]), clock: clock, end: nil) {
      _, _, _ in
    }
    let costs = PuzzleCosts(decoder.configuration, weightBytes: 1)
    costs.measured(forwardSeconds: forwardUnit, work: 1)
    var inference = ARCInference()
    inference.scoringViews = 8
    return PuzzleAnswerer(
      puzzle: puzzle, inference: inference, usesAllTime: true, showsDemonstrations: true,
      encoder: encoder, decoder: decoder, adapter: trained.adapter, costs: costs, seed: 1,
      clock: clock, onEvent: { _ in })
  }

  @Test func `a short time has one view answer and one score`() throws {
    let answerer = try answerer(forwardUnit: 1)
    let outline = try answerer.outline(0)
    let whole = answerer.plan(outline, seconds: nil)
    #expect(whole.views.count == 8 && whole.scoringViews.count == 8)
    let least = answerer.plan(outline, seconds: 0.001)
    #expect(least.views.count == 1 && least.scoringViews.count == 1)
    #expect(least.estimate < whole.estimate / 6)
    let half = answerer.plan(outline, seconds: 0.5 * whole.estimate)
    #expect(half.estimate <= 0.5 * whole.estimate && half.views.count > 1)
  }

  @Test func `the score of a single candidate gives way to the time`() throws {
    for (unit, isScored) in [(1e-6, true), (1.0, false)] {
      let answerer = try answerer(forwardUnit: unit)
      let plan = try answerer.plan(answerer.outline(0), seconds: 0.0001)
      #expect(plan.views.count == 1)
      let query = try answerer.answer(0, plan, end: answerer.clock.elapsed + 5)
      #expect(query.candidates.count == 1)
      #expect(query.candidates.allSatisfy { !$0.scoringCosts.isEmpty == isScored })
    }
  }

  @Test func `several candidates are told apart by one view at least`() throws {
    let answerer = try answerer(forwardUnit: 1)
    let plan = try answerer.plan(answerer.outline(0), seconds: nil)
    let query = try answerer.answer(0, plan, end: answerer.clock.elapsed + 5)
    #expect(query.candidates.count > 1)
    #expect(query.candidates.allSatisfy { $0.scoringCosts.count == 1 })
  }
}
