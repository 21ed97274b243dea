// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel
import HoneStore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension RunConfiguration {
  /// SHA-256 of all that the tasks say: words, items, limits.
  package static func digest(of tasks: [BenchTask]) throws -> String {
    struct Content: Encodable {
      let name: String
      let instruction: String
      let maxAnswerTokens: Int
      let items: [BenchItem]
      let givenDemonstrations: [BenchItem]?
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return FileDigest.sha256(
      try encoder.encode(
        tasks.map {
          Content(
            name: $0.name, instruction: $0.instruction, maxAnswerTokens: $0.maxAnswerTokens,
            items: $0.items, givenDemonstrations: $0.givenDemonstrations)
        }))
  }
}

extension ModelIdentity {
  /// - Parameter name: As it was given on the command line.
  /// - Throws: ``FormatError`` if its files cannot be read; `CancellationError`.
  package init(_ model: LanguageModel, name: String) throws {
    self.init(
      name: name, sha256: try Self.digest(of: model.path), weightFormat: model.weightFormat,
      parameterCount: model.configuration.parameterCount)
  }

  /// Of a file; of a folder, of a list of its files' names and hashes.
  private static func digest(of path: String) throws -> String {
    guard try FileSystem.isDirectory(path) else { return try FileDigest.sha256(path: path) }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    let relevant = names.filter { $0.hasSuffix(".json") || $0.hasSuffix(".safetensors") }
    let lines = try relevant.map { "\(try FileDigest.sha256(path: "\(path)/\($0)"))  \($0)\n" }
    return FileDigest.sha256(Data(lines.joined().utf8))
  }
}
