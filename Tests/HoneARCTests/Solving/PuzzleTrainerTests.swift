// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTesting
import Testing

@testable import HoneARC

@Suite struct PuzzleTrainerTests {
  private let puzzle = TinyPuzzles.exchange(demonstrations: 4)

  private func trainer(_ change: (inout ARCTraining) -> Void = { _ in }) throws -> PuzzleTrainer {
    var recipe = ARCTraining()
    recipe.loraRank = 4
    recipe.loraAlpha = 8
    recipe.learningRate = 0.02
    change(&recipe)
    let model = try TinyPuzzles.model()
    let encoder = try PuzzleEncoder(.cells, model: model)
    let decoder = try Fixtures.decoder(folder: "tiny-llama", device: CPUDevice(threads: 2))
    return PuzzleTrainer(
      recipe: recipe, encoder: encoder,
      decoder: decoder.reducingVocabulary(to: try #require(encoder.keptTokens)),
      costs: PuzzleCosts(decoder.configuration, weightBytes: 1), seed: 3)
  }

  /// A clock on which every look costs a hundredth of a second.
  private func clock(limit: Double?) -> TaskClock {
    var time = 0.0
    return TaskClock(limit: limit) {
      time += 0.01
      return time
    }
  }

  @Test(arguments: ARCTraining.Method.allCases)
  func `training lowers the loss and leaves the model as it was`(
    method: ARCTraining.Method
  ) throws {
    let trainer = try trainer {
      $0.method = method
      $0.maxSteps = 40
      if method == .full { $0.learningRate = 0.005 }
    }
    let before = trainer.decoder.weights.checksum
    let trained = try trainer.train(
      on: trainer.tasks([puzzle]), clock: clock(limit: nil), end: nil
    ) { _, _, _ in }
    let losses = trained.record.losses
    #expect(losses.count == 40)
    let (early, late) = (losses.prefix(5).reduce(0, +) / 5, losses.suffix(5).reduce(0, +) / 5)
    #expect(late < 0.8 * early, "\(early) → \(late)")
    #expect(trainer.decoder.weights.checksum == before)
    #expect((trained.adapter == nil) == (method == .full))
  }

  @Test func `steps without a time are the epochs' whole batches`() throws {
    let trainer = try trainer {
      $0.batchSize = 3
      $0.epochs = 2
      $0.samples.transforms = []
      $0.samples.permutations = 0
    }
    let tasks = try trainer.tasks([puzzle])
    #expect(tasks.count == 4 + 12)
    #expect(trainer.stepCount(tasks.count) == 2 * 5)
    var steps: [Double] = []
    _ = try trainer.train(on: tasks, clock: clock(limit: nil), end: nil) { step, _, fraction in
      #expect(step == steps.count + 1)
      steps.append(fraction)
    }
    #expect(steps.count == 10)
    #expect(steps[0] == 0 && steps[9] == 0.9)
  }

  @Test func `the samples of a step are those that are written for others`() throws {
    let trainer = try trainer { $0.batchSize = 2 }
    let tasks = try trainer.tasks([puzzle])
    let batches = trainer.batches(of: tasks, steps: 5)
    #expect(batches.count == 5 && batches.allSatisfy { $0.count == 2 })
    #expect(Set(batches.flatMap { $0 }).count == 10, "no sample twice in a round")
    #expect(trainer.batches(of: tasks, steps: 5) == batches)
  }

  @Test(arguments: [2.0, 7.0])
  func `a time is kept whatever a step costs`(seconds: Double) throws {
    let trainer = try trainer()
    let clock = clock(limit: seconds)
    let trained = try trainer.train(
      on: trainer.tasks([puzzle]), clock: clock, end: { seconds }
    ) { _, _, _ in }
    #expect(abs(clock.elapsed - seconds) < 0.15, "\(clock.elapsed)")
    #expect(trained.record.losses.count > 10)
  }

  @Test func `the rate rises in a line and falls in half a cosine`() throws {
    let trainer = try trainer {
      $0.warmupFraction = 0.25
      $0.learningRate = 1
    }
    #expect(trainer.rate(0) == 0)
    #expect(abs(trainer.rate(0.125) - 0.5) < 1e-12)
    #expect(abs(trainer.rate(0.25) - 1) < 1e-12)
    #expect(abs(trainer.rate(0.625) - 0.5) < 1e-12)
    #expect(trainer.rate(1) < 1e-12)
  }

  @Test func `samples too dear for the time lose demonstrations`() throws {
    let trainer = try trainer { $0.samples.transforms = [] }
    let long = TinyPuzzles.exchange(demonstrations: 4, side: 5)
    let tasks = try trainer.tasks([long])
    // A step of a whole sample would take a second of the two.
    let whole = trainer.costs.work(trainer.encoder.tokenCount(tasks[0]))
    trainer.costs.measured(trainingSeconds: 1, work: whole)
    var time = 0.0
    let clock = TaskClock(limit: 2) {
      time += 1e-6
      return time
    }
    let trained = try trainer.train(on: tasks, clock: clock, end: { 1e-4 }) { _, _, _ in }
    let most = trainer.encoder.tokenCount(tasks[0])
    #expect(trained.record.tokens < trained.record.losses.count * most)
  }

  @Test func `a puzzle that no sample of fits is refused with its name`() throws {
    let trainer = try trainer()
    let huge = ARCTask(
      id: "huge",
      demonstrations: TinyPuzzles.exchange(demonstrations: 3, side: 30).demonstrations, queries: [])
    #expect {
      _ = try trainer.tasks([huge])
    } throws: { error in
      (error as? ARCError)?.code == .tooLong && "\(error)".contains("huge")
    }
  }
}
