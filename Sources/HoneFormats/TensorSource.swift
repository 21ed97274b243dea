// SPDX-License-Identifier: Apache-2.0
import CHoneKernels

/// A file, or a set of files, that holds named tensors.
package protocol TensorSource: AnyObject, Sendable {
  /// The file or folder, for messages.
  var path: String { get }
  /// The tensors' names, in file order.
  var tensorNames: [String] { get }
  /// The tensor of that name, or nil if there is none.
  ///
  /// - Throws: ``FormatError`` (`unsupported`) if its number format is not among ``StoredType``.
  func tensor(named name: String) throws -> StoredTensor?
}

/// A tensor in a mapped file, as it is stored.
// @unchecked Sendable: all properties are constants, `bytes` is a view of read-only pages of
// `owner`, which is itself Sendable and which this value keeps alive.
package struct StoredTensor: @unchecked Sendable {
  package let name: String
  /// Outermost dimension first; `[N, K]` is N rows of K values. Empty for a single value.
  package let shape: [Int]
  package let dtype: StoredType
  /// The stored bytes, without any alignment; valid while `owner` lives.
  package let bytes: UnsafeRawBufferPointer
  /// Number of values.
  package let count: Int
  /// Keeps `bytes` mapped.
  package let owner: MappedFile

  /// Views `bytes` of `owner`; nil unless they are exactly the bytes of `shape`.
  init?(
    name: String, shape: [Int], dtype: StoredType, bytes: UnsafeRawBufferPointer, owner: MappedFile
  ) {
    guard let count = product(of: shape), dtype.byteCount(values: count) == bytes.count else {
      return nil
    }
    (self.name, self.shape, self.dtype) = (name, shape, dtype)
    (self.bytes, self.count, self.owner) = (bytes, count, owner)
  }

  /// Some rows of a matrix, which must be in range; nil unless a row is a whole number of blocks.
  package func rows(_ range: Range<Int>, named name: String) -> StoredTensor? {
    precondition(shape.count == 2 && range.lowerBound >= 0 && range.upperBound <= shape[0])
    guard let rowBytes = dtype.byteCount(values: shape[1]) else { return nil }
    return StoredTensor(
      name: name, shape: [range.count, shape[1]], dtype: dtype,
      bytes: UnsafeRawBufferPointer(
        rebasing: bytes[range.lowerBound * rowBytes..<range.upperBound * rowBytes]),
      owner: owner)
  }

  /// Writes all values as float32.
  ///
  /// - Throws: ``FormatError`` (`mismatch`) if `output` has not exactly `count` elements.
  package func readFloat32(into output: UnsafeMutableBufferPointer<Float>) throws {
    guard output.count == count else {
      throw FormatError(
        .mismatch, file: owner.path,
        "tensor \(quoted(name)) has \(count) values, the buffer to fill \(output.count)")
    }
    guard let target = output.baseAddress, let source = bytes.baseAddress, count > 0 else { return }
    // `bytes` holds exactly `count` values (init), `output` has room for as many (above).
    withExtendedLifetime(owner) {
      _ = hone_dequantize(dtype.rawValue, count, target, source)
    }
  }

  /// All values as float32.
  package func floats() throws -> [Float] {
    try Array(unsafeUninitializedCapacity: count) { buffer, initialized in
      try readFloat32(into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }
}

/// The number of values in a tensor of that shape; nil if negative or too large.
func product(of shape: [Int]) -> Int? {
  var result = 1
  for dimension in shape {
    let (next, overflow) = result.multipliedReportingOverflow(by: dimension)
    guard !overflow, dimension >= 0 else { return nil }
    result = next
  }
  return result
}
