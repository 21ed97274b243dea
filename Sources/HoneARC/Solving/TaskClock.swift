// SPDX-License-Identifier: Apache-2.0

/// The time of a puzzle, in seconds since it was begun.
struct TaskClock {
  private let now: () -> Double
  private let start: Double
  /// What the puzzle may take; nil for as long as it needs.
  let limit: Double?

  /// - Parameter now: Seconds since any moment.
  init(limit: Double?, now: @escaping () -> Double) {
    self.now = now
    self.limit = limit
    start = now()
  }

  var elapsed: Double { now() - start }

  /// Infinite without a limit.
  var remaining: Double { limit.map { $0 - elapsed } ?? .infinity }

  /// The machine's clock.
  static func continuous() -> @Sendable () -> Double {
    let origin = ContinuousClock.now
    return { (ContinuousClock.now - origin) / .seconds(1) }
  }
}
