// SPDX-License-Identifier: Apache-2.0

/// What a GGUF file says about one of its tensors.
package struct GGUFTensor: Sendable, Hashable {
  package let name: String
  /// Innermost dimension first, as GGUF stores it.
  package let shape: [Int]
  package let dtype: StoredType
  /// Where the tensor's bytes begin, from the start of the file.
  package let offset: Int
  package let byteCount: Int
  /// Number of values.
  package let count: Int
}

/// A tensor's entry as read, before it is checked against the rest of the file.
struct GGUFTensorEntry {
  let name: String
  /// Where the entry stands in the file.
  let position: Int
  let shape: [Int]
  let count: Int
  let typeID: UInt32
  /// From the start of the tensor data.
  let offset: UInt64

  /// The fewest bytes that an entry takes: name length, dimension count, type and offset.
  static let minimumByteCount = 24

  init(_ reader: inout GGUFReader, index: Int) throws {
    position = reader.position
    let name = try reader.string("the name of tensor \(index)")
    self.name = name
    let dimensions: UInt32 = try reader.integer("the dimension count of tensor \(quoted(name))")
    guard dimensions <= 4 else {
      throw reader.error(
        "tensor \(quoted(name)), at byte \(position), states \(dimensions) dimensions; "
          + "GGUF allows up to 4: convert the model again")
    }
    let stated: [UInt64] = try (0..<dimensions).map { _ in
      try reader.integer("the shape of tensor \(quoted(name))")
    }
    let shape = stated.compactMap { Int(exactly: $0) }
    guard shape.count == stated.count, let count = product(of: shape) else {
      throw reader.error(
        "tensor \(quoted(name)), at byte \(position), states the shape \(stated), more values than "
          + "can be addressed; the file is damaged: fetch it again")
    }
    (self.shape, self.count) = (shape, count)
    typeID = try reader.integer("the type of tensor \(quoted(name))")
    offset = try reader.integer("the offset of tensor \(quoted(name))")
  }

  /// The tensor, checked against the file that ends at `fileEnd`.
  func tensor(dtype: StoredType, dataStart: Int, fileEnd: Int, alignment: Int, file: String) throws
    -> GGUFTensor
  {
    func error(_ message: String) -> FormatError {
      FormatError(.malformed, file: file, "tensor \(quoted(name)), at byte \(position), \(message)")
    }
    let row = shape.first ?? 1
    guard row % dtype.blockValues == 0, let byteCount = dtype.byteCount(values: count) else {
      throw error(
        "has rows of \(row) values, which \(dtype.name) cannot store: it needs whole blocks of "
          + "\(dtype.blockValues); convert the model again")
    }
    guard offset % UInt64(alignment) == 0 else {
      throw error(
        "states the data offset \(offset), which is no multiple of the file's alignment "
          + "\(alignment); convert the model again")
    }
    guard let offset = Int(exactly: offset), dataStart <= fileEnd, offset <= fileEnd - dataStart,
      byteCount <= fileEnd - dataStart - offset
    else {
      throw error(
        "states \(byteCount) bytes at data offset \(offset), and the file has "
          + "\(max(0, fileEnd - dataStart)) bytes of data; it is cut short or damaged: fetch it "
          + "again")
    }
    return GGUFTensor(
      name: name, shape: shape, dtype: dtype, offset: dataStart + offset, byteCount: byteCount,
      count: count)
  }

  /// The name of a type that Hone does not read, as ggml spells it, with its id.
  var typeName: String {
    let names: [UInt32: String] = [
      4: "Q4_2", 5: "Q4_3", 9: "Q8_1", 10: "Q2_K", 11: "Q3_K", 15: "Q8_K", 16: "IQ2_XXS",
      17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S",
      23: "IQ4_XS", 24: "I8", 25: "I16", 26: "I32", 27: "I64", 28: "F64", 29: "IQ1_M",
      31: "Q4_0_4_4", 32: "Q4_0_4_8", 33: "Q4_0_8_8", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4",
    ]
    return names[typeID].map { "\($0) (type id \(typeID))" } ?? "the unknown type id \(typeID)"
  }
}
