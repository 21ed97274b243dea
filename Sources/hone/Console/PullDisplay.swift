// SPDX-License-Identifier: Apache-2.0
import HoneStore
import Synchronization

/// Shows the steps of a pull.
final class PullDisplay: Sendable {
  private let entry: CatalogEntry
  private let reporter = ProgressReporter()
  private let title = Mutex("")

  init(_ entry: CatalogEntry) { self.entry = entry }

  func show(_ step: ModelStore.PullStep) {
    switch step {
    case .waiting: reporter.line("another process pulls \(entry.name); waiting for it")
    case .downloading(let fraction):
      begin("downloading \(entry.name)")
      reporter.update(
        fraction: fraction, note: "of \(Quantities.bytes(entry.downloadByteCount))")
    case .unpacking: begin("unpacking \(entry.name)")
    case .checking(let fraction):
      begin("checking SHA-256")
      reporter.update(fraction: fraction)
    }
  }

  func finish() { reporter.finish() }

  private func begin(_ title: String) {
    let isOther = self.title.withLock { current in
      defer { current = title }
      return current != title
    }
    if isOther { reporter.begin(title) }
  }
}
