// SPDX-License-Identifier: Apache-2.0
import HoneFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The models on this machine: `models/<name>/<file>` in Hone's folder.
///
/// A file of a model is there only whole: it is renamed into place when its hash has been checked.
public struct ModelStore: Sendable {
  /// Hone's folder.
  public let folder: String
  public let catalog: [CatalogEntry]
  /// The Python that fetches models: a name to find on the PATH, or a path.
  let python: String

  public init(at folder: String) {
    self.init(at: folder, catalog: ModelCatalog.entries)
  }

  package init(at folder: String, catalog: [CatalogEntry], python: String = "python3") {
    self.folder = folder
    self.catalog = catalog
    self.python = python
  }

  /// `$HONE_HOME`, else `$XDG_CACHE_HOME/hone`, else `~/.cache/hone`.
  ///
  /// - Throws: ``StoreError`` if none of them can be told.
  public static func defaultFolder(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> String {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    if let home = value("HONE_HOME") { return home }
    // The XDG base directory specification has relative paths ignored.
    if let cache = value("XDG_CACHE_HOME"), cache.hasPrefix("/") { return cache + "/hone" }
    guard let home = value("HOME") else {
      throw StoreError(
        .notWritable, "the folder for models is unknown: set HONE_HOME, or HOME, to a folder")
    }
    return home + "/.cache/hone"
  }

  var modelsFolder: String { folder + "/models" }

  /// Where an entry's file is, or will be.
  public func path(of entry: CatalogEntry) -> String {
    "\(modelsFolder)/\(entry.name)/\(entry.fileName)"
  }

  /// What stands where an entry's file belongs.
  public enum Presence: String, Codable, Sendable {
    case present, absent
    /// A file of another size than the catalogue's.
    case damaged
  }

  public func presence(of entry: CatalogEntry) -> Presence {
    guard let size = FileSystem.fileSize(path(of: entry)) else { return .absent }
    return size == entry.byteCount ? .present : .damaged
  }

  /// - Throws: ``StoreError`` listing the names, if this is none of them.
  public func entry(named name: String) throws -> CatalogEntry {
    if let entry = catalog.first(where: { $0.name == name }) { return entry }
    throw StoreError(
      .unknownModel, "there is no model \"\(name)\" to pull; known: \(names)")
  }

  private var names: String { catalog.map(\.name).joined(separator: ", ") }

  /// The path of a model given by catalogue name, file or folder.
  ///
  /// A name of the catalogue wins over a file of that name; `./name` means the file.
  /// - Throws: ``StoreError`` if it is not on this machine.
  public func resolve(_ model: String) throws -> String {
    if let entry = catalog.first(where: { $0.name == model }) {
      switch presence(of: entry) {
      case .present: return path(of: entry)
      case .absent:
        throw StoreError(
          .notPulled,
          "the model \(entry.name) is not on this machine; fetch it with: hone models pull "
            + entry.name)
      case .damaged:
        throw StoreError(
          .notPulled,
          "\(path(of: entry)): is damaged, expected \(entry.byteCount) bytes; fetch it again "
            + "with: hone models pull \(entry.name)")
      }
    }
    if FileSystem.exists(model) { return model }
    if model.contains("/") || model.hasSuffix(".gguf") {
      throw StoreError(
        .unknownModel, "\(model): no such file or folder; check the path, or name one of: \(names)")
    }
    throw StoreError(
      .unknownModel,
      "there is no model \"\(model)\"; known: \(names). A GGUF file or a model's folder can be "
        + "given by its path, too")
  }
}
