// SPDX-License-Identifier: Apache-2.0

/// One safetensors file: the header in memory, tensors mapped.
///
/// As the format demands, the tensors must cover the data without gaps or overlaps; all of that is
/// checked when the file is opened. Reference: the format section of the safetensors README.
package final class SafetensorsFile: TensorSource {
  /// What the header says about one tensor.
  struct Entry {
    let name: String
    /// Outermost dimension first.
    let shape: [Int]
    /// As the header spells it, known to Hone or not.
    let dtypeName: String
    /// From the start of the file.
    let bytes: Range<Int>
  }

  /// Tensor names in file order.
  package let tensorNames: [String]
  /// The header's `__metadata__`; empty if there is none.
  package let metadata: [String: String]
  private let file: MappedFile
  private let entries: [String: Entry]

  package var path: String { file.path }

  /// Larger headers are refused, as the reference implementation does.
  static let maximumHeaderByteCount = 100_000_000

  /// Opens and checks the file.
  ///
  /// - Throws: ``FormatError``, naming the file and the tensor or byte at fault.
  package init(path: String) throws {
    file = try MappedFile(path: path)
    let header = try Self.header(of: file)
    // The header was found to lie inside the file, after its length of eight bytes.
    let dataStart = 8 + header.count
    let json = try JSONParser.parse(
      header.bindMemory(to: UInt8.self), file: "\(path): the JSON header")
    guard let object = json.objectValue else {
      throw FormatError(
        .malformed, file: path, "the JSON header is \(json.typeName); expected an object")
    }
    var metadata: [String: String] = [:]
    var parsed: [Entry] = []
    for (name, value) in zip(object.keys, object.values) {
      if name == "__metadata__" {
        metadata = try Self.metadata(value, file: path)
      } else {
        parsed.append(
          try Entry(name: name, json: value, dataStart: dataStart, file: file))
      }
    }
    parsed.sort {
      ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
    }
    try Self.checkCover(parsed, dataStart: dataStart, file: file)
    self.metadata = metadata
    tensorNames = parsed.map(\.name)
    entries = Dictionary(parsed.map { ($0.name, $0) }) { first, _ in first }
  }

  private static func header(of file: MappedFile) throws -> UnsafeRawBufferPointer {
    guard file.bytes.count >= 8 else {
      throw FormatError(
        .malformed, file: file.path,
        "has \(file.bytes.count) bytes; a safetensors file begins with an 8-byte header length: "
          + "fetch it again")
    }
    let length = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
    let available = min(file.bytes.count - 8, maximumHeaderByteCount)
    guard length <= UInt64(available) else {
      throw FormatError(
        .malformed, file: file.path,
        "states, at byte 0, a header of \(length) bytes; at most \(available) are possible here. "
          + "It is cut short, damaged or no safetensors file: fetch it again")
    }
    let header = try file.slice(offset: 8, count: Int(length))
    guard header.first == UInt8(ascii: "{") else {
      throw FormatError(
        .malformed, file: file.path,
        "the header, at byte 8, must begin with \"{\"; it is no safetensors file")
    }
    return header
  }

  private static func metadata(_ value: JSONValue, file: String) throws -> [String: String] {
    guard let object = value.objectValue else {
      throw FormatError(
        .malformed, file: file, "__metadata__ is \(value.typeName); expected an object of strings")
    }
    var result: [String: String] = [:]
    for (key, value) in zip(object.keys, object.values) {
      guard let text = value.stringValue else {
        throw FormatError(
          .malformed, file: file,
          "__metadata__ key \(quoted(key)) is \(value.typeName); expected a string")
      }
      result[key] = text
    }
    return result
  }

  private static func checkCover(_ sorted: [Entry], dataStart: Int, file: MappedFile) throws {
    var end = dataStart
    for entry in sorted {
      guard entry.bytes.lowerBound == end else {
        throw FormatError(
          .malformed, file: file.path,
          "tensor \(quoted(entry.name)) begins at data offset "
            + "\(entry.bytes.lowerBound - dataStart), and the tensors before it end at "
            + "\(end - dataStart); they must neither overlap nor leave gaps: save the file again")
      }
      end = entry.bytes.upperBound
    }
    guard end == file.bytes.count else {
      throw FormatError(
        .malformed, file: file.path,
        "has \(file.bytes.count - dataStart) bytes of data, and its tensors end at "
          + "\(end - dataStart); the file is damaged: fetch it again")
    }
  }

  /// - Throws: ``FormatError`` (`unsupported`) if the tensor's type is not F32, F16 or BF16.
  package func tensor(named name: String) throws -> StoredTensor? {
    guard let entry = entries[name] else { return nil }
    let types: [String: StoredType] = ["F32": .float32, "F16": .float16, "BF16": .bfloat16]
    guard let dtype = types[entry.dtypeName] else {
      throw FormatError(
        .unsupported, file: path,
        "tensor \(quoted(name)) has the type \(quoted(entry.dtypeName)); Hone reads F32, F16 and "
          + "BF16 from safetensors: save it as one of them")
    }
    // Cannot fail: shape, type and bytes were compared when the file was opened.
    return StoredTensor(
      name: name, shape: entry.shape, dtype: dtype,
      bytes: try file.slice(offset: entry.bytes.lowerBound, count: entry.bytes.count), owner: file)
  }
}

