// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTraining

/// Measures how fast a model runs and learns on this machine, beside what the machine could do.
package struct SpeedBenchmark: Sendable {
  package let configuration: SpeedConfiguration
  package let figures: Set<SpeedFigure>

  /// How far it has come.
  package enum Progress: Sendable, Hashable {
    case loading
    /// So many of all runs of a figure are done, the first of which is not timed.
    case running(SpeedFigure, done: Int, of: Int)
    case measuringCeilings
  }

  package init(
    configuration: SpeedConfiguration, figures: Set<SpeedFigure> = Set(SpeedFigure.allCases)
  ) {
    self.configuration = configuration
    self.figures = figures
  }

  /// Loads the model and measures.
  ///
  /// - Parameters:
  ///   - path: A GGUF file or a Hugging Face folder.
  ///   - threads: Nil for one per core.
  ///   - compute: How the products with the weights are computed.
  ///   - onProgress: Told before each step.
  /// - Throws: What loading and training throw; ``ModelError`` if the model's context is shorter
  ///   than what is to be run; `CancellationError`.
  package func run(
    path: String, threads: Int? = nil, compute: ComputeMode = .auto,
    onProgress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws -> SpeedReport {
    onProgress(.loading)
    let clock = ContinuousClock()
    let start = clock.now
    let model = try LanguageModel.load(path: path, threads: threads, compute: compute)
    let loadDuration = clock.now - start
    try check(model)
    let measured = try await model.measure(self, onProgress: onProgress)
    // Before the ceilings' memory counts in.
    let peakMemoryBytes = SystemMemory.peakBytes
    onProgress(.measuringCeilings)
    let ceilings = try MachineCeilings.measure(threads: measured.threads)
    return SpeedReport(
      model: path, weightFormat: model.weightFormat, compute: model.compute,
      configuration: configuration,
      loadSeconds: loadDuration.inSeconds, peakMemoryBytes: peakMemoryBytes, measured: measured,
      ceilings: ceilings)
  }

  private func check(_ model: LanguageModel) throws {
    let c = configuration
    if figures.contains(.prompt) { try model.checkLength(c.promptTokens, what: "the prompt") }
    if figures.contains(.generation) || figures.contains(.batchGeneration) {
      try model.checkLength(
        c.promptTokens + c.generationTokens, what: "prompt and generation together")
    }
    if figures.contains(.loraTrain) || figures.contains(.loraTrainMasked) {
      try model.checkLength(c.trainTokens, what: "a training sequence")
    }
  }
}

/// The speeds of one figure, in tokens a second.
struct Measurement: Sendable {
  let speeds: [Double]
  let cost: TokenCost

  /// The middle one.
  var median: Double { speeds.median ?? 0 }
}

/// What was measured of a model, without its surroundings.
struct MeasuredSpeeds: Sendable {
  var figures: [SpeedFigure: Measurement] = [:]
  let threads: Int
  let kernels: String
}

extension LanguageModel {
  fileprivate func measure(
    _ benchmark: SpeedBenchmark, onProgress: @Sendable (SpeedBenchmark.Progress) -> Void
  ) throws -> MeasuredSpeeds {
    var result = MeasuredSpeeds(
      threads: decoder.device.pool.threads, kernels: decoder.device.kernels.name)
    let runs = SpeedRuns(
      decoder: decoder, tokenizer: tokenizer, configuration: benchmark.configuration)
    for figure in SpeedFigure.allCases where benchmark.figures.contains(figure) {
      let run = try runs.prepared(figure)
      let count = benchmark.configuration.repeats + 1
      var speeds: [Double] = []
      for index in 0..<count {
        onProgress(.running(figure, done: index, of: count))
        try Task.checkCancellation()
        let speed = try run.tokensPerSecond()
        // The first run pays for memory and caches that later ones find ready.
        if index > 0 { speeds.append(speed) }
      }
      onProgress(.running(figure, done: count, of: count))
      result.figures[figure] = Measurement(speeds: speeds, cost: run.cost)
    }
    return result
  }
}
