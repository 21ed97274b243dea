// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// The C library's functions under names that do not shadow or need Foundation.
package func logarithm(_ x: Double) -> Double { log(x) }
package func exponential(_ x: Double) -> Double { exp(x) }
/// `log Σ exp(x)` without overflow.
package func logSumExp(_ values: some Sequence<Double>) -> Double {
  let top = values.max() ?? 0
  return top + logarithm(values.reduce(0) { $0 + exponential($1 - top) })
}
package func cosine(_ x: Double) -> Double { cos(x) }
package func sine(_ x: Double) -> Double { sin(x) }
package func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }
package func complementaryError(_ x: Double) -> Double { erfc(x) }
