// SPDX-License-Identifier: Apache-2.0
import CHoneKernels
import HoneTensor

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Darwin)
  import Darwin
#endif

/// What the machine is, as far as it tells.
package struct Machine: Encodable, Sendable {
  /// The processor's name; nil where the system does not say.
  package let processor: String?
  package let cores: Int
  /// Instruction sets that matter to the kernels, by /proc/cpuinfo's names.
  package let features: [String]
  package let memoryBytes: Int
  /// What programs could still take; nil where the system does not say.
  package let availableMemoryBytes: Int?

  package init() {
    processor = Self.processorName
    cores = ThreadPool.coreCount
    let mask = hone_cpu_features()
    features = Self.featureNames.filter { mask & UInt32($0.bit) != 0 }.map(\.name)
    memoryBytes = SystemMemory.physicalBytes
    availableMemoryBytes = Self.availableMemory
  }

  static let featureNames: [(bit: Int, name: String)] = [
    (Int(HONE_CPU_AVX2), "avx2"), (Int(HONE_CPU_FMA), "fma"), (Int(HONE_CPU_F16C), "f16c"),
    (Int(HONE_CPU_AVX512F), "avx512f"),
    (Int(HONE_CPU_AVX512BW), "avx512bw"), (Int(HONE_CPU_AVX512DQ), "avx512dq"),
    (Int(HONE_CPU_AVX512VL), "avx512vl"), (Int(HONE_CPU_AVX512_VNNI), "avx512_vnni"),
    (Int(HONE_CPU_AVX_VNNI), "avx_vnni"), (Int(HONE_CPU_AVX512_BF16), "avx512_bf16"),
    (Int(HONE_CPU_NEON), "neon"), (Int(HONE_CPU_DOTPROD), "dotprod"),
  ]

  private static var processorName: String? {
    #if canImport(Darwin)
      var size = 0
      guard sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0, size > 0 else {
        return nil
      }
      var bytes = [UInt8](repeating: 0, count: size)
      guard sysctlbyname("machdep.cpu.brand_string", &bytes, &size, nil, 0) == 0 else {
        return nil
      }
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    #else
      // Some arm64 systems have no such line.
      return value(of: "model name", in: "/proc/cpuinfo")
    #endif
  }

  private static var availableMemory: Int? {
    #if canImport(Darwin)
      return nil
    #else
      // "MemAvailable:   12345 kB"
      guard let text = value(of: "MemAvailable", in: "/proc/meminfo"),
        let kilobytes = text.split(separator: " ").first.flatMap({ Int($0) })
      else { return nil }
      return kilobytes * 1024
    #endif
  }

  /// The value of the first `key: value` line.
  static func value(of key: String, in path: String) -> String? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      func trimmed(_ text: Substring) -> Substring {
        let start = text.drop(while: \.isWhitespace)
        return start.lastIndex { !$0.isWhitespace }.map { start[...$0] } ?? ""
      }
      if trimmed(line[..<colon]) == key {
        let value = trimmed(line[line.index(after: colon)...])
        return value.isEmpty ? nil : String(value)
      }
    }
    return nil
  }
}
