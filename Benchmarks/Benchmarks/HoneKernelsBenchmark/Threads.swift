// SPDX-License-Identifier: Apache-2.0
import Benchmark
import CHoneKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A pool of threads, one for each core.
///
/// `@unchecked Sendable`: benchmarks run one at a time.
private final class Pool: @unchecked Sendable {
  let pool: OpaquePointer?
  init() { pool = hone_pool_create(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
  deinit { if let pool { hone_pool_destroy(pool) } }
}

/// What it costs to share out an operation and to wait for all of it: tasks that do nothing.
func registerThreads() {
  let pool = Pool()
  for tasks in [2, 64] {
    Benchmark(
      "fork and join, \(tasks) empty tasks", configuration: .init(scalingFactor: .kilo)
    ) { benchmark in
      guard let pool = pool.pool else { return }
      for _ in benchmark.scaledIterations { hone_pool_run(pool, tasks, { _, _, _ in }, nil) }
    }
  }
}
