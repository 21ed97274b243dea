// SPDX-License-Identifier: Apache-2.0
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A headless Chromium, where one is installed.
package struct Browser {
  package static let missing =
    "no Chromium on this machine: install chromium, or name one in HONE_CHROMIUM"

  /// The program; nil if there is none.
  package static let path: String? = {
    let environment = ProcessInfo.processInfo.environment
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let candidates =
      [environment["HONE_CHROMIUM"]].compactMap { $0 }
      + folders.flatMap { folder in names.map { "\(folder)/\($0)" } }
      + ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"]
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// What became of a page.
  package struct Visit {
    /// The document after its scripts ran.
    package let document: String
    /// What the scripts said on their console: errors above all.
    package let console: [Substring]
  }

  /// The browser did not end well.
  package struct Failure: Error {
    package let log: String
  }

  /// Opens a page and lets its scripts run.
  ///
  /// - Parameters:
  ///   - address: Behind the file's name, such as `#items`.
  ///   - width: Of the window, in pixels.
  package static func visit(
    _ file: String, address: String = "", width: Int = 1280
  ) throws -> Visit {
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path ?? "")
    // Its sandbox refuses to be started by root, as in containers.
    let sandbox = getuid() == 0 ? ["--no-sandbox"] : []
    process.arguments =
      sandbox + [
        "--headless", "--disable-gpu", "--user-data-dir=\(folder.path)/profile",
        "--window-size=\(width),900", "--enable-logging=stderr", "--virtual-time-budget=20000",
        "--dump-dom", URL(fileURLWithPath: file).absoluteString + address,
      ]
    // Files, not pipes: a full pipe would stop it.
    let output = try folder.write("output", "")
    let error = try folder.write("error", "")
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: error))
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let log = folder.text("error") ?? ""
    guard process.terminationStatus == 0 else { throw Failure(log: String(log.suffix(2000))) }
    return Visit(
      document: folder.text("output") ?? "",
      console: log.split(separator: "\n").filter { $0.contains("CONSOLE") })
  }
}
