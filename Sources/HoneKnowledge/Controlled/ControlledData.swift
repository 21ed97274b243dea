// SPDX-License-Identifier: Apache-2.0

/// The sets of controlled data, by their names on the command line.
public enum ControlledDataName: String, Codable, CaseIterable, Sendable, Hashable {
  case simpleReversals = "simple-reversals"
  case simpleSyllogisms = "simple-syllogisms"
  case semanticStructure = "semantic-structure"
  case celebrities
  case familyTrees = "family-trees"
}

/// How much of it.
public enum ControlledDataSize: String, Codable, CaseIterable, Sendable, Hashable {
  /// Minutes on two cores.
  case small
  /// As in the paper.
  case full
}

/// A statement that the documents imply and do not make.
public struct OracleStatement: Codable, Sendable, Hashable {
  public enum Kind: String, Codable, Sendable, Hashable {
    /// Follows from one sentence, such as its reversal.
    case local
    /// Follows from several together.
    case global
  }

  public let kind: Kind
  public let text: String
  public let triple: Triple
  /// ``Document/id`` of those that it follows from.
  public let documents: [String]

  public init(kind: Kind, text: String, triple: Triple, documents: [String]) {
    self.kind = kind
    self.text = text
    self.triple = triple
    self.documents = documents
  }
}

/// Documents about a made-up world, with questions whose answers they imply.
///
/// All that a seed decides, and nothing else: the same on every machine.
/// - SeeAlso: Lampinen et al. 2025, arXiv 2505.00661, §2.
public struct ControlledData: Sendable {
  public let name: ControlledDataName
  public let size: ControlledDataSize
  public let seed: UInt64
  /// What is learned, or shown.
  public let documents: [Document]
  /// The held-out test, in the order of ``splits``.
  public let items: [ChoiceItem]
  /// In the order of tables.
  public let splits: [String]
  /// What a perfect augmentation would add.
  public let oracle: [OracleStatement]
  /// Every form in which the documents, the test and a model may state a relation.
  public let language: StatementLanguage
  /// What the documents state.
  public let stated: Set<Triple>
  /// What is true: stated or implied. All else that ``language`` reads is false.
  public let truths: Set<Triple>

  public init(
    name: ControlledDataName, size: ControlledDataSize, seed: UInt64, documents: [Document],
    items: [ChoiceItem], splits: [String], oracle: [OracleStatement], language: StatementLanguage,
    stated: Set<Triple>, truths: Set<Triple>
  ) {
    self.name = name
    self.size = size
    self.seed = seed
    self.documents = documents
    self.items = items
    self.splits = splits
    self.oracle = oracle
    self.language = language
    self.stated = stated
    self.truths = truths
  }
}
