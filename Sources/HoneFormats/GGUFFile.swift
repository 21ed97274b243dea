// SPDX-License-Identifier: Apache-2.0

/// A GGUF file, version 2 or 3, little-endian: metadata in memory, tensors mapped.
///
/// The whole head is read and checked when the file is opened, so that every tensor listed lies
/// inside the file and has a number format that Hone reads. Reference: the GGUF document of the
/// ggml project.
package final class GGUFFile: TensorSource {
  package let version: Int
  /// Metadata keys in file order.
  package let keys: [String]
  package let metadata: [String: GGUFValue]
  /// Tensors in file order.
  package let tensors: [GGUFTensor]
  /// Offsets of tensors are multiples of it.
  package let alignment: Int
  private let file: MappedFile
  private let valueRanges: [String: Range<Int>]
  private let indices: [String: Int]

  package var path: String { file.path }
  package var tensorNames: [String] { tensors.map(\.name) }

  /// Opens and checks the file.
  ///
  /// - Throws: ``FormatError``, naming the file and the key, tensor or byte at fault.
  package init(path: String) throws {
    file = try MappedFile(path: path)
    var reader = GGUFReader(file: path, bytes: file.bytes)
    let version = try Self.version(&reader)
    let tensorCount = try reader.count(
      minimumByteCount: GGUFTensorEntry.minimumByteCount, "the tensor count")
    // A key's length, the value's type and at least one byte of value.
    let keyCount = try reader.count(minimumByteCount: 13, "the metadata count")

    var keys: [String] = []
    var metadata: [String: GGUFValue] = [:]
    var valueRanges: [String: Range<Int>] = [:]
    for index in 0..<keyCount {
      let start = reader.position
      let key = try reader.string("metadata key \(index)")
      let valueStart = reader.position
      let value = try reader.value(of: key)
      guard metadata.updateValue(value, forKey: key) == nil else {
        throw reader.error(
          "key \(quoted(key)), at byte \(start), stands twice; convert the model again")
      }
      keys.append(key)
      valueRanges[key] = valueStart..<reader.position
    }

    var entries: [GGUFTensorEntry] = []
    var indices: [String: Int] = [:]
    for index in 0..<tensorCount {
      let entry = try GGUFTensorEntry(&reader, index: index)
      guard indices.updateValue(index, forKey: entry.name) == nil else {
        throw reader.error(
          "tensor \(quoted(entry.name)), at byte \(entry.position), stands twice; convert the "
            + "model again")
      }
      entries.append(entry)
    }

    let alignment = try Self.alignment(metadata["general.alignment"], file: path)
    // No overflow: the position is at most the file's size, the alignment at most 2^30.
    let dataStart = (reader.position + alignment - 1) / alignment * alignment
    tensors = try Self.check(
      entries, dataStart: dataStart, fileEnd: file.bytes.count, alignment: alignment, file: path)
    (self.version, self.keys, self.metadata) = (version, keys, metadata)
    self.valueRanges = valueRanges
    (self.alignment, self.indices) = (alignment, indices)
  }

  private static func version(_ reader: inout GGUFReader) throws -> Int {
    let magic: UInt32 = try reader.integer("the magic \"GGUF\"")
    guard magic == 0x4655_4747 else {
      throw reader.error("does not begin with the magic \"GGUF\"; it is no GGUF file")
    }
    let version: UInt32 = try reader.integer("the version")
    switch version {
    case 2, 3: return Int(version)
    case _ where version & 0xFFFF == 0:
      throw reader.error(
        .unsupported, "is a big-endian GGUF file; Hone reads little-endian ones: convert it again")
    default:
      throw reader.error(
        .unsupported,
        "is GGUF version \(version), at byte 4; Hone reads versions 2 and 3: "
          + (version < 2 ? "convert the model again" : "update Hone or convert the model again"))
    }
  }

  private static func alignment(_ value: GGUFValue?, file: String) throws -> Int {
    guard let value else { return 32 }
    guard let alignment = value.intValue, alignment > 0, alignment <= 1 << 30,
      alignment & (alignment - 1) == 0
    else {
      throw FormatError(
        .malformed, file: file,
        "key \"general.alignment\" must be a power of two up to 2^30; convert the model again")
    }
    return alignment
  }

  private static func check(
    _ entries: [GGUFTensorEntry], dataStart: Int, fileEnd: Int, alignment: Int, file: String
  ) throws -> [GGUFTensor] {
    let unsupported = entries.filter { type(of: $0) == nil }
    if !unsupported.isEmpty {
      var lines = unsupported.prefix(5).map {
        "\n  tensor \(quoted($0.name)), at byte \($0.position): \($0.typeName)"
      }
      if unsupported.count > 5 { lines.append("\n  and \(unsupported.count - 5) more") }
      throw FormatError(
        .unsupported, file: file,
        "\(unsupported.count) of \(entries.count) tensors have a type that Hone does not read; "
          + "convert the model to one of \(StoredType.allNames)" + lines.joined())
    }
    return try entries.compactMap { entry in
      try type(of: entry).map {
        try entry.tensor(
          dtype: $0, dataStart: dataStart, fileEnd: fileEnd, alignment: alignment, file: file)
      }
    }
  }

  private static func type(of entry: GGUFTensorEntry) -> StoredType? {
    Int32(exactly: entry.typeID).flatMap(StoredType.init(rawValue:))
  }

  /// A metadata value as it is stored, its type before it, for writing it again; nil if there is
  /// no such key.
  package func storedValue(_ key: String) -> [UInt8]? {
    valueRanges[key].map { Array(file.bytes[$0]) }
  }

  /// What the file says about the tensor of that name, or nil if there is none.
  package func info(named name: String) -> GGUFTensor? { indices[name].map { tensors[$0] } }

  package func tensor(named name: String) throws -> StoredTensor? {
    try info(named: name).map(stored)
  }

  /// The tensor's stored bytes; valid while this file lives.
  package func rawBytes(of tensor: GGUFTensor) throws -> UnsafeRawBufferPointer {
    try stored(tensor).bytes
  }

  /// Writes the tensor's values as float32; `output` must have `tensor.count` elements.
  package func readFloat32(
    _ tensor: GGUFTensor, into output: UnsafeMutableBufferPointer<Float>
  ) throws {
    try stored(tensor).readFloat32(into: output)
  }

  private func stored(_ tensor: GGUFTensor) throws -> StoredTensor {
    let bytes = try file.slice(offset: tensor.offset, count: tensor.byteCount)
    let stored = StoredTensor(
      name: tensor.name, shape: tensor.shape.reversed(), dtype: tensor.dtype, bytes: bytes,
      owner: file)
    guard let stored, info(named: tensor.name) == tensor else {
      throw FormatError(.mismatch, file: path, "tensor \(quoted(tensor.name)) is not of this file")
    }
    return stored
  }
}
