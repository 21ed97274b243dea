// SPDX-License-Identifier: Apache-2.0
import Benchmark
import CHoneKernels
import Synchronization

/// Two threads.
///
/// `@unchecked Sendable`: benchmarks run one at a time.
private final class Pool: @unchecked Sendable {
  let pool: OpaquePointer?
  init() { pool = hone_pool_create(2) }
  deinit { if let pool { hone_pool_destroy(pool) } }
}

/// Tasks of the run in progress that have begun.
private let begun = Atomic<Int>(0)

/// What it costs to share out an operation between two threads and to wait for all of it.
func registerThreads() {
  let pool = Pool()
  let configuration = Benchmark.Configuration(scalingFactor: .kilo)
  // Tasks that do nothing: the caller takes most of them.
  for tasks in [2, 64] {
    Benchmark("fork-join-2-threads-\(tasks)-empty-tasks", configuration: configuration) {
      guard let pool = pool.pool else { return }
      for _ in $0.scaledIterations { hone_pool_run(pool, tasks, { _, _, _ in }, nil) }
    }
  }
  // Neither task ends before the other has begun: each thread takes one.
  Benchmark("fork-join-2-threads-2-meeting-tasks", configuration: configuration) {
    guard let pool = pool.pool, hone_pool_threads(pool) == 2 else { return }
    for _ in $0.scaledIterations {
      begun.store(0, ordering: .sequentiallyConsistent)
      hone_pool_run(
        pool, 2,
        { _, _, _ in
          begun.add(1, ordering: .sequentiallyConsistent)
          while begun.load(ordering: .sequentiallyConsistent) < 2 {}
        }, nil)
    }
  }
}
