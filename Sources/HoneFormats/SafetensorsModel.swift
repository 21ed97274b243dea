// SPDX-License-Identifier: Apache-2.0

/// A model's safetensors: one file, or several with an index.
package final class SafetensorsModel: TensorSource {
  /// The folder or file that was opened.
  package let path: String
  package let tensorNames: [String]
  /// The files that make up the model, in order of first use by the index.
  package let files: [SafetensorsFile]
  /// Tensors that stand in a file but not in the index, for the caller to report.
  package let unlistedTensorNames: [String]
  private let fileIndices: [String: Int]

  /// Opens a folder with `model.safetensors` or `model.safetensors.index.json`, or one such file
  /// under any name.
  ///
  /// - Throws: ``FormatError``; every entry of the index is checked before it is thrown.
  package init(path: String) throws {
    self.path = path
    let location = try Self.location(path)
    if location.hasSuffix(".json") {
      let index = try SafetensorsIndex(path: location)
      let files = try index.shards.map { try SafetensorsFile(path: index.folder + $0) }
      try index.check(files)
      fileIndices = index.shardIndices
      tensorNames = index.tensorNames
      unlistedTensorNames = files.flatMap(\.tensorNames).filter { index.shardIndices[$0] == nil }
      self.files = files
    } else {
      let file = try SafetensorsFile(path: location)
      files = [file]
      tensorNames = file.tensorNames
      fileIndices = Dictionary(file.tensorNames.map { ($0, 0) }) { first, _ in first }
      unlistedTensorNames = []
    }
  }

  private static func location(_ path: String) throws -> String {
    switch MappedFile.kind(of: path) {
    case .folder: break
    case .file, .other: return path
    case .missing: throw FormatError(.unreadable, file: path, "does not exist; check the path")
    }
    let folder = path.hasSuffix("/") ? path : path + "/"
    for name in ["model.safetensors", "model.safetensors.index.json"]
    where MappedFile.kind(of: folder + name) != .missing {
      return folder + name
    }
    throw FormatError(
      .unreadable, file: path,
      "holds neither model.safetensors nor model.safetensors.index.json; name the folder of a model"
    )
  }

  package func tensor(named name: String) throws -> StoredTensor? {
    try fileIndices[name].flatMap { try files[$0].tensor(named: name) }
  }
}

/// `model.safetensors.index.json`: which file holds which tensor.
struct SafetensorsIndex {
  let path: String
  /// The index's own folder with a slash at its end; empty for the current folder.
  let folder: String
  /// Plain file names, in order of first use.
  let shards: [String]
  let tensorNames: [String]
  /// Indices into `shards`.
  let shardIndices: [String: Int]

  init(path: String) throws {
    self.path = path
    folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let file = try MappedFile(path: path)
    let json = try withExtendedLifetime(file) {
      try JSONParser.parse(file.bytes.bindMemory(to: UInt8.self), file: path)
    }
    guard let map = json["weight_map"]?.objectValue else {
      throw FormatError(
        .malformed, file: path, "\"weight_map\" must be an object of tensor and file names")
    }
    var shards: [String] = []
    var positions: [String: Int] = [:]
    var shardIndices: [String: Int] = [:]
    var faults: [String] = []
    for (name, value) in zip(map.keys, map.values) {
      guard let shard = value.stringValue, Self.isPlainFileName(shard) else {
        let found = value.stringValue.map(quoted) ?? value.typeName
        faults.append("\(quoted(name)): \(found) is no plain file name")
        continue
      }
      let position = positions[shard] ?? shards.count
      if position == shards.count {
        positions[shard] = position
        shards.append(shard)
      }
      shardIndices[name] = position
    }
    try Self.refuse(
      faults, path, .malformed,
      "weight_map may only name files of the index's own folder; fetch the model again")
    (self.shards, self.shardIndices, tensorNames) = (shards, shardIndices, map.keys)
  }

  /// Checks that each tensor of the index stands in the file it names.
  func check(_ files: [SafetensorsFile]) throws {
    let names = files.map { Set($0.tensorNames) }
    let faults = tensorNames.compactMap { name -> String? in
      guard let shard = shardIndices[name], !names[shard].contains(name) else { return nil }
      return "\(quoted(name)) is not in \(shards[shard])"
    }
    try Self.refuse(
      faults, path, .mismatch, "the index does not match its files; fetch the model again")
  }

  private static func refuse(
    _ faults: [String], _ path: String, _ code: FormatError.Code, _ message: String
  ) throws {
    guard !faults.isEmpty else { return }
    var lines = faults.prefix(10).map { "\n  " + $0 }
    if faults.count > 10 { lines.append("\n  and \(faults.count - 10) more") }
    throw FormatError(code, file: path, message + lines.joined())
  }

  /// Whether the name can only mean a file beside the index, so that an index from elsewhere
  /// cannot make Hone read other folders.
  private static func isPlainFileName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".."
      && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") || $0 == 0 }
  }
}
