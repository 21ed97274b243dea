// SPDX-License-Identifier: Apache-2.0
import HoneFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What came of learning documents: `report.json` in its folder.
public struct LearnReport: Codable, Sendable, Hashable {
  /// What an arm reached on a kind of question.
  public struct Figure: Codable, Sendable, Hashable {
    public let arm: StudyArm
    /// `forward`, `reversed`, `linked`, or `all`.
    public let split: String
    /// nil where there was no question.
    public let accuracy: Double?
    /// By bootstrap over facts; nil for fewer than two.
    public let standardError: Double?
    public let correct: Int
    public let total: Int
  }

  /// Questions that a statement of the model's own asks and answers word for word, and the others:
  /// how many, and how many of them the augmented arm had right.
  public struct Coverage: Codable, Sendable, Hashable {
    public let split: String
    public let stated: Int
    public let statedCorrect: Int
    public let others: Int
    public let othersCorrect: Int
  }

  public let model: String
  public let documents: Int
  public let sentences: Int
  /// ``Learning/corpusChecksum``.
  public let corpusChecksum: String
  /// Tokens of all documents, as they stand in a prompt.
  public let corpusTokens: Int
  /// Documents that were in the prompt of the in-context arm.
  public let shownDocuments: Int
  public let questions: Int
  public let statementsWritten: Int
  public let statementsKept: Int
  /// How many were dropped for each reason.
  public let statementsDropped: [String: Int]
  public let results: [Figure]
  public let coverage: [Coverage]
  /// Of each stretch of work; one that was there already took next to nothing.
  public let seconds: [String: Double]
  /// The adapter's folder.
  public let adapter: String
  public let configuration: LearnConfiguration

  /// The figure of an arm; nil if it was not asked.
  public func figure(_ arm: StudyArm, _ split: String) -> Figure? {
    results.first { $0.arm == arm && $0.split == split }
  }

  /// Reads the report of a folder.
  ///
  /// - Throws: ``FormatError`` or ``KnowledgeError`` if there is none.
  public static func read(folder: String) throws -> LearnReport {
    let path = folder + "/report.json"
    guard FileSystem.exists(path) else {
      throw KnowledgeError(
        .notFound, "\(folder): holds no report.json; name the folder of a hone learn that ended")
    }
    do {
      return try JSONDecoder().decode(
        LearnReport.self, from: Data(try FileSystem.contents(path)))
    } catch let error as DecodingError {
      throw FormatError(
        .malformed, file: path, "is no report of hone learn (\(error)); run it again")
    }
  }

  func write(folder: String) throws {
    let encoder = JSONEncoder.sorted
    encoder.outputFormatting.insert(.prettyPrinted)
    try AtomicFile.write(encoder.lines([self]), to: folder + "/report.json")
  }
}
