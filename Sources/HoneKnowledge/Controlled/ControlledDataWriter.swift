// SPDX-License-Identifier: Apache-2.0
import HoneFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Writes a set of controlled data to a folder: the same bytes for the same data.
///
/// `documents.jsonl` has a row `{"id", "text"}` for each document, as `hone train` reads it;
/// `test.jsonl` a ``ChoiceItem`` a row, `oracle.jsonl` an ``OracleStatement`` a row, and
/// `about.json` what the data are and how much there is of what.
public enum ControlledDataWriter {
  private struct Row: Encodable {
    let id: String
    let text: String
  }

  private struct About: Encodable {
    struct Split: Encodable {
      let name: String
      let items: Int
      /// Of what somebody who knows nothing gets right, over the split's items.
      let meanChance: Double
    }

    let name: ControlledDataName
    let size: ControlledDataSize
    let seed: UInt64
    let documents: Int
    let items: Int
    let splits: [Split]
    let localInferences: Int
    let globalInferences: Int

    init(_ data: ControlledData) {
      name = data.name
      size = data.size
      seed = data.seed
      documents = data.documents.count
      items = data.items.count
      splits = data.splits.map { split in
        let items = data.items.filter { $0.split == split }
        return Split(
          name: split, items: items.count,
          meanChance: items.reduce(0) { $0 + $1.chance } / Double(max(1, items.count)))
      }
      localInferences = data.oracle.count { $0.kind == .local }
      globalInferences = data.oracle.count { $0.kind == .global }
    }
  }

  /// Writes the files, all or none.
  ///
  /// - Parameters:
  ///   - data: What is written.
  ///   - folder: Must not exist, or be empty; the folder around it must exist.
  /// - Throws: ``KnowledgeError`` (`invalidSetting`) if the folder holds something already;
  ///   `FormatError` if it cannot be written.
  public static func write(_ data: ControlledData, to folder: String) throws {
    let output: AtomicFolder
    do {
      output = try AtomicFolder(path: folder)
    } catch let error as FormatError where error.code == .mismatch {
      throw KnowledgeError(
        .invalidSetting,
        "\(folder): exists already and is not empty; name a folder that does not exist, or remove "
          + "this one")
    }
    try output.committing {
      let encoder = JSONEncoder.sorted
      try output.write(
        "documents.jsonl", encoder.lines(data.documents.map { Row(id: $0.id, text: $0.text) }))
      try output.write("test.jsonl", encoder.lines(data.items))
      try output.write("oracle.jsonl", encoder.lines(data.oracle))
      encoder.outputFormatting.insert(.prettyPrinted)
      try output.write("about.json", encoder.lines([About(data)]))
    }
  }
}
