// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// Collects documents, each text and each id once.
struct CorpusBuilder {
  private(set) var documents: [Document] = []
  var findings: [Corpus.Finding] = []
  /// Where each text was first seen; by the text without its white space and case.
  private var places: [String: String] = [:]
  private var ids: Set<String> = []

  /// Adds what a file holds.
  ///
  /// - Throws: ``PlainText/Problem``, ``FormatError``, `CancellationError`.
  mutating func add(_ file: DocumentFiles.File, maxBytes: Int) throws {
    let text = try PlainText.read(file.path, maxBytes: maxBytes)
    switch file.kind {
    case .markdown:
      add(MarkdownText.blocks(of: text), id: file.relativePath, fallback: file.path, at: file.path)
    case .text:
      add(
        [TextBlock(.prose, text)], id: file.relativePath, fallback: file.path, at: file.path)
    case .rows: try addRows(of: file, maxBytes: maxBytes)
    }
  }

  // MARK: Rows

  private mutating func addRows(of file: DocumentFiles.File, maxBytes: Int) throws {
    let reader = try JSONRowReader(path: file.path, maxRowBytes: maxBytes)
    // Each key that is not read: its first line and its rows.
    var unknownKeys: [(key: String, line: Int, rows: Int)] = []
    var unknownPlaces: [String: Int] = [:]
    while let row = try reader.next() {
      try Task.checkCancellation()
      let place = "\(file.path):\(row.line)"
      switch row.content {
      case .problem(let problem): findings.append(.init(.badRow, place, problem))
      case .value(let value):
        let fields: DocumentRow
        do {
          fields = try DocumentRow(value)
        } catch {
          findings.append(.init(.badRow, place, error.message))
          continue
        }
        for key in fields.unknownKeys {
          if let index = unknownPlaces[key] {
            unknownKeys[index].rows += 1
          } else {
            unknownPlaces[key] = unknownKeys.count
            unknownKeys.append((key, row.line, 1))
          }
        }
        add(
          fields.blocks, id: fields.id ?? "\(file.relativePath):\(row.line)", fallback: place,
          at: place)
      }
    }
    for (key, line, rows) in unknownKeys {
      findings.append(
        .init(.unknownKey, file.path, "\(quoted(key)) in \(rows) rows, first in line \(line)"))
    }
  }

  // MARK: Documents

  private mutating func add(_ blocks: [TextBlock], id: String, fallback: String, at place: String) {
    let sentences = blocks.flatMap(\.sentences)
    guard !sentences.isEmpty else {
      findings.append(.init(.empty, place))
      return
    }
    let text = TextBlock.joined(blocks)
    let key = text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if let first = places[key] {
      findings.append(.init(.duplicate, place, "same text as \(first)"))
      return
    }
    places[key] = place
    let id = freeID(id, fallback, at: place)
    documents.append(Document(id: id, text: text, sentences: sentences))
  }

  /// An id that no document has: the one wanted, the fallback, or that with a number.
  private mutating func freeID(_ wanted: String, _ fallback: String, at place: String) -> String {
    if ids.insert(wanted).inserted { return wanted }
    var id = fallback
    var number = 1
    while !ids.insert(id).inserted {
      number += 1
      id = "\(fallback)#\(number)"
    }
    findings.append(.init(.renamed, place, "the id \(quoted(wanted)) is taken, now \(quoted(id))"))
    return id
  }
}

/// A row of a JSONL file that is a document.
private struct DocumentRow {
  struct Problem: Error {
    let message: String
  }

  var id: String?
  let blocks: [TextBlock]
  let unknownKeys: [String]

  init(_ value: JSONValue) throws(Problem) {
    guard let row = value.objectValue else {
      throw Problem(message: "\(value.typeName), expected an object {\"text\": \"…\"}")
    }
    guard let text = row["text"] else {
      throw Problem(message: "has no \"text\", expected {\"text\": \"…\"}")
    }
    guard let text = text.stringValue else {
      throw Problem(message: "\"text\" is \(text.typeName), expected a string")
    }
    switch row["id"] {
    case nil, .null: break
    case .string(let name): id = name.allSatisfy(\.isWhitespace) ? nil : name
    case .integer(let number): id = "\(number)"
    case .some(let other):
      throw Problem(message: "\"id\" is \(other.typeName), expected a string or a whole number")
    }
    var blocks: [TextBlock] = []
    switch row["title"] {
    case nil, .null: break
    case .string(let title): blocks.append(TextBlock(.heading, title))
    case .some(let other):
      throw Problem(message: "\"title\" is \(other.typeName), expected a string")
    }
    blocks.append(TextBlock(.prose, PlainText.normalizingLines(text)))
    self.blocks = blocks
    unknownKeys = row.keys.filter { !["text", "id", "title"].contains($0) }
  }
}
