// SPDX-License-Identifier: Apache-2.0
import CHoneKernels
import HoneTensor

/// What the machine does at best, measured: nothing that computes with float32 on those threads, or
/// reads its weights from memory, can be faster.
///
/// Integer instructions can be; a share of these ceilings above 1 then says so.
package struct MachineCeilings: Codable, Sendable, Hashable {
  /// Float32 multiply and add operations of one core, in 10⁹ a second.
  package let gigaflopsPerCore: Double
  /// The same on ``threads`` threads at once.
  package let gigaflops: Double
  /// Reading memory on ``threads`` threads, in 10⁹ bytes a second.
  package let memoryReadGigabytesPerSecond: Double
  package let threads: Int

  package init(
    gigaflopsPerCore: Double, gigaflops: Double, memoryReadGigabytesPerSecond: Double, threads: Int
  ) {
    self.gigaflopsPerCore = gigaflopsPerCore
    self.gigaflops = gigaflops
    self.memoryReadGigabytesPerSecond = memoryReadGigabytesPerSecond
    self.threads = threads
  }

  /// Large against the caches, small against the memory.
  private static var readBytes: Int { min(256 << 20, max(1 << 20, SystemMemory.physicalBytes / 8)) }
  /// Of one round; the best of several counts, for a ceiling is not a mean.
  private static let rounds = 5

  /// Measures for about a second.
  ///
  /// - Parameter threads: Nil for one per core.
  /// - Throws: `CancellationError`.
  package static func measure(threads: Int? = nil) throws -> MachineCeilings {
    let pool = ThreadPool(threads: threads)
    let perCore = try multiplyAdd(ThreadPool(threads: 1))
    let all = pool.threads == 1 ? perCore : try multiplyAdd(pool)
    return MachineCeilings(
      gigaflopsPerCore: perCore / 1e9, gigaflops: all / 1e9,
      memoryReadGigabytesPerSecond: try memoryRead(pool) / 1e9, threads: pool.threads)
  }

  /// Operations a second.
  private static func multiplyAdd(_ pool: ThreadPool) throws -> Double {
    var passes = 10_000
    var best = 0.0
    // Short tasks, many for each thread: a thread that is late takes fewer of them.
    let tasks = pool.threads * 32
    var done = 0
    while done < rounds {
      try Task.checkCancellation()
      var operations = [Double](repeating: 0, count: tasks)
      var sinks = [Float](repeating: 0, count: tasks)
      let seconds = operations.withUnsafeMutableBufferPointer { operations in
        sinks.withUnsafeMutableBufferPointer { sinks in
          // Each task writes its own element only.
          nonisolated(unsafe) let (operations, sinks) = (operations, sinks)
          return Stopwatch.seconds {
            pool.run(tasks) { task, _ in
              var sink: Float = 0
              operations[task] = hone_peak_multiply_add(passes, &sink)
              sinks[task] = sink
            }
          }
        }
      }
      if seconds < 0.03, passes < 1 << 30 {
        passes *= 2
        continue
      }
      best = max(best, operations.reduce(0, +) / seconds)
      done += 1
    }
    return best
  }

  /// Bytes a second.
  private static func memoryRead(_ pool: ThreadPool) throws -> Double {
    let count = readBytes / MemoryLayout<Float>.stride
    let values = Tensor(rows: 1, columns: count)
    // Untouched pages are all one page of zeros, which the caches hold.
    values.fill(1)
    let tasks = pool.threads * 16
    let block = (count + tasks - 1) / tasks
    var best = 0.0
    for _ in 0..<rounds {
      try Task.checkCancellation()
      let seconds = values.withElements { values in
        // Read by all, written by none.
        nonisolated(unsafe) let values = UnsafeBufferPointer(values)
        return Stopwatch.seconds {
          pool.run(tasks) { task, _ in
            let range = min(count, task * block)..<min(count, (task + 1) * block)
            guard let start = UnsafeBufferPointer(rebasing: values[range]).baseAddress else {
              return
            }
            _ = hone_peak_read(range.count, start)
          }
        }
      }
      best = max(best, Double(count * MemoryLayout<Float>.stride) / seconds)
    }
    return best
  }
}

/// Measures how long something takes.
enum Stopwatch {
  static func seconds(_ work: () throws -> Void) rethrows -> Double {
    try ContinuousClock().measure(work).inSeconds
  }
}
