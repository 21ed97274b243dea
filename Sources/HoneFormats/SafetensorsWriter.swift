// SPDX-License-Identifier: Apache-2.0

/// Writes tensors as a safetensors file.
///
/// The same tensors and metadata give the same bytes: both are sorted by name.
package struct SafetensorsWriter {
  private struct Tensor {
    let name: String
    let shape: [Int]
    /// As the header spells it.
    let dtypeName: String
    let byteCount: Int
    /// Called once, when its turn has come: no more than one tensor need be in memory.
    let bytes: () throws -> [UInt8]
  }

  private var tensors: [Tensor] = []
  private var names: Set<String> = []
  /// Text for the header's `__metadata__`, which is left out if empty.
  package var metadata: [String: String] = [:]

  package init() {}

  /// Adds a float32 tensor.
  ///
  /// - Parameters:
  ///   - shape: Outermost dimension first; empty for a single value.
  ///   - values: Row-major; as many as the shape holds.
  /// - Throws: ``FormatError`` (`mismatch`) if the count is wrong or the name taken.
  package mutating func add(_ name: String, shape: [Int], _ values: [Float]) throws {
    guard product(of: shape) == values.count else {
      throw FormatError(
        .mismatch, "tensor \(quoted(name)): \(values.count) values do not fill the shape \(shape)")
    }
    try add(name, shape: shape, dtype: .float32) { TensorEncoder.float32(values) }
  }

  /// Adds a tensor whose bytes are made when the file is written.
  ///
  /// - Parameter dtype: F32, F16 or BF16.
  /// - Throws: ``FormatError`` (`mismatch`) if the type is another or the name taken.
  package mutating func add(
    _ name: String, shape: [Int], dtype: StoredType, bytes: @escaping () throws -> [UInt8]
  ) throws {
    guard !dtype.isQuantized, let byteCount = product(of: shape).flatMap(dtype.byteCount) else {
      throw FormatError(
        .mismatch,
        "tensor \(quoted(name)): \(dtype.name) \(shape) cannot stand in a safetensors file")
    }
    guard name != "__metadata__", names.insert(name).inserted else {
      throw FormatError(
        .mismatch, "tensor \(quoted(name)): the name is taken; names must differ")
    }
    tensors.append(
      Tensor(
        name: name, shape: shape, dtypeName: dtype.name, byteCount: byteCount, bytes: bytes))
  }

  /// Writes the file under a temporary name beside `path`, then renames it, so that `path` is
  /// either untouched or complete.
  ///
  /// - Throws: ``FormatError`` (`unreadable`) if it cannot be written.
  package func write(to path: String) throws {
    let sorted = tensors.sorted {
      $0.name.unicodeScalars.lexicographicallyPrecedes($1.name.unicodeScalars)
    }
    let file = try AtomicFile(path: path)
    do {
      let header = header(of: sorted)
      try withUnsafeBytes(of: UInt64(header.count).littleEndian) { try file.write($0) }
      try header.withUnsafeBytes { try file.write($0) }
      for tensor in sorted {
        let bytes = try tensor.bytes()
        guard bytes.count == tensor.byteCount else {
          throw FormatError(
            .mismatch, file: path,
            "tensor \(quoted(tensor.name)): \(bytes.count) bytes, expected \(tensor.byteCount)")
        }
        try bytes.withUnsafeBytes { try file.write($0) }
      }
      try file.commit()
    } catch {
      file.abandon()
      throw error
    }
  }

  private func header(of sorted: [Tensor]) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }
      let text = pairs.map { "\(jsonString($0.key)):\(jsonString($0.value))" }
      members.append("\"__metadata__\":{\(text.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in sorted {
      let end = offset + tensor.byteCount
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(jsonString(tensor.name)):{\"dtype\":\"\(tensor.dtypeName)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var bytes = Array("{\(members.joined(separator: ","))}".utf8)
    // The data then begins at a multiple of eight bytes, as the reference library writes it.
    while bytes.count % 8 != 0 { bytes.append(UInt8(ascii: " ")) }
    return bytes
  }
}
