// SPDX-License-Identifier: Apache-2.0
import Benchmark
import CHoneKernels

/// Quantised products, with the quantisation of their rows: 4-bit and 8-bit blocks as files have
/// them, and the backward's wide blocks.
func registerQuantizedProducts(_ kernels: ChosenKernels) {
  let formats = [(name: "4-bit", packing: HONE_NIBBLES), (name: "8-bit", packing: HONE_SIGNED)]
  for format in formats {
    for rows in [1, 32, 512] {
      register(
        QuantizedProduct(format.packing, rows: rows, outputs: 1536, inputs: 576),
        "int8-gate-up-\(format.name)-\(rows)-rows", kernels)
    }
    register(
      QuantizedProduct(format.packing, rows: 512, outputs: 576, inputs: 1536),
      "int8-down-\(format.name)-512-rows", kernels)
  }
  register(
    QuantizedProduct(HONE_SIGNED, rows: 1, outputs: 49_152, inputs: 576), "int8-head-8-bit-1-rows",
    kernels)
  // dx = dy · W on a transposed copy.
  register(
    QuantizedProduct(HONE_WIDE, rows: 512, outputs: 576, inputs: 1536),
    "int8-backward-gate-up-512-rows", kernels)
  register(
    QuantizedProduct(HONE_WIDE, rows: 512, outputs: 1536, inputs: 576),
    "int8-backward-down-512-rows", kernels)
}

private func register(_ product: QuantizedProduct, _ name: String, _ kernels: ChosenKernels) {
  Benchmark(name, configuration: .product) { benchmark in
    benchmark.measure(operations: 2 * product.rows * product.outputs * product.inputs) {
      product.run(kernels)
    }
  } setup: {
    product.run(kernels)
  }
}

/// One product and its memory, which is made when it is first run and kept as long as the process.
///
/// `@unchecked Sendable`: benchmarks run one at a time.
private final class QuantizedProduct: @unchecked Sendable {
  let (rows, outputs, inputs): (Int, Int, Int)
  private let packing: hone_packing
  private let (x, y): (Values, Values)
  private lazy var weight: UnsafeMutablePointer<UInt8> = {
    let bytes = hone_packed_bytes(Int32(packing.rawValue), outputs, inputs)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    // Small levels, small scales in half and in single precision.
    return memory.initializeMemory(as: UInt8.self, repeating: 0x11, count: bytes)
  }()
  private lazy var q = UnsafeMutablePointer<Int8>.allocate(capacity: rows * inputs)
  private lazy var scale = UnsafeMutablePointer<Float>.allocate(capacity: rows * blocks)
  private lazy var sum = UnsafeMutablePointer<Float>.allocate(capacity: rows * blocks)
  private lazy var offset = UnsafeMutablePointer<Int32>.allocate(capacity: rows * blocks)

  private var block: Int { hone_packing_block(Int32(packing.rawValue)) }
  private var blocks: Int { inputs / block }

  /// - Parameter inputs: A multiple of the packing's block.
  init(_ packing: hone_packing, rows: Int, outputs: Int, inputs: Int) {
    self.packing = packing
    (self.rows, self.outputs, self.inputs) = (rows, outputs, inputs)
    (x, y) = (Values(rows * inputs), Values(rows * outputs))
  }

  func run(_ kernels: ChosenKernels) {
    kernels.entry.quantize_rows(block, rows, inputs, q, scale, sum, offset, x.pointer, inputs)
    var product = hone_int8_product()
    product.packing = packing
    (product.m, product.k) = (rows, inputs)
    product.packed = UnsafePointer(weight)
    product.q = UnsafePointer(q)
    (product.scale, product.sum) = (UnsafePointer(scale), UnsafePointer(sum))
    product.offset = UnsafePointer(offset)
    (product.y, product.ldy) = (y.pointer, outputs)
    hone_int8_gemm(kernels.table, &product, 0, outputs)
  }
}
