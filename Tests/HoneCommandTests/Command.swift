// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneTesting
import Subprocess
import Synchronization
import Testing

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// Runs the built command `hone`.
struct Command {
  struct Outcome {
    let code: Int
    let output: String
    let error: String

    /// The one JSON object on standard output.
    func json() throws -> [String: Any] {
      #expect(output.hasSuffix("\n"))
      let object = try JSONSerialization.jsonObject(with: Data(output.utf8))
      return try #require(object as? [String: Any])
    }
  }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
  static let tinyModel = root + "/Tests/Fixtures/tiny-llama-gguf/model-f32.gguf"
  static let tinyFolder = root + "/Tests/Fixtures/tiny-llama"

  /// SwiftPM puts the command beside the test bundle, whose path is among the arguments.
  static let executable: String = {
    for argument in CommandLine.arguments {
      guard let bundle = argument.range(of: "honePackageTests.xctest") else { continue }
      let candidate = argument[..<bundle.lowerBound] + "hone"
      if FileManager.default.isExecutableFile(atPath: String(candidate)) {
        return String(candidate)
      }
    }
    return root + "/.build/debug/hone"
  }()

  let home: TemporaryFolder
  /// Replaces variables of the command's environment.
  var environment: [String: String?] = [:]

  init() throws { home = try TemporaryFolder() }

  private var configuration: Subprocess.Configuration {
    var updates: [Subprocess.Environment.Key: String?] = [
      "HONE_HOME": home.path, "COLUMNS": "80", "NO_COLOR": nil, "TERM": "xterm",
    ]
    for (name, value) in environment {
      if let key = Subprocess.Environment.Key(rawValue: name) { updates[key] = value }
    }
    return Configuration(
      executable: .path(.init(Self.executable)), environment: .inherit.updating(updates))
  }

  /// Runs it to its end.
  func run(_ arguments: [String], input: [UInt8] = []) async throws -> Outcome {
    var configuration = configuration
    configuration.arguments = Arguments(arguments)
    return try await Self.run(configuration, input: input)
  }

  /// Runs a script in the command's environment.
  func run(script: String, input: String = "") async throws -> Outcome {
    var configuration = configuration
    configuration.executable = .path(.init(script))
    return try await Self.run(configuration, input: Array(input.utf8))
  }

  private static func run(_ configuration: Subprocess.Configuration, input: [UInt8]) async throws
    -> Outcome
  {
    // A file, not a pipe: a command may end before it has read its input, and writing to its pipe
    // would then end the tests.
    let folder = try TemporaryFolder()
    let file = try FileDescriptor.open(
      FilePath(try folder.write("input", input)), .readOnly)
    let result = try await Subprocess.run(
      configuration, input: .fileDescriptor(file, closeAfterSpawningProcess: true),
      output: .string(limit: 1 << 20),
      error: .string(limit: 1 << 20))
    return Outcome(result.terminationStatus, result.standardOutput, result.standardError)
  }

  func run(_ arguments: String..., input: String = "") async throws -> Outcome {
    try await run(arguments, input: Array(input.utf8))
  }

  /// Runs it and sends a signal as soon as `isReady` holds, which is asked again and again.
  func signal(
    _ arguments: [String], _ signal: Signal, when isReady: @escaping @Sendable () throws -> Bool
  ) async throws -> Outcome {
    var configuration = configuration
    // It waits for a line: other tests keep the shared threads at work for minutes, in which it would
    // come to its end before anybody watches.
    configuration.executable = .path("/bin/sh")
    configuration.arguments = Arguments(
      ["-c", #"read -r _ && exec "$0" "$@" </dev/null"#, Self.executable] + arguments)
    let result = try await Subprocess.run(
      configuration, input: .inputWriter, output: .sequence, error: .combinedWithOutput
    ) { execution in
      let hasEnded = Flag()
      // A thread of its own, for the same reason.
      let sender = Thread {
        while (try? isReady()) != true {
          if hasEnded.isSet.load(ordering: .relaxed) { return }
          Thread.sleep(forTimeInterval: 0.002)
        }
        try? execution.send(signal: signal)
      }
      sender.start()
      _ = try await execution.standardInputWriter.write("\n")
      try await execution.standardInputWriter.finish()
      var output = ""
      for try await buffer in execution.standardOutput {
        buffer.withUnsafeBytes { output += String(decoding: $0, as: UTF8.self) }
      }
      hasEnded.isSet.store(true, ordering: .relaxed)
      return output
    }
    return Outcome(result.terminationStatus, result.closureResult, "")
  }

  /// Runs it with an input that does not end, sends a signal when `isReady` holds, and waits.
  func interrupt(
    _ arguments: [String], input: String = "", signal: Signal = .interrupt,
    isReady: @Sendable (_ output: String) -> Bool
  ) async throws -> Outcome {
    var configuration = configuration
    configuration.arguments = Arguments(arguments)
    let result = try await Subprocess.run(
      configuration, input: .inputWriter, output: .sequence, error: .combinedWithOutput
    ) { execution in
      _ = try await execution.standardInputWriter.write(input)
      var output = ""
      var isSent = false
      func sendIfReady() throws {
        if isSent || !isReady(output) { return }
        try execution.send(signal: signal)
        isSent = true
      }
      try sendIfReady()
      for try await buffer in execution.standardOutput {
        buffer.withUnsafeBytes { output += String(decoding: $0, as: UTF8.self) }
        try sendIfReady()
      }
      return output
    }
    return Outcome(result.terminationStatus, result.closureResult, "")
  }
}

private final class Flag: Sendable {
  let isSet = Atomic(false)
}

extension Command.Outcome {
  fileprivate init(_ status: TerminationStatus, _ output: String, _ error: String) {
    switch status {
    case .exited(let code): self.init(code: Int(code), output: output, error: error)
    case .signaled(let signal): self.init(code: 128 + Int(signal), output: output, error: error)
    }
  }
}
