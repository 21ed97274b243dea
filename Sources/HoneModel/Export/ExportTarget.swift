// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// A file or folder that is written aside and moved to its place when it is complete.
package enum ExportTarget {
  case file(AtomicFile)
  case folder(AtomicFolder)

  /// - Throws: ``FormatError`` if the place is taken: nothing is ever written over.
  package init(path: String, _ container: ModelExporter.Container) throws {
    switch container {
    case .huggingFace: self = .folder(try AtomicFolder(path: path))
    case .gguf:
      guard !FileSystem.exists(path) else {
        throw FormatError(
          .mismatch, file: path, "exists already; remove it or name a file that does not exist")
      }
      self = .file(try AtomicFile(path: path))
    }
  }

  /// Where it is until ``commit()``.
  package var temporaryPath: String {
    switch self {
    case .file(let file): file.temporaryPath
    case .folder(let folder): folder.temporaryPath
    }
  }

  package func commit() throws {
    switch self {
    case .file(let file): try file.commit()
    case .folder(let folder): try folder.commit()
    }
  }

  /// Removes what was written, because of an error.
  ///
  /// - Returns: The error, naming the final place.
  package func abandon(_ error: any Error) -> any Error {
    switch self {
    case .file(let file):
      file.abandon()
      return error
    case .folder(let folder):
      folder.abandon()
      return folder.naming(error)
    }
  }

  /// Runs `body`, then commits; removes what was written if it throws.
  package func committing<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      let result = try body()
      try commit()
      return result
    } catch {
      throw abandon(error)
    }
  }
}

extension ModelExporter {
  /// Writes the model to a target, which the caller commits.
  package func write(
    to target: ExportTarget, path: String, type: StoredType?, merging adapter: LoRAAdapter? = nil,
    replacing weights: DecoderTensors? = nil
  ) throws -> Report {
    var report =
      switch target {
      case .file(let file):
        try write(gguf: file, path: path, type: type, merging: adapter, replacing: weights)
      case .folder(let folder):
        try write(folder: folder, path: path, type: type, merging: adapter, replacing: weights)
      }
    let weights =
      switch target {
      case .file: target.temporaryPath
      case .folder: target.temporaryPath + "/model.safetensors"
      }
    report.sizeBytes = try MappedFile(path: weights).bytes.count
    return report
  }
}
