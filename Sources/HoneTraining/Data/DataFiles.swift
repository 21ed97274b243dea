// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// The files of a training set: one, or a folder's `train`, `valid` (or `validation`) and `test`.
public struct DataFiles: Sendable, Hashable {
  public let train: String
  /// What the loss is watched on during training.
  public let validation: String?
  /// What is looked at once, at the end.
  public let test: String?

  /// Finds the files.
  ///
  /// - Parameter path: A file, which is then all there is, or a folder with `train.jsonl` and
  ///   optionally `valid.jsonl` (or `validation.jsonl`) and `test.jsonl`; `.json` works, too.
  /// - Throws: ``FormatError`` if the folder has no training file, or two files for one purpose.
  public init(path: String) throws {
    guard try FileSystem.isDirectory(path) else {
      train = path
      (validation, test) = (nil, nil)
      return
    }
    func file(_ names: [String]) throws -> String? {
      let files = names.flatMap { ["\(path)/\($0).jsonl", "\(path)/\($0).json"] }
        .filter(FileSystem.exists)
      guard files.count < 2 else {
        throw FormatError(
          .mismatch, file: path,
          "holds \(files.map { quoted($0.fileName) }.joined(separator: " and ")), expected one of "
            + "them; move the others away")
      }
      return files.first
    }
    guard let train = try file(["train"]) else {
      throw FormatError(
        .unreadable, file: path,
        "holds no train.jsonl; a data folder has train.jsonl and, if you like, valid.jsonl and "
          + "test.jsonl")
    }
    self.train = train
    validation = try file(["valid", "validation"])
    test = try file(["test"])
  }
}

extension String {
  fileprivate var fileName: String { String(split(separator: "/").last ?? "") }
}
