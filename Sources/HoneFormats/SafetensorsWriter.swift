// SPDX-License-Identifier: Apache-2.0

/// Writes float32 tensors as a safetensors file.
///
/// The same tensors and metadata give the same bytes: both are sorted by name.
package struct SafetensorsWriter {
  private struct Tensor {
    let name: String
    let shape: [Int]
    let values: [Float]
  }

  private var tensors: [Tensor] = []
  private var names: Set<String> = []
  /// Text for the header's `__metadata__`, which is left out if empty.
  package var metadata: [String: String] = [:]

  package init() {}

  /// Adds a tensor.
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
    guard name != "__metadata__", names.insert(name).inserted else {
      throw FormatError(
        .mismatch, "tensor \(quoted(name)): the name is taken; names must differ")
    }
    tensors.append(Tensor(name: name, shape: shape, values: values))
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
      for tensor in sorted { try write(tensor.values, to: file) }
      try file.commit()
    } catch {
      file.abandon()
      throw error
    }
  }

  private func write(_ values: [Float], to file: AtomicFile) throws {
    #if _endian(little)
      try values.withUnsafeBytes { try file.write($0) }
    #else
      try values.map(\.bitPattern.littleEndian).withUnsafeBytes { try file.write($0) }
    #endif
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
      let end = offset + tensor.values.count * MemoryLayout<Float>.size
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(jsonString(tensor.name)):{\"dtype\":\"F32\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var bytes = Array("{\(members.joined(separator: ","))}".utf8)
    // The data then begins at a multiple of eight bytes, as the reference library writes it.
    while bytes.count % 8 != 0 { bytes.append(UInt8(ascii: " ")) }
    return bytes
  }

  private func jsonString(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
