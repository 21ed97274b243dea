// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Prints a text on standard output as it comes.
final class StreamPrinter: Sendable {
  private let isQuiet: Bool
  private let isTerminal = Console.isOutputTerminal
  /// What went wrong first; what comes after it is dropped.
  private let failure = Mutex<(any Error)?>(nil)
  private let endsLine = Mutex(true)

  /// - Parameter isQuiet: Print nothing.
  init(isQuiet: Bool = false) { self.isQuiet = isQuiet }

  func append(_ text: String) {
    guard !isQuiet, !text.isEmpty else { return }
    endsLine.withLock { $0 = text.last?.isNewline ?? true }
    failure.withLock { failure in
      guard failure == nil else { return }
      do {
        try Console.write(isTerminal ? text.visible(keeping: ["\n", "\t"]) : text)
      } catch {
        failure = error
      }
    }
  }

  /// Ends the last line.
  ///
  /// - Throws: What went wrong while printing.
  func finish() throws {
    if !endsLine.withLock({ $0 }) { append("\n") }
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
