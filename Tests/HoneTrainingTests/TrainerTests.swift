// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTesting
import HoneTraining
import Testing

@Suite struct TrainerTests {
  private let decoder: Decoder

  init() throws {
    decoder = try Fixtures.decoder(folder: "tiny-llama", device: CPUDevice(threads: 2))
  }

  private func adapter(seed: UInt64 = 1) throws -> LoRAAdapter {
    var random = RandomSource(seed: seed)
    let adapter = LoRAAdapter(
      configuration: try LoRAConfiguration(loraRank: 4, loraAlpha: 8),
      model: decoder.configuration, random: &random)
    // With B at zero A would have no gradient.
    for linear in adapter.layers.flatMap({ $0 }) {
      if let b = linear?.b { b.copy(from: random.floats(b.count, bound: 0.1)) }
    }
    return adapter
  }

  private func trainer(
    _ adapter: LoRAAdapter, peak: Double = 1e-2, maxGradNorm: Double? = nil,
    maxTokensPerPass: Int = 2048
  ) throws -> Trainer {
    var configuration = OptimizerConfiguration()
    configuration.maxGradNorm = maxGradNorm
    configuration.maxTokensPerPass = maxTokensPerPass
    return Trainer(
      decoder: decoder, adapter: adapter,
      schedule: try LearningRateSchedule(peak: peak, warmupSteps: 0, totalSteps: 100),
      configuration: configuration)
  }

  /// A sequence of pseudo-random tokens whose last ones carry loss.
  private func sample(_ length: Int, targets: Int, seed: UInt64) -> TrainingSample {
    var random = RandomSource(seed: seed)
    let ids = (0..<length).map { _ in Int32(random.index(below: 320)) }
    var sample = TrainingSample()
    sample.append(Array(ids.dropLast(targets)), isTarget: false)
    sample.append(Array(ids.suffix(targets)), isTarget: true)
    return sample
  }

  private var batch: [TrainingSample] {
    [
      sample(17, targets: 5, seed: 1), sample(1, targets: 0, seed: 2),
      sample(40, targets: 39, seed: 3), sample(9, targets: 0, seed: 4),
      sample(3, targets: 1, seed: 5), sample(25, targets: 7, seed: 6),
    ]
  }

  private func values(_ adapter: LoRAAdapter) -> [Float] {
    values(Trainables(adapter: adapter))
  }

  private func values(_ trained: Trainables) -> [Float] {
    trained.parameters.flatMap { $0.toArray() }
  }

  @Test func `a batch without a target is refused`() throws {
    let trainer = try trainer(try adapter())
    var onlyFirst = TrainingSample()
    onlyFirst.append([5], isTarget: true)
    onlyFirst.append([6, 7], isTarget: false)
    for batch in [[], [TrainingSample()], [sample(9, targets: 0, seed: 1)], [onlyFirst]] {
      let error = #expect(throws: TrainingError.self) { try trainer.step(batch) }
      #expect(error?.code == .invalid)
      #expect(error?.message.hasPrefix("step 1: no token of the batch carries loss") == true)
    }
    #expect(trainer.stepsDone == 0)
  }

  @Test(arguments: [1, 20, 41, 60])
  func `accumulation over passes gives the step of one pass`(maxTokensPerPass: Int) throws {
    let (one, several) = (try adapter(), try adapter())
    let whole = try trainer(one)
    let parts = try trainer(several, maxTokensPerPass: maxTokensPerPass)
    for _ in 0..<3 {
      let (a, b) = (try whole.step(batch), try parts.step(batch))
      #expect(abs(a.loss - b.loss) < 1e-5)
      #expect(abs(a.gradientNorm - b.gradientNorm) < 1e-4 * a.gradientNorm)
      // Sequences without a target are not run.
      #expect(a.tokens == 17 + 40 + 3 + 25 && b.tokens == a.tokens)
    }
    expectClose(values(several), values(one).map(Double.init), absolute: 2e-4, relative: 1e-3)
  }

  /// The loss and gradient of sequences, each target weighted by 1.
  private func gradient(_ samples: [TrainingSample]) throws -> ([Float], [Float]) {
    let adapter = try adapter()
    let gradients = LoRAAdapter(
      configuration: adapter.configuration, model: decoder.configuration)
    var batch = PackedBatch()
    for sample in samples { batch.append(sample.ids, isTarget: sample.isTarget) }
    let likelihoods = try decoder.logLikelihoodsAndGradients(
      batch, adapter: adapter, gradients: gradients, weight: 1)
    return (likelihoods, values(gradients))
  }

  @Test func `packed sequences do not see each other`() throws {
    let samples = batch.filter { $0.targetCount > 0 }
    let (likelihoods, packed) = try gradient(samples)
    let alone = try samples.map { try gradient([$0]) }
    expectClose(likelihoods, alone.flatMap(\.0).map(Double.init), absolute: 1e-5, relative: 1e-5)
    let sum = packed.indices.map { index in alone.reduce(0.0) { $0 + Double($1.1[index]) } }
    let scale = sum.map(abs).max() ?? 0
    expectClose(packed, sum, absolute: 1e-5 * scale, relative: 1e-4)
    // What stands beside a sequence changes nothing in it.
    let (beside, _) = try gradient([samples[0], sample(30, targets: 30, seed: 9)])
    expectClose(
      Array(beside.prefix(5)), likelihoods.prefix(5).map(Double.init), absolute: 1e-5)
  }

