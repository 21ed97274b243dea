// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation

/// What is printed of a choice of strategy.
struct AutoText {
  let decision: AutoDecision
  /// Queries that the costs are for.
  let queries: Int

  /// The reason, on as many lines as it takes.
  var reason: [String] { Self.reason(decision) }

  static func reason(_ decision: AutoDecision) -> [String] {
    "auto: \(decision.explanation)".wrapped(hanging: 6)
  }

  /// The reason with all the evidence.
  var lines: [String] {
    var lines = reason + [""] + table.lines() + [""]
    lines +=
      ("expected: of unseen inputs. held out: answers to demonstrations that were neither shown nor "
      + "trained on, right of all asked. seconds: for \(queries) \(queries == 1 ? "query" : "queries"), "
      + "training included. The evidence took \(Quantities.fixed(decision.evidenceSeconds, 1)) s.")
      .wrapped()
    for note in decision.notes { lines += "note: \(note)".wrapped(hanging: 6) }
    return lines
  }

  private var table: TextTable {
    var table = TextTable([
      ("strategy", .left), ("expected", .right), ("held out", .right), ("nats", .right),
      ("seconds", .right), ("", .left),
    ])
    for candidate in decision.candidates {
      let evidence = candidate.evidence
      let isPossible = candidate.obstacle == nil
      table.append([
        candidate.strategy.rawValue,
        isPossible
          ? Quantities.accuracy(candidate.estimate.mean, candidate.estimate.standardError) + " %"
          : "–",
        evidence.trials.isEmpty ? "–" : evidence.tally,
        evidence.nats.map { Quantities.fixed($0, 2) } ?? "–",
        candidate.seconds.map { Quantities.fixed($0, 1) } ?? "–",
        candidate.obstacle?.visible() ?? remark(candidate),
      ])
    }
    return table
  }

  private func remark(_ candidate: AutoDecision.Candidate) -> String {
    let pilot = candidate.pilotSteps > 0 ? "pilot of \(candidate.pilotSteps) steps" : ""
    guard candidate.strategy == decision.choice else { return pilot }
    return pilot.isEmpty ? "chosen" : "chosen, \(pilot)"
  }
}

extension ProgressReporter {
  /// Shows how far a choice of strategy has come.
  func show(_ event: AutoEvent) {
    switch event {
    case .pass(let done, let total):
      if done == 1 { begin("auto: asking for demonstrations") }
      update(done: done, of: total)
    case .pilot(let strategy, let step):
      if step.step == 1 { begin("auto: pilot of \(strategy.rawValue)") }
      update(step)
    }
  }

  /// Shows how far a training has come, and its loss.
  func update(_ step: TrainingStepSummary) {
    update(
      done: step.step, of: step.of, note: "loss \(Quantities.fixed(step.loss, 3))")
  }
}
