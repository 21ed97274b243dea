// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Documents that were read, and what was found on the way.
public struct Corpus: Sendable, Hashable {
  /// Something a reader of documents should know: what was left out, or read otherwise than asked.
  public struct Finding: Codable, Sendable, Hashable {
    public enum Kind: String, Codable, CaseIterable, Sendable, Hashable {
      /// A document without a sentence.
      case empty
      /// A document with the text of an earlier one, white space and case aside.
      case duplicate
      /// A row of a JSONL file that is no document.
      case badRow
      /// A file that cannot be read or is no text.
      case badFile
      /// A file of a type that is not read.
      case unknownType
      /// A file or folder whose name starts with a dot.
      case hidden
      /// A link to a folder, which is not followed.
      case linkedFolder
      /// A key of a row that is not read.
      case unknownKey
      /// A document whose id another one has already.
      case renamed
    }

    public let kind: Kind
    /// The path, for a row with its line (`rows.jsonl:7`); control characters are made visible.
    public let place: String
    /// What is wrong or was done; empty where the kind says it all.
    public let detail: String
  }

  /// In the order in which they were named, files of a folder by their paths; ids are unique.
  public let documents: [Document]
  /// Everything found, in the order of reading.
  public let findings: [Finding]

  /// The findings in words: a line for each kind, with its number and the first of its places.
  public var notes: [String] {
    Finding.Kind.allCases.compactMap { kind in
      let found = findings.filter { $0.kind == kind }
      guard !found.isEmpty else { return nil }
      return "\(found.count) \(kind.words(plural: found.count > 1)): "
        + Finding.list(found, separator: ", ")
    }
  }
}

extension Corpus.Finding {
  /// Names at most this many; the rest is counted.
  private static let listedPlaces = 10

  init(_ kind: Kind, _ place: String, _ detail: String = "") {
    self.kind = kind
    self.place = place.visible()
    self.detail = detail.visible()
  }

  private var words: String {
    if detail.isEmpty { return place }
    switch kind {
    case .badFile, .badRow: return "\(place): \(detail)"
    default: return "\(place) (\(detail))"
    }
  }

  static func list(_ findings: [Corpus.Finding], separator: String) -> String {
    let more = findings.count - listedPlaces
    return (findings.prefix(listedPlaces).map(\.words) + (more > 0 ? ["… and \(more) more"] : []))
      .joined(separator: separator)
  }
}

extension Corpus.Finding.Kind {
  fileprivate func words(plural: Bool) -> String {
    let s = plural ? "s" : ""
    return switch self {
    case .empty: "document\(s) without a sentence left out"
    case .duplicate: "duplicate\(s) left out"
    case .badRow: "row\(s) left out"
    case .badFile: "file\(s) left out"
    case .unknownType: "file\(s) of another type left out (\(DocumentKind.expectation))"
    case .hidden: "hidden file\(s) or folder\(s) left out"
    case .linkedFolder: "link\(s) to folders not followed"
    case .unknownKey: "key\(s) not read"
    case .renamed: "document\(s) renamed"
    }
  }
}
