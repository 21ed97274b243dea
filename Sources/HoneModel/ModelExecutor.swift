// SPDX-License-Identifier: Apache-2.0
import Dispatch

/// Runs a model's work on a queue of its own.
///
/// The work is synchronous and long. On the shared threads, of which there are as many as cores, a
/// few models at work would keep every other task from running: events would not be read and a
/// cancellation not be asked for.
final class ModelExecutor: SerialExecutor {
  private let queue = DispatchQueue(label: "hone.model", qos: .userInitiated)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}