extension SafetensorsFile.Entry {
  /// Reads `{"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}`.
  fileprivate init(name: String, json: JSONValue, dataStart: Int, file: MappedFile) throws {
    func error(_ message: String) -> FormatError {
      FormatError(.malformed, file: file.path, "tensor \(quoted(name)): \(message)")
    }
    guard let object = json.objectValue else {
      throw error("its entry is \(json.typeName); expected an object")
    }
    if let key = object.keys.first(where: { !["dtype", "shape", "data_offsets"].contains($0) }) {
      throw error("unknown key \(quoted(key)); expected dtype, shape and data_offsets")
    }
    guard let dtypeName = object["dtype"]?.stringValue else {
      throw error("\"dtype\" must be a string such as \"F32\"")
    }
    guard let shape = Self.sizes(object["shape"]), let count = product(of: shape) else {
      throw error("\"shape\" must be an array of sizes from 0 whose product can be addressed")
    }
    let dataCount = file.bytes.count - dataStart
    guard let offsets = Self.sizes(object["data_offsets"]), offsets.count == 2,
      offsets[0] <= offsets[1]
    else { throw error("\"data_offsets\" must be [begin, end] with 0 ≤ begin ≤ end") }
    guard offsets[1] <= dataCount else {
      throw error(
        "its bytes \(offsets[0])..<\(offsets[1]) reach past the \(dataCount) bytes of data; the "
          + "file is cut short or damaged: fetch it again")
    }
    if let bits = Self.bitWidths[dtypeName] {
      let (total, overflow) = count.multipliedReportingOverflow(by: bits)
      guard !overflow, total % 8 == 0, total / 8 == offsets[1] - offsets[0] else {
        throw error(
          "the shape \(shape) in \(dtypeName) does not take the \(offsets[1] - offsets[0]) bytes "
            + "that data_offsets states; save the file again")
      }
    }
    self.init(
      name: name, shape: shape, dtypeName: dtypeName,
      bytes: dataStart + offsets[0]..<dataStart + offsets[1])
  }

  private static func sizes(_ value: JSONValue?) -> [Int]? {
    guard let array = value?.arrayValue else { return nil }
    let sizes = array.compactMap { element -> Int? in
      if case .integer(let size) = element, size >= 0 { size } else { nil }
    }
    return sizes.count == array.count ? sizes : nil
  }

  /// Bits of a value; a type that is missing here is not checked, and refused when it is asked for.
  private static let bitWidths: [String: Int] = [
    "F4": 4, "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "U16": 16,
    "I16": 16, "F16": 16, "BF16": 16, "U32": 32, "I32": 32, "F32": 32, "U64": 64, "I64": 64,
    "F64": 64, "C64": 64,
  ]
}
