// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneFormats
import HoneTensor

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The prompts that augmentation works with: files that a user can read and change.
///
/// A folder holds `local/` and `global/` with a file for each prompt, in the form that `hone solve
/// --draw` reads: `{"instruction", "examples": [{"input", "output"}…]}`.
public struct PromptLibrary: Sendable, Hashable {
  public let prompts: [AugmentationPrompt]

  /// - Parameter prompts: Of different names.
  public init(prompts: [AugmentationPrompt]) { self.prompts = prompts }

  /// Those of one strategy.
  public func prompts(of strategy: AugmentationPrompt.Strategy) -> [AugmentationPrompt] {
    prompts.filter { $0.strategy == strategy }
  }

  /// All that the prompts say, by which two libraries can be told apart.
  var texts: [String] {
    prompts.flatMap { prompt in
      [prompt.name, prompt.instruction] + prompt.examples.flatMap { [$0.input, $0.output] }
    }
  }

  /// Tells it from other libraries, in hexadecimal.
  package var checksum: String {
    var checksum = Checksum()
    checksum.combine(texts)
    return String(checksum.value, radix: 16)
  }

  /// Hone's own prompts for statements: rephrasings, reversals, and what follows from two together.
  ///
  /// - Throws: Nothing that a sound build could.
  public static func statements() throws -> PromptLibrary {
    try standard(["rephrasings", "reversals", "links"])
  }

  /// Hone's own prompts for documents that will be asked about: rephrasings and reversals, and
  /// questions with their answers in place of bare conclusions.
  ///
  /// - Throws: Nothing that a sound build could.
  public static func answering() throws -> PromptLibrary {
    try standard(["rephrasings", "reversals", "questions", "linked-questions"])
  }

  private static func standard(_ names: Set<String>) throws -> PromptLibrary {
    PromptLibrary(
      prompts: try files.filter { names.contains($0.0) }.map { name, strategy, bytes in
        AugmentationPrompt(
          try ExampleFile(json: bytes, file: name + ".json"), name: name, strategy: strategy)
      })
  }

  private static var files: [(String, AugmentationPrompt.Strategy, [UInt8])] {
    [
      ("rephrasings", .local, PackageResources.rephrasings_json),
      ("reversals", .local, PackageResources.reversals_json),
      ("questions", .local, PackageResources.questions_json),
      ("links", .global, PackageResources.links_json),
      ("linked-questions", .global, PackageResources.linked_questions_json),
    ]
  }

  /// Reads a folder of prompts.
  ///
  /// - Throws: ``KnowledgeError`` if there are none, or two of one name; ``AdaptationError`` or
  ///   ``FormatError`` for a file that is no prompt.
  public init(folder: String) throws {
    var prompts: [AugmentationPrompt] = []
    for strategy in AugmentationPrompt.Strategy.allCases {
      let path = "\(folder)/\(strategy.rawValue)"
      guard FileSystem.exists(path) else { continue }
      let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
      for name in names where name.hasSuffix(".json") {
        prompts.append(
          AugmentationPrompt(
            try ExampleFile(path: "\(path)/\(name)"), name: String(name.dropLast(5)),
            strategy: strategy))
      }
    }
    let twins = Dictionary(grouping: prompts, by: \.name).filter { $0.value.count > 1 }.keys
    if let name = twins.min() {
      throw KnowledgeError(
        .badData,
        "\(folder): local/\(name).json and global/\(name).json have one name, by which their texts "
          + "are told apart; rename one of them")
    }
    guard !prompts.isEmpty else {
      throw KnowledgeError(
        .notFound,
        "\(folder): no prompts; expected local/NAME.json or global/NAME.json (hone augment "
          + "--write-prompts FOLDER writes Hone's own to begin with)")
    }
    self.init(prompts: prompts)
  }

  /// Writes Hone's own prompts as files to be changed.
  ///
  /// - Throws: ``KnowledgeError`` if a file of that name is there.
  public static func write(to folder: String) throws {
    let paths = files.map { "\(folder)/\($0.1.rawValue)/\($0.0).json" }
    for path in paths where FileSystem.exists(path) {
      throw KnowledgeError(
        .invalidSetting, "\(path): is there already; name a folder without prompts")
    }
    for (path, file) in zip(paths, files) {
      try FileSystem.makeFolder("\(folder)/\(file.1.rawValue)")
      try AtomicFile.write(file.2, to: path)
    }
  }
}
