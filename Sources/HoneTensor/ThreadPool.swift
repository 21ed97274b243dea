// SPDX-License-Identifier: Apache-2.0
import CHoneKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Threads that share out the tasks of one operation at a time.
package final class ThreadPool {
  private let pool: OpaquePointer?
  package let threads: Int

  /// - Parameter threads: Workers, the calling thread among them; nil for one per core.
  package init(threads: Int? = nil) {
    let wanted = max(1, threads ?? Self.coreCount)
    pool = hone_pool_create(wanted)
    self.threads = pool.map { hone_pool_threads($0) } ?? 1
  }

  deinit { hone_pool_destroy(pool) }

  /// Cores that are online, whatever part of them this process is allowed.
  package static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// Runs `body(task, worker)` for each task below `tasks`; returns when all are done.
  ///
  /// Tasks run in any order on any worker, so their results must not depend on either.
  package func run(_ tasks: Int, _ body: (_ task: Int, _ worker: Int) -> Void) {
    guard let pool, threads > 1, tasks > 1 else {
      for task in 0..<tasks { body(task, 0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      // The context outlives the call: hone_pool_run returns only after the last task.
      var context = body
      withUnsafeMutablePointer(to: &context) { context in
        hone_pool_run(
          pool, tasks,
          { context, task, worker in
            guard let context else { return }
            context.assumingMemoryBound(to: ((Int, Int) -> Void).self).pointee(task, worker)
          }, context)
      }
    }
  }
}
