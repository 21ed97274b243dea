// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneTesting
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A headless Chromium, where one is installed.
enum PageBrowser {
  static let missing: Comment =
    "no Chromium on this machine: install chromium, or name one in HONE_CHROMIUM"

  /// The program; nil if there is none.
  static let path: String? = {
    let environment = ProcessInfo.processInfo.environment
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let candidates =
      [environment["HONE_CHROMIUM"]].compactMap { $0 }
      + folders.flatMap { folder in names.map { "\(folder)/\($0)" } }
      + ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"]
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// The document as the browser has it, and what it said on its console.
  static func visit(_ html: String, width: Int) throws -> (document: String, console: [Substring]) {
    let folder = try TemporaryFolder()
    let file = try folder.write("page.html", html)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(path))
    // Its sandbox refuses to be started by root, as in containers.
    let sandbox = getuid() == 0 ? ["--no-sandbox"] : []
    process.arguments =
      sandbox + [
        "--headless", "--disable-gpu", "--user-data-dir=\(folder.path)/profile",
        "--window-size=\(width),900", "--enable-logging=stderr", "--virtual-time-budget=20000",
        "--dump-dom", URL(fileURLWithPath: file).absoluteString,
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
    try #require(process.terminationStatus == 0, "\(log.suffix(2000))")
    return (
      folder.text("output") ?? "",
      log.split(separator: "\n").filter { $0.contains("CONSOLE") }
    )
  }
}
