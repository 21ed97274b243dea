// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Tells on standard error how far long work has come: a bar that is redrawn on a terminal, and
/// now and then a whole line elsewhere.
package final class ProgressReporter: Sendable {
  private struct State {
    var title = ""
    /// Nil until something is known about it.
    var fraction: Double?
    var note = ""
    var isActive = false
    /// When something was last shown, and at which fraction.
    var shown: (instant: ContinuousClock.Instant, fraction: Double)?
  }

  private let capabilities: Console.Capabilities
  private let state = Mutex(State())
  private let isQuiet: Bool

  /// - Parameters:
  ///   - capabilities: What the terminal can do; standard error's by default.
  ///   - isQuiet: Show nothing but ``line(_:)``.
  package init(
    _ capabilities: Console.Capabilities = Console.errorCapabilities, isQuiet: Bool = false
  ) {
    self.capabilities = capabilities
    self.isQuiet = isQuiet
  }

  /// Starts a stretch of work; ends the one before.
  package func begin(_ title: String) {
    finish()
    guard !isQuiet else { return }
    state.withLock {
      $0 = State(title: title, isActive: true, shown: (ContinuousClock().now, 0))
    }
    if capabilities.isLive { show(force: true) } else { Console.error("\(title)…") }
  }

  /// - Parameters:
  ///   - fraction: What is done, 0 … 1.
  ///   - note: What stands at the end of the line, such as a loss.
  package func update(fraction: Double, note: String = "") {
    state.withLock {
      $0.fraction = fraction.isFinite ? min(max(fraction, 0), 1) : 0
      $0.note = note
    }
    show(force: false)
  }

  package func update(done: Int, of total: Int, note: String = "") {
    update(fraction: total > 0 ? Double(done) / Double(total) : 0, note: note)
  }

  /// Prints a line that stays.
  package func line(_ text: String) {
    Console.error(text)
    if capabilities.isLive { show(force: true) }
  }

  /// Ends the stretch of work; a note stays as a line.
  package func finish(_ note: String? = nil) {
    let wasActive = state.withLock { state in
      defer { state.isActive = false }
      return state.isActive
    }
    if wasActive { Console.clearLiveLine() }
    if let note, !isQuiet { Console.error(note) }
  }

  private func show(force: Bool) {
    let line: String? = state.withLock { state in
      guard state.isActive else { return nil }
      let now = ContinuousClock().now
      if let shown = state.shown, !force, !isDue(state, since: shown, now: now) { return nil }
      state.shown = (now, state.fraction ?? 0)
      return capabilities.isLive
        ? Self.bar(state.title, state.fraction, state.note, capabilities)
        : Self.plainLine(state.title, state.fraction, state.note)
    }
    guard let line else { return }
    if capabilities.isLive { Console.showLiveLine(line) } else { Console.error(line) }
  }

  /// A terminal gets ten pictures a second; a log a line each two seconds if a tenth was done, or
  /// each ten seconds, and the last one if it has something to say.
  private func isDue(
    _ state: State, since shown: (instant: ContinuousClock.Instant, fraction: Double),
    now: ContinuousClock.Instant
  ) -> Bool {
    let age = now - shown.instant
    let fraction = state.fraction ?? 0
    let isLast = fraction == 1 && shown.fraction < 1
    if capabilities.isLive { return isLast || age >= .milliseconds(100) }
    if isLast, !state.note.isEmpty { return true }
    return age >= .seconds(10) || age >= .seconds(2) && fraction - shown.fraction >= 0.1
  }

  package static func plainLine(_ title: String, _ fraction: Double?, _ note: String) -> String {
    let fraction = fraction ?? 0
    return "\(title): \(Int(fraction * 100)) %" + (note.isEmpty ? "" : ", \(note)")
  }

  package static func bar(
    _ title: String, _ fraction: Double?, _ note: String, _ capabilities: Console.Capabilities
  ) -> String {
    guard let fraction else { return "\(title)…".shortened(to: max(1, capabilities.width - 1)) }
    let percent = "\(Int(fraction * 100))%".leftPadded(to: 4)
    // One column stays free: some terminals wrap when the last is written.
    let room = capabilities.width - 1
    let fixed = title.count + 1 + 1 + percent.count + (note.isEmpty ? 0 : note.count + 2)
    let length = min(30, room - fixed)
    guard length >= 5 else {
      return String("\(title) \(percent)  \(note)".prefix(max(0, room)))
    }
    let filled = Int(fraction * Double(length))
    let (full, empty) = capabilities.isUnicode ? ("━", "─") : ("#", "-")
    let (color, reset) = capabilities.hasColor ? ("\u{1B}[36m", "\u{1B}[0m") : ("", "")
    let bar =
      color + String(repeating: full, count: filled) + reset
      + String(repeating: empty, count: length - filled)
    return "\(title) \(bar) \(percent)" + (note.isEmpty ? "" : "  \(note)")
  }
}
