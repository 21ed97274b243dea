// SPDX-License-Identifier: Apache-2.0

/// Makes the stored bytes of float32 values: the way back from `hone_dequantize`.
///
/// The blocks are those of ggml's reference quantisers: the scale takes the largest value to the
/// end of the integers' range, and every value to the nearest integer.
package enum TensorEncoder {
  /// The formats that can be written.
  package static let writableTypes: [StoredType] = [
    .float32, .float16, .bfloat16, .q8v0, .q4v0, .q4v1, .q5v0, .q5v1,
  ]

  /// The bytes of `values`, row after row.
  ///
  /// - Throws: ``FormatError`` (`unsupported`) for a format that Hone only reads, `mismatch` if the
  ///   values are no whole number of blocks, or too large for the format.
  package static func encode(_ values: [Float], as type: StoredType) throws -> [UInt8] {
    guard writableTypes.contains(type) else {
      let known = writableTypes.map(\.name).joined(separator: ", ")
      throw FormatError(
        .unsupported, "\(type.name) can be read but not written; choose one of \(known)")
    }
    guard let byteCount = type.byteCount(values: values.count) else {
      throw FormatError(
        .mismatch,
        "\(values.count) values are no whole number of \(type.name) blocks of \(type.blockValues)")
    }
    if type == .float32 { return float32(values) }
    // Scales and minima are half-precision numbers, whose largest is 65504; NaN is not below it.
    let limit = type == .bfloat16 ? Float(bitPattern: 0x7F7F_0000) : 65504
    guard values.allSatisfy({ abs($0) <= limit }) else {
      throw FormatError(
        .mismatch,
        "a value is no number or above \(limit), which \(type.name) cannot store; choose F32")
    }
    return [UInt8](unsafeUninitializedCapacity: byteCount) { bytes, count in
      values.withUnsafeBufferPointer { values in
        // `bytes` has room for all blocks of `values`, of which there is a whole number.
        var writer = ByteWriter(bytes: bytes)
        switch type {
        case .float16: for value in values { writer.put(float16(value)) }
        case .bfloat16: for value in values { writer.put(bfloat16(value)) }
        default:
          for start in stride(from: 0, to: values.count, by: 32) {
            block(values[start..<start + 32], type, &writer)
          }
        }
        count = writer.count
      }
    }
  }

  /// Little-endian float32.
  package static func float32(_ values: [Float]) -> [UInt8] {
    #if _endian(little)
      return values.withUnsafeBytes { Array($0) }
    #else
      return values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) } }
    #endif
  }

  /// The bits of the nearest half-precision number, ties to even; Swift's own type is not on all
  /// platforms.
  static func float16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let sign = UInt16(bits >> 16 & 0x8000)
    let magnitude = bits & 0x7FFF_FFFF
    if magnitude > 0x7F80_0000 { return sign | 0x7E00 }
    // From 65520 the nearest is infinity.
    if magnitude >= 0x477F_F000 { return sign | 0x7C00 }
    if magnitude < 0x3880_0000 {
      // Below 2⁻¹⁴ steps are 2⁻²⁴: adding 0.5 puts them at the end of the mantissa, rounded.
      let shifted = Float(bitPattern: magnitude) + 0.5
      return sign | UInt16(truncatingIfNeeded: shifted.bitPattern - Float(0.5).bitPattern)
    }
    let odd = magnitude >> 13 & 1
    return sign | UInt16(truncatingIfNeeded: (magnitude - 0x3800_0000 + 0xFFF + odd) >> 13)
  }

  /// The bits of the nearest bfloat16, ties to even.
  static func bfloat16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    if value.isNaN { return UInt16(bits >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
  }

  private static func block(
    _ values: Slice<UnsafeBufferPointer<Float>>, _ type: StoredType, _ writer: inout ByteWriter
  ) {
    var (lowest, highest, largest) = (Float.infinity, -Float.infinity, Float(0))
    for value in values {
      lowest = min(lowest, value)
      highest = max(highest, value)
      if abs(value) > abs(largest) { largest = value }
    }
    let first = values.startIndex
    switch type {
    case .q8v0:
      let (scale, inverse) = scales(abs(largest) / 127)
      writer.put(float16(scale))
      for value in values { writer.put(Int8((value * inverse).rounded())) }
    case .q4v0, .q5v0:
      let half: Float = type == .q4v0 ? 8 : 16
      let (scale, inverse) = scales(largest / -half)
      writer.put(float16(scale))
      nibbles(&writer, isFive: type == .q5v0) {
        UInt8(min(2 * half - 1, values[first + $0] * inverse + (half + 0.5)))
      }
    default:
      let steps: Float = type == .q4v1 ? 15 : 31
      let (scale, inverse) = scales((highest - lowest) / steps)
      writer.put(float16(scale))
      writer.put(float16(lowest))
      nibbles(&writer, isFive: type == .q5v1) {
        UInt8(min(steps, (values[first + $0] - lowest) * inverse + 0.5))
      }
    }
  }

  /// A block's scale and its inverse, which is zero where the scale has none.
  private static func scales(_ scale: Float) -> (Float, Float) {
    let inverse = 1 / scale
    return (scale, inverse.isFinite ? inverse : 0)
  }

  /// 32 integers of four bits, or of five with the fifth bits before the others.
  private static func nibbles(
    _ writer: inout ByteWriter, isFive: Bool, _ value: (Int) -> UInt8
  ) {
    var high: UInt32 = 0
    var low = InlineNibbles()
    for index in 0..<32 {
      let value = value(index)
      high |= UInt32(value >> 4 & 1) << UInt32(index)
      low[index % 16] |= index < 16 ? value & 15 : value << 4
    }
    if isFive {
      writer.put(UInt16(truncatingIfNeeded: high))
      writer.put(UInt16(truncatingIfNeeded: high >> 16))
    }
    for index in 0..<16 { writer.put(low[index]) }
  }
}

/// Sixteen bytes without an allocation.
private struct InlineNibbles {
  private var words: (UInt64, UInt64) = (0, 0)

  subscript(index: Int) -> UInt8 {
    get {
      UInt8(truncatingIfNeeded: (index < 8 ? words.0 : words.1) >> UInt64(index % 8 * 8))
    }
    set {
      let shift = UInt64(index % 8 * 8)
      let cleared = ~(UInt64(0xFF) << shift)
      if index < 8 {
        words.0 = words.0 & cleared | UInt64(newValue) << shift
      } else {
        words.1 = words.1 & cleared | UInt64(newValue) << shift
      }
    }
  }
}

/// Puts bytes one after another into memory of a known size.
private struct ByteWriter {
  let bytes: UnsafeMutableBufferPointer<UInt8>
  private(set) var count = 0

  init(bytes: UnsafeMutableBufferPointer<UInt8>) { self.bytes = bytes }

  mutating func put(_ byte: UInt8) {
    bytes[count] = byte
    count += 1
  }

  mutating func put(_ byte: Int8) { put(UInt8(bitPattern: byte)) }

  mutating func put(_ word: UInt16) {
    put(UInt8(truncatingIfNeeded: word))
    put(UInt8(truncatingIfNeeded: word >> 8))
  }
}
