// SPDX-License-Identifier: Apache-2.0

/// Which strategy `auto` chose for a task, and on what grounds.
public struct AutoDecision: Codable, Sendable, Hashable {
  /// A strategy in the comparison.
  public struct Candidate: Codable, Sendable, Hashable {
    public let strategy: CandidateStrategy
    /// Of the answers to unseen inputs.
    public internal(set) var estimate: AccuracyEstimate
    /// When it was made.
    public internal(set) var stage: AutoPriors.Stage
    /// What answering all queries takes with it, its training included.
    public internal(set) var work: TokenWork
    /// The same in seconds, by the rate of the first passes; nil if nothing was run.
    public internal(set) var seconds: Double?
    /// What of ``work`` its pilot has done already, and all that the pilot was trained on.
    public internal(set) var trainedTokens: Int
    public internal(set) var pilotTokens: Int
    /// What its own trials gave at each stage.
    public internal(set) var evidenceByStage: [AutoPriors.Stage: HeldOutEvidence]
    /// Why it cannot be taken; nil if it can.
    public let obstacle: String?
    /// Steps of its pilot.
    public internal(set) var pilotSteps: Int

    init(_ strategy: CandidateStrategy, work: TokenWork, obstacle: String?) {
      self.strategy = strategy
      self.work = work
      self.obstacle = obstacle
      estimate = .unknown
      stage = .prompting
      evidenceByStage = [:]
      trainedTokens = 0
      pilotTokens = 0
      pilotSteps = 0
    }

    /// What the last of its trials gave.
    public var evidence: HeldOutEvidence {
      AutoPriors.Stage.allCases.reversed().lazy.compactMap { evidenceByStage[$0] }.first
        ?? HeldOutEvidence()
    }
  }

  /// Grounds of a decision, besides the estimates.
  public enum Basis: String, Codable, Sendable, Hashable {
    /// It was expected to be the most accurate.
    case mostAccurate = "most-accurate"
    /// Another is expected to be better, but not by what it costs more.
    case cheaper
    /// Nothing else can be done, or be done in time.
    case onlyOne = "only-one"
  }

  public let choice: CandidateStrategy
  public let basis: Basis
  /// Whether hardly any answer is expected to be right, whatever is done.
  public let isHopeless: Bool
  /// In the order of ``CandidateStrategy``.
  public let candidates: [Candidate]
  /// Demonstrations that differ.
  public let demonstrations: Int
  /// Of every demonstration the first one with the same output; nil in what earlier versions wrote.
  public internal(set) var sameOutputs: [Int]?
  /// What the model made in context, before any training, of the demonstrations that pilots are not
  /// trained on.
  public let beforePilot: HeldOutEvidence
  /// What should be known of the demonstrations, such as that two contradict each other.
  public let notes: [String]
  /// What the evidence took, pilots included.
  public let evidenceWork: TokenWork
  public let evidenceSeconds: Double
  /// Optimiser steps of the adapter that answers; 0 without one.
  public let trainedSteps: Int

  public subscript(strategy: CandidateStrategy) -> Candidate? {
    candidates.first { $0.strategy == strategy }
  }

  /// All tokens run for it, in passes, pilots and the training that followed.
  package let tokens: Int

  /// The estimate of the strategy chosen.
  public var expected: AccuracyEstimate {
    self[choice]?.estimate ?? AccuracyEstimate(mean: 0, standardError: 0)
  }
}

extension Sequence<AutoDecision.Candidate> {
  /// Of those that can be taken, the trained ones or the others, the one of which most is expected.
  func mostAccurate(isTrained: Bool) -> AutoDecision.Candidate? {
    filter { $0.strategy.isTrained == isTrained && $0.obstacle == nil }
      .max { $0.estimate.mean < $1.estimate.mean }
  }
}
