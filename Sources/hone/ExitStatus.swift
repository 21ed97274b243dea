// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How the process ends: a code, and what standard error says about it.
package struct ExitStatus {
  package let code: Int32
  /// Lines for standard error; empty for none.
  package let message: String
  /// Set for help and version, which the parser prints itself.
  private var cleanExit: (any Error)?

  package static let success = ExitStatus(code: 0, message: "")
  package static let interrupted = ExitStatus(code: 130, message: "hone: interrupted")

  private init(code: Int32, message: String) {
    self.code = code
    self.message = message
  }

  /// The status that an error ends the process with.
  package init(_ error: any Error) {
    if error is CancellationError || Interruption.hasHappened {
      self = .interrupted
    } else if let failure = error as? any HoneFailure {
      self.init(code: failure.kind.exitCode, message: "hone: error: \(failure.message)")
    } else if let code = error as? ExitCode {
      self.init(code: code.rawValue, message: "")
    } else {
      let code = HoneCommand.exitCode(for: error)
      if code == .success {
        self.init(code: 0, message: "")
        cleanExit = error
      } else if code == .validationFailure {
        let message = HoneCommand.fullMessage(for: error)
        let prefix = "Error: "
        self.init(
          code: FailureKind.usage.exitCode,
          message: "hone: error: "
            + (message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message))
      } else {
        self.init(
          code: FailureKind.internal.exitCode,
          message: "hone: error: unexpected: \(error); please report this")
      }
    }
  }

  /// Ends the process.
  func end() -> Never {
    Console.clearLiveLine()
    if let cleanExit { HoneCommand.exit(withError: cleanExit) }
    if !message.isEmpty { Console.error(message) }
    // Work that did not see its cancellation still runs, and must not meet exit's destructors.
    if Interruption.hasHappened { _exit(code) }
    exit(code)
  }
}

extension FailureKind {
  /// The exit code, as in sysexits.h.
  package var exitCode: Int32 {
    switch self {
    case .usage: 64
    case .badData: 65
    case .noInput: 66
    case .internal: 70
    }
  }
}
