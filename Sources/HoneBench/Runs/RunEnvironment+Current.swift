// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel
import HoneStore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension RunEnvironment {
  /// This process on this machine.
  ///
  /// - Parameters:
  ///   - version: Hone's.
  ///   - executable: The command's path; its checkout tells the commit.
  ///   - model: What computes; nil where none does.
  package static func current(
    version: String, executable: String, model: LanguageModel?
  ) async -> RunEnvironment {
    let machine = Machine()
    let (threads, kernels) = await model?.device ?? (1, "no")
    return RunEnvironment(
      honeVersion: version, commit: GitCommit.current(above: executable),
      operatingSystem: ProcessInfo.processInfo.operatingSystemVersionString,
      processor: machine.processor, cores: machine.cores, features: machine.features,
      memoryBytes: machine.memoryBytes, threads: threads, kernels: kernels)
  }
}

extension LanguageModel {
  fileprivate var device: (threads: Int, kernels: String) {
    (decoder.device.pool.threads, decoder.device.kernels.name)
  }
}

/// What a checkout says of itself, read without git.
enum GitCommit {
  /// The commit that is checked out in the nearest folder above a file; nil if there is none.
  static func current(above path: String) -> String? {
    var folder = path
    while let slash = folder.lastIndex(of: "/") {
      folder = String(folder[..<slash])
      let git = folder + "/.git"
      guard let head = text(git + "/HEAD") else { continue }
      guard head.hasPrefix("ref: ") else { return head }
      let name = String(head.dropFirst(5))
      if let commit = text("\(git)/\(name)") { return commit }
      let packed = text(git + "/packed-refs") ?? ""
      return packed.split(separator: "\n").first { $0.hasSuffix(" " + name) }?
        .split(separator: " ").first.map(String.init)
    }
    return nil
  }

  private static func text(_ path: String) -> String? {
    guard let bytes = try? FileSystem.contents(path), bytes.count < 1 << 22 else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.last == "\n" ? String(text.dropLast()) : text
  }
}
