// SPDX-License-Identifier: Apache-2.0
import CHoneKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A kernel table of this machine.
///
/// `@unchecked Sendable`: points to a constant table.
struct ChosenKernels: @unchecked Sendable {
  let table: UnsafePointer<hone_kernels>
  var entry: hone_kernels { table.pointee }

  /// The one that HONE_CPU names, else the best; nil, with a message, if there is none such.
  init?() {
    let tables = [
      HONE_AVX512_VNNI, HONE_AVX512, HONE_AVX_VNNI, HONE_AVX2, HONE_NEON_DOTPROD, HONE_NEON,
      HONE_GENERIC,
    ].compactMap { hone_kernels_for($0) }
    let wanted = getenv("HONE_CPU").map { String(cString: $0) } ?? ""
    func name(_ table: UnsafePointer<hone_kernels>) -> String {
      String(cString: table.pointee.name)
    }
    guard let table = tables.first(where: { wanted.isEmpty || name($0) == wanted }) else {
      print("HONE_CPU=\(wanted): this machine offers \(tables.map(name).joined(separator: ", "))")
      return nil
    }
    self.table = table
  }
}
