// SPDX-License-Identifier: Apache-2.0

/// Writes a GGUF file, version 3, little-endian.
///
/// Keys and tensors stand in the order in which they were added.
package struct GGUFWriter {
  private struct Tensor {
    let name: String
    /// Outermost dimension first.
    let shape: [Int]
    let dtype: StoredType
    let byteCount: Int
    /// Called once, when its turn has come: no more than one tensor need be in memory.
    let bytes: () throws -> [UInt8]
  }

  /// Offsets of tensors are multiples of it.
  private let alignment: Int
  private var keys: [String] = []
  private var values: [String: [UInt8]] = [:]
  private var tensors: [Tensor] = []
  private var names: Set<String> = []

  /// - Parameter alignment: A power of two; others than 32 must also stand in the metadata.
  package init(alignment: Int = 32) {
    precondition(alignment > 0 && alignment & (alignment - 1) == 0)
    self.alignment = alignment
  }

  /// Sets a key, in its old place if it is there already.
  package mutating func set(_ key: String, _ value: GGUFValue) {
    set(key, stored: value.stored)
  }

  /// Sets a key to a value as a file stores it: its type and its bytes.
  package mutating func set(_ key: String, stored: [UInt8]) {
    if values.updateValue(stored, forKey: key) == nil { keys.append(key) }
  }

  /// Adds a tensor whose bytes are made when the file is written.
  ///
  /// - Parameter shape: Outermost dimension first; one to four sizes.
  /// - Throws: ``FormatError`` (`mismatch`) if the format cannot store the shape or the name is
  ///   taken.
  package mutating func add(
    _ name: String, shape: [Int], dtype: StoredType, bytes: @escaping () throws -> [UInt8]
  ) throws {
    guard (1...4).contains(shape.count), let row = shape.last, row % dtype.blockValues == 0,
      let byteCount = product(of: shape).flatMap(dtype.byteCount)
    else {
      throw FormatError(
        .mismatch,
        "tensor \(quoted(name)): \(dtype.name) cannot store the shape \(shape) in whole blocks")
    }
    // ggml keeps names in 64 bytes, the last of them zero.
    guard name.utf8.count < 64, names.insert(name).inserted else {
      throw FormatError(
        .mismatch,
        "tensor \(quoted(name)): the name is taken or longer than GGUF's 63 bytes")
    }
    tensors.append(
      Tensor(name: name, shape: shape, dtype: dtype, byteCount: byteCount, bytes: bytes))
  }

  /// Writes all of it; the caller commits the file.
  ///
  /// - Throws: ``FormatError`` if the file cannot be written, and what making a tensor throws.
  package func write(to file: AtomicFile) throws {
    var head: [UInt8] = Array("GGUF".utf8)
    head.append(integer: UInt32(3))
    head.append(integer: UInt64(tensors.count))
    head.append(integer: UInt64(keys.count))
    for key in keys {
      head.append(gguf: key)
      head += values[key] ?? []
    }
    var offset = 0
    for tensor in tensors {
      head.append(gguf: tensor.name)
      head.append(integer: UInt32(tensor.shape.count))
      for size in tensor.shape.reversed() { head.append(integer: UInt64(size)) }
      head.append(integer: UInt32(bitPattern: tensor.dtype.rawValue))
      head.append(integer: UInt64(offset))
      offset += padded(tensor.byteCount)
    }
    try write(head, to: file)
    for tensor in tensors {
      let bytes = try tensor.bytes()
      guard bytes.count == tensor.byteCount else {
        throw FormatError(
          .mismatch,
          "tensor \(quoted(tensor.name)): \(bytes.count) bytes, expected \(tensor.byteCount)")
      }
      try write(bytes, to: file)
    }
  }

  private func padded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

  /// With zeros up to the next multiple of the alignment.
  private func write(_ bytes: [UInt8], to file: AtomicFile) throws {
    try bytes.withUnsafeBytes { try file.write($0) }
    let rest = [UInt8](repeating: 0, count: padded(bytes.count) - bytes.count)
    try rest.withUnsafeBytes { try file.write($0) }
  }
}

extension GGUFValue {
  /// The type and the bytes that a file holds.
  fileprivate var stored: [UInt8] {
    var bytes: [UInt8] = []
    func head(_ type: GGUFValueType) { bytes.append(integer: type.rawValue) }
    switch self {
    case .uint8(let value):
      head(.uint8)
      bytes.append(integer: value)
    case .int8(let value):
      head(.int8)
      bytes.append(integer: value)
    case .uint16(let value):
      head(.uint16)
      bytes.append(integer: value)
    case .int16(let value):
      head(.int16)
      bytes.append(integer: value)
    case .uint32(let value):
      head(.uint32)
      bytes.append(integer: value)
    case .int32(let value):
      head(.int32)
      bytes.append(integer: value)
    case .uint64(let value):
      head(.uint64)
      bytes.append(integer: value)
    case .int64(let value):
      head(.int64)
      bytes.append(integer: value)
    case .float32(let value):
      head(.float32)
      bytes.append(integer: value.bitPattern)
    case .float64(let value):
      head(.float64)
      bytes.append(integer: value.bitPattern)
    case .bool(let value):
      head(.bool)
      bytes.append(value ? 1 : 0)
    case .string(let value):
      head(.string)
      bytes.append(gguf: value)
    case .array(let array):
      head(.array)
      func elements<T>(
        _ type: GGUFValueType, _ elements: [T], _ put: (inout [UInt8], T) -> Void
      ) {
        bytes.append(integer: type.rawValue)
        bytes.append(integer: UInt64(elements.count))
        for element in elements { put(&bytes, element) }
      }
      switch array {
      case .int32(let values): elements(.int32, values) { $0.append(integer: $1) }
      case .int(let values): elements(.int64, values) { $0.append(integer: Int64($1)) }
      case .float32(let values): elements(.float32, values) { $0.append(integer: $1.bitPattern) }
      case .float64(let values): elements(.float64, values) { $0.append(integer: $1.bitPattern) }
      case .bool(let values): elements(.bool, values) { $0.append($1 ? 1 : 0) }
      case .string(let values): elements(.string, values) { $0.append(gguf: $1) }
      }
    }
    return bytes
  }
}

extension [UInt8] {
  fileprivate mutating func append(integer value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }

  fileprivate mutating func append(gguf text: String) {
    append(integer: UInt64(text.utf8.count))
    append(contentsOf: text.utf8)
  }
}