  @Test func `the gradient is that of the loss`() throws {
    let samples = [sample(12, targets: 6, seed: 3), sample(7, targets: 3, seed: 4)]
    let (_, gradient) = try gradient(samples)
    let adapter = try adapter()
    func loss() throws -> Double {
      try samples.reduce(0) { total, sample in
        let logits = try decoder.allLogits(sample.ids, adapter: adapter).copied()
        return (1..<sample.ids.count).filter { sample.isTarget[$0] }.reduce(total) {
          let row = logits.rows($1 - 1..<$1).toDoubles()
          return $0 + Reference.logSumExp(row) - row[Int(sample.ids[$1])]
        }
      }
    }
    // The whole direction of the gradient at once: its derivative is the squared norm.
    let parameters = adapter.parameters
    let start = parameters.map { $0.toArray() }
    let norm = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    func lossMoved(by distance: Double) throws -> Double {
      var offset = 0
      for (parameter, values) in zip(parameters, start) {
        let moved = values.indices.map {
          Float(Double(values[$0]) + distance * Double(gradient[offset + $0]) / norm)
        }
        parameter.copy(from: moved)
        offset += values.count
      }
      return try loss()
    }
    let step = 2e-3
    let slope = try (lossMoved(by: step) - lossMoved(by: -step)) / (2 * step)
    #expect(abs(slope - norm) < 5e-3 * norm, "slope \(slope), norm \(norm)")
  }

  @Test func `a long gradient is shortened, a short one left`() throws {
    let free = try trainer(try adapter())
    let norm = try free.step(batch).gradientNorm
    #expect(norm > 0)
    let loose = try trainer(try adapter(), maxGradNorm: norm * 2)
    #expect(try loose.step(batch).gradientNorm == norm)
    expectEqualBits(values(loose.trained), values(free.trained))
    let tight = try trainer(try adapter(), maxGradNorm: 1e-9)
    #expect(try tight.step(batch).gradientNorm == norm)
    // Gradients of 1e-9 in all are far below AdamW's epsilon, so hardly anything moves.
    let start = values(try adapter())
    let decay = 1 - 1e-2 * 0.01
    expectClose(values(tight.trained), start.map { Double($0) * decay }, absolute: 1e-3)
    let moved = zip(values(free.trained), start).count { abs($0 - $1) > 5e-3 }
    #expect(moved > start.count / 2)
  }

  @Test func `training writes to no base weight`() throws {
    let before = decoder.weights.checksum
    let trainer = try trainer(try adapter())
    for _ in 0..<3 { _ = try trainer.step(batch) }
    #expect(decoder.weights.checksum == before)
    #expect(values(trainer.trained) != values(try adapter()))
  }

  @Test func `a step that is cancelled leaves the adapter as it was`() async throws {
    let (isCancelled, steps, before, after) = try await Task {
      let tests = try TrainerTests()
      let trainer = try tests.trainer(try tests.adapter(), maxTokensPerPass: 20)
      for _ in 0..<2 { _ = try trainer.step(tests.batch) }
      let before = tests.values(trainer.trained)
      withUnsafeCurrentTask { $0?.cancel() }
      var isCancelled = false
      do { _ = try trainer.step(tests.batch) } catch is CancellationError { isCancelled = true }
      return (isCancelled, trainer.stepsDone, before, tests.values(trainer.trained))
    }.value
    #expect(isCancelled && steps == 2)
    expectEqualBits(after, before)
  }

  @Test func `a step after a cancelled one is as if that had not been`() async throws {
    let other = [sample(30, targets: 20, seed: 50)]
    // The task is awaited before the trainer is used again.
    nonisolated(unsafe) let trainer = try trainer(try adapter())
    let isCancelled = await Task {
      withUnsafeCurrentTask { $0?.cancel() }
      do { _ = try trainer.step(other) } catch { return error is CancellationError }
      return false
    }.value
    #expect(isCancelled && trainer.stepsDone == 0)
    let plain = try self.trainer(try adapter())
    #expect(try trainer.step(batch) == plain.step(batch))
    expectEqualBits(values(trainer.trained), values(plain.trained))
  }

  @Test(arguments: [Float.nan, .infinity, 1e30])
  func `a loss that is no number ends the training`(value: Float) throws {
    let adapter = try adapter()
    let parameters = adapter.parameters
    for parameter in parameters { parameter.fill(value) }
    let trainer = try trainer(adapter)
    let error = #expect(throws: TrainingError.self) { try trainer.step(batch) }
    #expect(error?.code == .diverged)
    #expect(error?.message.hasPrefix("step 1: the loss is") == true)
    #expect(trainer.stepsDone == 0)
    #expect(parameters.allSatisfy { $0.toArray().allSatisfy { $0 == value || $0.isNaN } })
  }

  @Test func `runs with one seed are equal to the bit, whatever the threads`() throws {
    func run(_ threads: Int) throws -> [Float] {
      let decoder = try Fixtures.decoder(folder: "tiny-llama", device: CPUDevice(threads: threads))
      let trainer = Trainer(
        decoder: decoder, adapter: try adapter(),
        schedule: try LearningRateSchedule(peak: 1e-2, warmupSteps: 1, totalSteps: 4))
      for _ in 0..<4 { _ = try trainer.step(batch) }
      return values(trainer.trained)
    }
    let one = try run(1)
    expectEqualBits(try run(2), one)
    expectEqualBits(try run(3), one)
  }
}
