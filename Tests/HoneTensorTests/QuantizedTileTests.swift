// SPDX-License-Identifier: Apache-2.0
import CHoneKernels
import HoneTensor
import HoneTesting
import Testing

/// The quantised product of every instruction set, against plain C on the same bytes.
@Suite struct QuantizedTileTests {
  private static let sets = [
    HONE_AVX512_VNNI, HONE_AVX512, HONE_AVX_VNNI, HONE_AVX2, HONE_NEON_DOTPROD, HONE_NEON,
  ].filter { hone_kernels_for($0) != nil }
  private static let packings = [
    HONE_NIBBLES, HONE_FIVE_BITS, HONE_BYTES, HONE_SIGNED, HONE_WIDE,
  ]
  private enum Base: CaseIterable { case none, other, inPlace }

  /// A product's inputs, and what it gives on a set.
  private struct Product {
    let packing: hone_packing
    let (rows, columns, blocks, rank): (Int, Int, Int, Int)
    var packed: [UInt8]
    var q: [Int8]
    var (scale, sum): ([Float], [Float])
    let (offset, left, right, base): ([Int32], [Float], [Float], [Float])

    /// Random bytes between some blocks of levels at either end, and rows of the largest inputs.
    init(_ packing: hone_packing, rows: Int, columns: Int, blocks: Int, rank: Int) {
      var random = RandomSource(seed: UInt64(rows * 1_000_003 + columns * 1009 + blocks))
      func floats(_ count: Int) -> [Float] { (0..<count).map { _ in Float(random.normal()) } }
      (self.packing, self.rows, self.columns) = (packing, rows, columns)
      (self.blocks, self.rank) = (blocks, rank)
      let type = Int32(packing.rawValue)
      let block = hone_packing_block(type)
      let layout = Layout(packing)
      packed = (0..<hone_packed_bytes(type, columns, blocks * block)).map { index in
        let (kind, at) = (index / layout.bytes % 4, index % layout.bytes)
        if at >= layout.scales || kind > 1 { return UInt8(random.index(below: 256)) }
        return kind == 0 ? 255 : 0
      }
      for panel in stride(from: 0, to: packed.count, by: layout.bytes) {
        // Halves near 2^-6, singles near 2^-7.
        for at in stride(from: panel + layout.scales, to: panel + layout.bytes, by: layout.width) {
          let top = at + layout.width - 1
          packed[top] = layout.width == 2 ? 0x24 | packed[top] & 0x83 : 0x3C
        }
      }
      let bytes: [Int8] = (0..<rows * blocks * block).map { index in
        let row = index / (blocks * block)
        if row == 0 { return 127 }
        return row == 1 ? -127 : Int8(random.index(below: 255) - 127)
      }
      q = bytes
      let totals = stride(from: 0, to: bytes.count, by: block).map { start in
        bytes[start..<start + block].reduce(Int32(0)) { $0 + Int32($1) }
      }
      offset = totals.map { -128 * $0 }
      let steps = totals.map { _ in 0.01 + Float(random.index(below: 100)) / 5000 }
      scale = steps
      sum = zip(steps, totals).map { $0 * Float($1) }
      left = floats(rows * rank)
      right = floats(rank * columns)
      base = floats(rows * columns)
    }

    /// Leaves of every weight its level and of every input its byte: results are integers.
    mutating func makeExact() {
      let layout = Layout(packing)
      for panel in stride(from: 0, to: packed.count, by: layout.bytes) {
        for output in 0..<16 {
          let one: [UInt8] = layout.width == 2 ? [0, 0x3C] : [0, 0, 0x80, 0x3F]
          let at = panel + layout.scales + output * layout.width
          packed.replaceSubrange(at..<at + layout.width, with: one)
        }
      }
      scale = scale.map { _ in 1 }
      sum = sum.map { _ in 0 }
    }

