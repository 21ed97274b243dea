// SPDX-License-Identifier: Apache-2.0
import HoneModel
import Synchronization

/// What passes of a model cost, in seconds: estimates that follow what was measured.
///
/// The work of a token grows with those before it, which attention reads: `n` tokens of a sequence
/// are `n + n²/κ` units. Attention's share of the arithmetic is as 1 to 3.3 · D tokens for decoders
/// of the usual proportions; the seconds of a unit are measured, for training steps and for passes
/// forward apart, and so is how far decoding, a token at a time, is from what it is taken for.
final class PuzzleCosts: Sendable {
  private struct State {
    /// Seconds of a training step for each unit of work; nil until one was measured.
    var trainingUnit: Double?
    /// Seconds of a pass forward for each unit of work; nil until one was measured.
    var measuredForwardUnit: Double?
    /// What decoding took, as a multiple of what was estimated.
    var decodingFactor = 1.0

    /// Nil where nothing was measured yet.
    var forwardUnit: Double? {
      measuredForwardUnit ?? trainingUnit.map { $0 * PuzzleCosts.forwardShare }
    }

    /// Has a unit follow what some work took.
    mutating func follow(
      _ unit: WritableKeyPath<State, Double?>, seconds: Double, work: Double
    ) {
      guard work > 0, seconds > 0 else { return }
      let measured = seconds / work
      self[keyPath: unit] = self[keyPath: unit].map { 0.7 * $0 + 0.3 * measured } ?? measured
    }
  }

  /// Prompts that are answered side by side.
  struct Answering {
    let promptTokens: [Int]
    /// Of each reply.
    let replyTokens: Int
  }

  private let state = Mutex(State())
  /// κ.
  private let attentionLength: Double
  /// Bytes of keys and values that a decoded token reads for each token before it.
  private let cacheBytes: Double
  private let weightBytes: Double
  /// A pass forward costs this part of a training step, until it was measured: the gradient takes as
  /// much again for the products and more than twice as much for attention.
  private static let forwardShare = 0.35
  /// Bytes a second that a memory gives at least.
  private static let bandwidth = 2e10

  init(_ configuration: ModelConfiguration, weightBytes: Int) {
    attentionLength = 3.3 * Double(configuration.hiddenSize)
    cacheBytes = Double(
      2 * configuration.numKeyValueHeads * configuration.headDim * configuration.numHiddenLayers
        * MemoryLayout<Float>.stride)
    self.weightBytes = Double(weightBytes)
  }

  /// The work of running so many tokens of one sequence behind others of it, in units.
  func work(_ tokens: Int, behind prefix: Int = 0) -> Double {
    let (count, before) = (Double(tokens), Double(prefix))
    return count * (1 + (2 * before + count) / attentionLength)
  }

  // MARK: Measured

  /// Takes note of a training step.
  func measured(trainingSeconds: Double, work: Double) {
    state.withLock { $0.follow(\.trainingUnit, seconds: trainingSeconds, work: work) }
  }

  /// Takes note of a pass forward.
  func measured(forwardSeconds: Double, work: Double) {
    state.withLock { $0.follow(\.measuredForwardUnit, seconds: forwardSeconds, work: work) }
  }

  /// Takes note of what answering took.
  ///
  /// - Parameter isWhole: Whether all replies ended by themselves: those that were broken off would
  ///   have taken longer.
  func measured(answeringSeconds: Double, of answering: Answering, isWhole: Bool) {
    state.withLock { state in
      guard let unit = state.forwardUnit, answering.replyTokens > 0 else { return }
      let seconds = answeringSeconds - promptWork(answering) * unit
      let factor = min(10, max(0.1, seconds / decoding(answering, unit)))
      guard isWhole || factor > state.decodingFactor else { return }
      state.decodingFactor = 0.5 * state.decodingFactor + 0.5 * factor
    }
  }

  // MARK: Estimated

  /// The seconds of a training step; nil before the first was measured.
  func training(work: Double) -> Double? { state.withLock { $0.trainingUnit.map { $0 * work } } }

  /// The seconds of running prompts and decoding a reply to each; nil before anything was measured.
  func seconds(_ answering: Answering) -> Double? {
    state.withLock { state in
      state.forwardUnit.map {
        promptWork(answering) * $0 + state.decodingFactor * decoding(answering, $0)
      }
    }
  }

  /// The seconds of a pass forward; nil before anything was measured.
  func forward(work: Double) -> Double? { state.withLock { $0.forwardUnit.map { $0 * work } } }

  private func promptWork(_ answering: Answering) -> Double {
    answering.promptTokens.reduce(0) { $0 + work($1) }
  }

  /// Before the factor: a pass reads the weights once and all keys and values of each prompt.
  private func decoding(_ answering: Answering, _ forwardUnit: Double) -> Double {
    let streams = Double(answering.promptTokens.count)
    let prompts = Double(answering.promptTokens.reduce(0, +))
    let reply = Double(answering.replyTokens)
    let cached = (prompts + streams * reply / 2) * cacheBytes
    return reply * ((weightBytes + cached) / Self.bandwidth + 1.5 * streams * forwardUnit)
  }
}
