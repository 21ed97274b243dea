// SPDX-License-Identifier: Apache-2.0
import HoneBench

/// Shows how far a run has come.
final class BenchDisplay {
  private let reporter: ProgressReporter
  private var cell = ""
  private var done = 0
  private var total = 0

  init(_ reporter: ProgressReporter) { self.reporter = reporter }

  func show(_ event: BenchEvent) {
    switch event {
    case .began(let id, let answered, let total):
      (done, self.total) = (answered, total)
      let left = answered > 0 ? ", \(answered) of them there" : ""
      reporter.begin("\(id), \(total) answers\(left)")
      reporter.finish()
      reporter.begin(id)
      update("")
    case .cell(let key):
      cell = "\(key.strategy) \(key.seed) \(key.task)"
      update("")
    case .trainingStep(let step, let steps, let loss):
      update("step \(step)/\(steps), loss \(Quantities.fixed(loss, 3))")
    case .answered(_, let done, let total):
      (self.done, self.total) = (done, total)
      update("")
    }
  }

  private func update(_ note: String) {
    let parts = ["\(done)/\(total)", cell, note].filter { !$0.isEmpty }
    reporter.update(done: done, of: total, note: parts.joined(separator: ", "))
  }
}