    /// Rows are `columns + 3` apart; what lies between must stay.
    func result(_ set: hone_isa, base kind: Base) throws -> [Float] {
      let kernels = try #require(hone_kernels_for(set))
      let stride = columns + 3
      var y = (0..<rows * stride).map { Float($0 % 17) }
      let weight = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: packed.count)
      defer { weight.deallocate() }
      _ = weight.initialize(from: packed)
      q.withUnsafeBufferPointer { q in
        scale.withUnsafeBufferPointer { scale in
          sum.withUnsafeBufferPointer { sum in
            offset.withUnsafeBufferPointer { offset in
              left.withUnsafeBufferPointer { left in
                right.withUnsafeBufferPointer { right in
                  base.withUnsafeBufferPointer { base in
                    y.withUnsafeMutableBufferPointer { y in
                      var p = hone_int8_product()
                      p.packing = packing
                      (p.m, p.k) = (rows, blocks * hone_packing_block(Int32(packing.rawValue)))
                      p.packed = UnsafePointer(weight.baseAddress)
                      (p.q, p.scale) = (q.baseAddress, scale.baseAddress)
                      (p.sum, p.offset) = (sum.baseAddress, offset.baseAddress)
                      (p.y, p.ldy) = (y.baseAddress, stride)
                      switch kind {
                      case .none: break
                      case .other: (p.base, p.ldbase) = (base.baseAddress, columns)
                      case .inPlace: (p.base, p.ldbase) = (UnsafePointer(p.y), stride)
                      }
                      p.terms.0 = hone_low_rank(
                        rank: rank, left: left.baseAddress, ldl: rank, right: right.baseAddress,
                        ldr: columns)
                      // The same once more, one rank less.
                      p.terms.1 = p.terms.0
                      p.terms.1.rank = max(rank, 1) - 1
                      hone_int8_gemm(kernels, &p, 0, columns)
                    }
                  }
                }
              }
            }
          }
        }
      }
      return y
    }
  }

  /// Where a packing's scales are in a panel's block.
  private struct Layout {
    let (scales, width, bytes): (Int, Int, Int)
    init(_ packing: hone_packing) {
      let type = Int32(packing.rawValue)
      let block = hone_packing_block(type)
      bytes = hone_packed_bytes(type, 16, block)
      switch packing {
      case HONE_NIBBLES: (scales, width) = (256, 2)
      case HONE_FIVE_BITS: (scales, width) = (320, 2)
      default: (scales, width) = (16 * block, 4)
      }
    }
  }

  @Test(arguments: sets, packings)
  func `integer parts are plain C's, whatever the rows and columns`(
    set: hone_isa, packing: hone_packing
  ) throws {
    for rows in 1...17 {
      for columns in [1, 7, 15, 16, 17, 31, 32, 33, 47, 70] {
        var product = Product(
          packing, rows: rows, columns: columns, blocks: 1 + rows % 3, rank: 0)
        product.makeExact()
        let expected = try product.result(HONE_GENERIC, base: .none)
        #expect(try product.result(set, base: .none) == expected, "\(rows) × \(columns)")
      }
    }
  }

  @Test(arguments: sets, packings)
  func `scales, minima, low ranks and bases are plain C's but for rounding`(
    set: hone_isa, packing: hone_packing
  ) throws {
    for (rows, columns, blocks, rank) in [
      (1, 33, 2, 3), (5, 16, 1, 0), (13, 47, 3, 16), (7, 70, 120, 1),
    ] {
      let product = Product(packing, rows: rows, columns: columns, blocks: blocks, rank: rank)
      for base in Base.allCases {
        let expected = try product.result(HONE_GENERIC, base: base)
        let actual = try product.result(set, base: base)
        let tolerance = 1e-5 * Float(product.q.count / rows + 2 * rank)
        for index in 0..<expected.count {
          #expect(
            abs(actual[index] - expected[index]) <= tolerance,
            "\(rows) × \(columns), base \(base), element \(index)")
        }
      }
    }
  }
}

extension hone_isa: @retroactive CustomTestStringConvertible {
  public var testDescription: String {
    hone_kernels_for(self).map { String(cString: $0.pointee.name) } ?? "none"
  }
}

extension hone_packing: @retroactive CustomTestStringConvertible {
  public var testDescription: String {
    switch self {
    case HONE_NIBBLES: "4 bits"
    case HONE_FIVE_BITS: "5 bits"
    case HONE_BYTES: "8 bits"
    case HONE_SIGNED: "signed"
    default: "wide"
    }
  }
}
