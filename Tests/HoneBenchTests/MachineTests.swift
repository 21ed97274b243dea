// SPDX-License-Identifier: Apache-2.0
import CHoneKernels
import Foundation
import HoneTensor
import Testing

@testable import HoneBench

@Suite struct MachineTests {
  @Test func `The machine says what it is`() {
    let machine = Machine()
    #expect(machine.cores > 0)
    #expect(machine.memoryBytes > 0)
    if let available = machine.availableMemoryBytes {
      #expect((1...machine.memoryBytes).contains(available))
    }
  }

  @Test func `Features and kernels agree`() {
    let features = Set(Machine().features)
    let names = Kernels.available.map(\.name)
    #expect(names.contains("avx2") == features.isSuperset(of: ["avx2", "fma"]))
    #expect(
      names.contains("avx512")
        == features.isSuperset(of: ["avx512f", "avx512bw", "avx512dq", "avx512vl"]))
    #expect(names.contains("neon") == features.contains("neon"))
  }

  @Test func `Ceilings are positive, and one thread is one core`() throws {
    let ceilings = try MachineCeilings.measure(threads: 1)
    #expect(ceilings.threads == 1)
    #expect(ceilings.gigaflopsPerCore > 0)
    #expect(ceilings.gigaflops == ceilings.gigaflopsPerCore)
    #expect(ceilings.memoryReadGigabytesPerSecond > 0)
  }

  @Test(arguments: [0, 1, 3, 127, 128, 129, 1000])
  func `A read sums every element`(count: Int) {
    #expect(hone_peak_read(count, (0..<count).map { Float($0) }) == Float(count * (count - 1) / 2))
  }

  @Test func `Multiply-adds settle at one and are counted`() {
    var sink: Float = 0
    let operations = hone_peak_multiply_add(100, &sink)
    // Twelve chains of as many lanes, each at 1; two operations for each lane and round.
    #expect(sink > 0 && Double(sink) * 2 * 100 == operations)
  }

  @Test func `Values are found behind their key only`() throws {
    let path = FileManager.default.temporaryDirectory.path + "/hone-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("flags\t: a b\nmodel name\t:  Some CPU: v2 \nempty:\nno colon\n".utf8)
      .write(to: URL(fileURLWithPath: path))
    #expect(Machine.value(of: "model name", in: path) == "Some CPU: v2")
    #expect(Machine.value(of: "empty", in: path) == nil)
    #expect(Machine.value(of: "model", in: path) == nil)
    #expect(Machine.value(of: "model name", in: path + "-absent") == nil)
  }
}
