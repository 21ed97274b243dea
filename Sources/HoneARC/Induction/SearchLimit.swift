// SPDX-License-Identifier: Apache-2.0

/// When a search is to end, whatever it has found.
struct SearchLimit: Sendable {
  /// Seconds since any moment.
  let now: @Sendable () -> Double
  let deadline: Double
  /// Bytes for what programs make, and as many again for pieces.
  let maxBytes: Int

  /// Whether the time is over, or the task that searches was cancelled.
  var isOver: Bool { now() > deadline || Task.isCancelled }
}
