// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor

/// Measures what a compute mode costs in accuracy against float32, on a model and a text.
package struct AccuracyBenchmark: Sendable {
  package let configuration: AccuracyConfiguration
  /// The mode that is compared with float32.
  package let compute: ComputeMode

  /// What is done in one mode, in this order.
  package enum Stage: String, Sendable, Hashable {
    case loading
    case scoring
    case gradients
    case lossBeforeTraining = "loss before training"
    case training
    case lossAfterTraining = "loss after training"
    /// The other mode's adapters, in float32.
    case lossOfOther = "loss of the other adapters"
  }

  /// How far it has come.
  package struct Progress: Sendable, Hashable {
    package let compute: ComputeMode
    package let stage: Stage
    package let done: Int
    package let total: Int
  }

  package init(configuration: AccuracyConfiguration, compute: ComputeMode = .int8) {
    self.configuration = configuration
    self.compute = compute
  }

  /// Loads the model in one mode after the other and measures.
  ///
  /// - Parameters:
  ///   - path: A GGUF file or a Hugging Face folder.
  ///   - text: What is scored and learned.
  ///   - textName: What messages and the report call it.
  ///   - threads: Nil for one per core.
  ///   - onProgress: Told before each step.
  /// - Throws: ``BenchError`` if the text is too short; what loading and training throw;
  ///   ``ModelError`` if the model's context is shorter than a sequence; `CancellationError`.
  package func run(
    path: String, text: String, textName: String, threads: Int? = nil,
    onProgress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws -> AccuracyReport {
    // Before anything large is loaded.
    let sequences = try AccuracySequences(
      text: text, name: textName, tokenizer: try Tokenizer.load(path: path),
      configuration: configuration)
    func measure(_ compute: ComputeMode, judged: [LoRAAdapter] = []) async throws
      -> AccuracyModeResult
    {
      onProgress(Progress(compute: compute, stage: .loading, done: 0, total: 1))
      let model = try LanguageModel.load(path: path, threads: threads, compute: compute)
      try model.checkLength(sequences.longest, what: "the longest sequence")
      return try await model.measure(sequences, configuration, judged: judged) {
        onProgress(Progress(compute: compute, stage: $0, done: $1, total: $2))
      }
    }
    // Float32 last: it also judges what the other mode has trained. Each model is dropped before
    // the next one is loaded: two of a large one may not fit into memory.
    let other = try await measure(compute)
    let reference = try await measure(.float32, judged: other.measurement.trainings.map(\.adapter))
    return AccuracyReport(
      model: path, text: textName, compute: compute, configuration: configuration,
      reference: reference, other: other, peakMemoryBytes: SystemMemory.peakBytes)
  }
}

/// What was measured in one mode, with what it ran on.
struct AccuracyModeResult: Sendable {
  let measurement: AccuracyMeasurement
  /// The losses of adapters trained in another mode, after their training.
  let judgedLosses: [Double]
  let textTokens: Int
  let weightFormat: String
  let threads: Int
  let kernels: String
}

extension LanguageModel {
  fileprivate func measure(
    _ sequences: AccuracySequences, _ configuration: AccuracyConfiguration, judged: [LoRAAdapter],
    onProgress: @Sendable (AccuracyBenchmark.Stage, Int, Int) -> Void
  ) throws -> AccuracyModeResult {
    try withoutActuallyEscaping(onProgress) { onProgress in
      let runs = AccuracyRuns(
        decoder: decoder, sequences: sequences, configuration: configuration,
        onProgress: onProgress)
      return AccuracyModeResult(
        measurement: try runs.measure(),
        judgedLosses: try runs.losses(judged, stage: .lossOfOther),
        textTokens: sequences.textTokens, weightFormat: weightFormat,
        threads: decoder.device.pool.threads, kernels: decoder.device.kernels.name)
    }
  }
}
