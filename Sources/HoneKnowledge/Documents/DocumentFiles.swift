// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Finds the files that are meant by paths of files and folders.
struct DocumentFiles {
  struct File {
    let path: String
    /// The path below the folder that was named; a named file's own name.
    let relativePath: String
    let kind: DocumentKind
  }

  private(set) var files: [File] = []
  private(set) var findings: [Corpus.Finding] = []
  /// What is said of named paths where nothing stands.
  private(set) var missing: [String] = []

  /// Looks at what was named: a file is taken, a folder searched with all below it.
  ///
  /// - Throws: `CancellationError`. What cannot be read becomes a finding.
  init(_ paths: [String]) throws {
    for named in paths {
      let path = named.count > 1 && named.hasSuffix("/") ? String(named.dropLast()) : named
      guard !path.utf8.contains(0) else {
        missing.append("\(path): a path holds no zero byte; check it")
        continue
      }
      let isFolder: Bool
      do {
        isFolder = try FileSystem.isDirectory(path)
      } catch let error as FormatError {
        missing.append(error.message)
        continue
      }
      if isFolder {
        try search(path)
      } else if let kind = DocumentKind(path: path) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        files.append(File(path: path, relativePath: name, kind: kind))
      } else {
        findings.append(
          .init(
            .badFile, path,
            "is of a type that is not read, \(DocumentKind.expectation); save it as one of these"))
      }
    }
  }

  /// Takes the documents in a folder and below it, sorted by path.
  private mutating func search(_ folder: String) throws {
    var found: [File] = []
    // An explicit stack: folders may be nested deeper than calls.
    var folders = [""]
    while let relative = folders.popLast() {
      try Task.checkCancellation()
      let path = relative.isEmpty ? folder : "\(folder)/\(relative)"
      let names: [String]
      do {
        names = try FileManager.default.contentsOfDirectory(atPath: path)
      } catch {
        findings.append(
          .init(.badFile, path, "the folder cannot be read; check who may read it"))
        continue
      }
      for name in names.sorted(by: precedes) {
        let below = relative.isEmpty ? name : "\(relative)/\(name)"
        if name.hasPrefix(".") {
          findings.append(.init(.hidden, "\(folder)/\(below)"))
        } else if isFolder("\(folder)/\(below)") {
          folders.append(below)
        } else if let file = file(below, in: folder) {
          found.append(file)
        }
      }
    }
    files += found.sorted { precedes($0.relativePath, $1.relativePath) }
  }

  /// Whether a folder stands at the path itself, not behind a link.
  private func isFolder(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.type] as? FileAttributeType == .typeDirectory
  }

  private mutating func file(_ relative: String, in folder: String) -> File? {
    let path = "\(folder)/\(relative)"
    if (try? FileSystem.isDirectory(path)) == true {
      // It may lead back to a folder above it.
      findings.append(.init(.linkedFolder, path, "name it to read it"))
      return nil
    }
    guard let kind = DocumentKind(path: relative) else {
      findings.append(.init(.unknownType, path))
      return nil
    }
    return File(path: path, relativePath: relative, kind: kind)
  }
}

/// By bytes: the same order on every machine.
private func precedes(_ a: String, _ b: String) -> Bool {
  a.utf8.lexicographicallyPrecedes(b.utf8)
}
