// SPDX-License-Identifier: Apache-2.0
import HoneModel
import Synchronization

/// What passes of a model cost, in seconds: estimates that follow what was measured.
///
/// The work of a token grows with those before it, which attention reads: `1 + t/κ`. Attention's
/// share of the arithmetic is as 1 to 3.3 · D tokens for decoders of the usual proportions; the unit
/// is measured.
final class PuzzleCosts: Sendable {
  private struct State {
    /// Seconds of a training step for each unit of work; nil until one was measured.
    var trainingUnit: Double?
    /// What answering took, as a multiple of what was estimated.
    var answeringFactor = 1.0
  }

  private let state = Mutex(State())
  /// κ.
  private let attentionLength: Double
  /// Bytes of keys and values that a decoded token reads for each token before it.
  private let cacheBytes: Double
  private let weightBytes: Double
  /// A forward pass costs this part of a training step: the gradient takes as much again for the
  /// products and more than twice as much for attention.
  private static let forwardShare = 0.32
  /// Bytes a second that a memory gives at least.
  private static let bandwidth = 2e10

  init(_ configuration: ModelConfiguration, weightBytes: Int) {
    attentionLength = 3.3 * Double(configuration.hiddenSize)
    cacheBytes = Double(
      2 * configuration.numKeyValueHeads * configuration.headDim * configuration.numHiddenLayers
        * MemoryLayout<Float>.stride)
    self.weightBytes = Double(weightBytes)
  }

  /// The work of running so many tokens of one sequence, in units.
  func work(_ tokens: Int) -> Double {
    Double(tokens) * (1 + Double(tokens) / attentionLength)
  }

  /// Takes note of a training step.
  func measured(trainingSeconds: Double, work: Double) {
    guard work > 0, trainingSeconds > 0 else { return }
    state.withLock { state in
      let unit = trainingSeconds / work
      state.trainingUnit = state.trainingUnit.map { 0.7 * $0 + 0.3 * unit } ?? unit
    }
  }

  /// The seconds of a training step; nil before the first was measured.
  func training(work: Double) -> Double? { state.withLock { $0.trainingUnit.map { $0 * work } } }

  /// Takes note of what answering took, and what it was estimated at.
  func measured(answeringSeconds: Double, estimate: Double) {
    guard estimate > 0, answeringSeconds > 0 else { return }
    state.withLock { state in
      let factor = state.answeringFactor * answeringSeconds / estimate
      state.answeringFactor = min(10, max(0.1, 0.5 * state.answeringFactor + 0.5 * factor))
    }
  }

  /// The seconds of answering views side by side, and of scoring what they found.
  ///
  /// - Returns: 0 before a training step was measured.
  func answering(promptTokens: [Int], replyTokens: Int, scoringViews: Int) -> Double {
    let (unit, factor) = state.withLock { ($0.trainingUnit ?? 0, $0.answeringFactor) }
    guard unit > 0, !promptTokens.isEmpty else { return 0 }
    let forward = unit * Self.forwardShare
    let prompts = promptTokens.reduce(0) { $0 + work($1) } * forward
    let streams = Double(promptTokens.count)
    let meanPrompt = Double(promptTokens.reduce(0, +)) / streams
    let pass =
      weightBytes / Self.bandwidth
      + streams
      * (1.5 * forward + (meanPrompt + Double(replyTokens) / 2) * cacheBytes / Self.bandwidth)
    let score = (prompts + streams * work(replyTokens) * forward) / streams
    return factor
      * (prompts + Double(replyTokens) * pass + Double(scoringViews)
        * (score + (streams - 1) * work(replyTokens) * forward))
  }
}
