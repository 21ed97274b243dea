// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneAdaptation

@Suite struct ExplanationTests {
  private func evidence(_ right: Int, _ of: Int) -> HeldOutEvidence {
    HeldOutEvidence(
      (0..<of).map {
        HeldOutTrial(demonstration: $0, shots: 5, nats: 1, tokens: 2, isReproduced: $0 < right)
      })
  }

  private func decision(
    _ choice: CandidateStrategy, _ basis: AutoDecision.Basis,
    _ means: [CandidateStrategy: Double], pilot: HeldOutEvidence? = nil, steps: Int = 0,
    isHopeless: Bool = false
  ) -> AutoDecision {
    let candidates = CandidateStrategy.allCases.map { strategy in
      var candidate = AutoDecision.Candidate(
        strategy, work: TokenWork(), obstacle: means[strategy] == nil ? "cannot" : nil)
      candidate.estimate = AccuracyEstimate(mean: means[strategy] ?? 0.99, standardError: 0.07)
      if strategy == .inContext { candidate.evidenceByStage[.prompting] = evidence(17, 20) }
      if strategy == choice, let pilot {
        candidate.evidenceByStage[.secondPilot] = pilot
        candidate.pilotSteps = 12
      }
      return candidate
    }
    return AutoDecision(
      choice: choice, basis: basis, isHopeless: isHopeless, candidates: candidates,
      demonstrations: 10, beforePilot: evidence(0, 3), notes: [],
      evidenceWork: TokenWork(), evidenceSeconds: 1, trainedSteps: steps, tokens: 10)
  }

  @Test func `a training tells what its pilot changed`() {
    let decision = decision(
      .testTimeTraining, .mostAccurate,
      [.zeroShot: 0.02, .inContext: 0.12, .testTimeTraining: 0.85],
      pilot: evidence(3, 3), steps: 20)
    #expect(
      decision.explanation
        == "trained 20 steps: held-out answers 0/3 → 3/3 after 12; expected 85 ± 7 % right, "
        + "prompting alone 12 ± 7 %")
  }

  @Test func `advice does not claim to have trained`() {
    let decision = decision(
      .direct, .mostAccurate, [.zeroShot: 0.02, .inContext: 0.12, .direct: 0.85],
      pilot: evidence(2, 3))
    #expect(decision.explanation.hasPrefix("train (ttt-direct): held-out answers 0/3 → 2/3"))
  }

  @Test func `prompting tells why nothing was trained`() {
    let decision = decision(
      .inContext, .cheaper, [.zeroShot: 0.02, .inContext: 0.88, .testTimeTraining: 0.9])
    #expect(
      decision.explanation
        == "prompted (icl): held-out answers 17/20; expected 88 ± 7 % right, trained 90 ± 7 %, "
        + "which is not worth its cost")
  }

  @Test func `a hopeless task is called so first`() {
    let decision = decision(.inContext, .cheaper, [.inContext: 0.01], isHopeless: true)
    #expect(decision.explanation.hasPrefix("hardly any answer will be right, whatever is done; "))
  }
}
