// SPDX-License-Identifier: Apache-2.0
import Benchmark
import CHoneKernels

// What the plugin looks for: the kernels that HONE_CPU names, or the machine's best, at the shapes
// of SmolLM2-135M (D 576, F 1536, V 49152, E 64), on one thread. Names have no spaces, for files of
// thresholds are named for them.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock], warmupIterations: 2, maxDuration: .seconds(1), maxIterations: 1000,
    thresholds: [.wallClock: slower(by: 300)])
  guard let kernels = ChosenKernels() else { return }
  registerProducts(kernels)
  registerQuantizedProducts(kernels)
  registerTrainingProducts(kernels)
  registerLayers(kernels)
  registerThreads()
}

/// Time over what float32 multiply-adds alone would take at the core's ceiling, in thousandths:
/// 1,000 is the ceiling. Machines and hours differ in it less than in time.
let ceilingTime = BenchmarkMetric.custom(
  "ceiling-time", polarity: .prefersSmaller, useScalingFactor: false)

/// Of the 90th percentile against the stored one.
func slower(by percent: Double) -> BenchmarkThresholds {
  BenchmarkThresholds(relative: [.p90: percent])
}

extension Benchmark.Configuration {
  /// For work of known operations.
  static var product: Self {
    .init(
      metrics: [.wallClock, ceilingTime],
      thresholds: [.wallClock: slower(by: 300), ceilingTime: slower(by: 60)])
  }
}

extension Benchmark {
  /// Times one call of so many operations of arithmetic; a multiply-add is two.
  func measure(operations: Int, _ work: () -> Void) {
    let seconds = ContinuousClock().measure(work) / Duration.seconds(1)
    measurement(ceilingTime, Int(1000 * seconds * Ceiling.operationsPerSecond / Double(operations)))
  }
}

/// What one core's float32 multiply-adds reach that wait for nothing.
private enum Ceiling {
  static let operationsPerSecond: Double = {
    let clock = ContinuousClock()
    var best = 0.0
    for _ in 0..<20 {
      var (sink, operations): (Float, Double) = (0, 0)
      let time = clock.measure { operations = hone_peak_multiply_add(30_000, &sink) }
      blackHole(sink)
      best = max(best, operations / (time / Duration.seconds(1)))
    }
    return best
  }()
}
