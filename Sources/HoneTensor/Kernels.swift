// SPDX-License-Identifier: Apache-2.0
import CHoneKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The float32 kernels of one instruction set.
///
/// `@unchecked Sendable`: points to a constant table.
package struct Kernels: @unchecked Sendable, CustomStringConvertible {
  let table: UnsafePointer<hone_kernels>
  var entry: hone_kernels { table.pointee }

  package var name: String { String(cString: table.pointee.name) }
  package var description: String { name }
  /// Whether quantised products are faster than float32's here.
  package var hasFastInt8: Bool { hone_int8_is_fast(table) != 0 }
  /// The instruction that multiplies the integers of quantised products.
  package var int8Instruction: String { String(cString: hone_int8_instruction(table)) }

  /// Products in bfloat16, which not every instruction set has.
  var bfloat16: UnsafePointer<hone_bf16_kernels>? { hone_bf16_for(table) }
  package var hasBFloat16: Bool { bfloat16 != nil }
  /// Whether products in bfloat16 are faster than float32's here.
  package var hasFastBFloat16: Bool { bfloat16.map { hone_bf16_is_fast($0) != 0 } ?? false }
  /// The instruction that multiplies their factors; nil where there are none.
  package var bfloat16Instruction: String? {
    bfloat16.map { String(cString: $0.pointee.instruction) }
  }

  /// What this machine can run, best first; the plain-C reference is last and always there.
  package static let available: [Kernels] = [
    HONE_AVX512_VNNI, HONE_AVX512, HONE_AVX_VNNI, HONE_AVX2, HONE_NEON_DOTPROD, HONE_NEON,
    HONE_GENERIC,
  ]
  .compactMap { hone_kernels_for($0).map(Kernels.init(table:)) }

  /// The best of the machine, or what the environment variable `HONE_CPU` names.
  package static func chosen() throws -> Kernels {
    guard let variable = getenv("HONE_CPU") else { return available[0] }
    let wanted = String(cString: variable)
    if wanted.isEmpty { return available[0] }
    guard let kernels = available.first(where: { $0.name == wanted }) else {
      let names = available.map(\.name).joined(separator: ", ")
      throw TensorError(.unsupported, "HONE_CPU=\(wanted): this machine offers \(names)")
    }
    return kernels
  }
}
