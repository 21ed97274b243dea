// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// Builds GGUF bytes, right or wrong, for tests.
struct GGUFBytes {
  var bytes: [UInt8] = []

  init(magic: String = "GGUF", version: UInt32 = 3, tensors: UInt64 = 0, keys: UInt64 = 0) {
    bytes += Array(magic.utf8)
    append(version)
    append(tensors)
    append(keys)
  }

  mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }

  mutating func append(_ text: String) {
    append(UInt64(text.utf8.count))
    bytes += Array(text.utf8)
  }

  /// A key and its type; the value follows.
  mutating func append(key: String, type: UInt32) {
    append(key)
    append(type)
  }

  mutating func append(
    tensor name: String, shape: [UInt64] = [2], type: UInt32 = 0, offset: UInt64 = 0
  ) {
    append(name)
    append(UInt32(shape.count))
    for dimension in shape { append(dimension) }
    append(type)
    append(offset)
  }

  mutating func pad(to alignment: Int = 32, data: Int) {
    while bytes.count % alignment != 0 { bytes.append(0) }
    bytes += [UInt8](repeating: 0, count: data)
  }

  /// A file of one tensor with `data` bytes behind it.
  static func tensor(
    shape: [UInt64] = [2], type: UInt32 = 0, offset: UInt64 = 0, data: Int = 64
  ) -> GGUFBytes {
    var file = GGUFBytes(tensors: 1)
    file.append(tensor: "blk.0.w", shape: shape, type: type, offset: offset)
    file.pad(data: data)
    return file
  }

  /// A file of one key, `value` being its bytes.
  static func key(_ key: String, type: UInt32, value: [UInt8]) -> GGUFBytes {
    var file = GGUFBytes(keys: 1)
    file.append(key: key, type: type)
    file.bytes += value
    return file
  }

  func open() throws -> GGUFFile {
    try Fixture.inTemporaryFolder { folder in
      try Fixture.write(bytes, to: "\(folder)/t.gguf")
      return try GGUFFile(path: "\(folder)/t.gguf")
    }
  }
}
