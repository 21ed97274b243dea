// SPDX-License-Identifier: Apache-2.0
import Benchmark
import CHoneKernels

// What the plugin looks for: the kernels that HONE_CPU names, or the machine's best, at the shapes
// of SmolLM2-135M (D 576, F 1536, V 49152, E 64), on one thread.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock], warmupIterations: 2, maxDuration: .seconds(1), maxIterations: 1000)
  guard let kernels = ChosenKernels() else { return }
  registerProducts(kernels)
  registerLayers(kernels)
  registerThreads()
}

/// Operations of float32 arithmetic a second; a multiply-add is two.
let megaflops = BenchmarkMetric.custom(
  "MFLOP/s", polarity: .prefersLarger, useScalingFactor: false)

extension Benchmark {
  /// Times one call and states it in operations a second, too.
  func measure(operations: Int, _ work: () -> Void) {
    let duration = ContinuousClock().measure(work)
    let attoseconds =
      Double(duration.components.seconds) * 1e18 + Double(duration.components.attoseconds)
    measurement(megaflops, Int(Double(operations) * 1e12 / max(attoseconds, 1)))
  }
}
