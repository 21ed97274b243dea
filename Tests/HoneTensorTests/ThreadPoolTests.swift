// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import Synchronization
import Testing

@Suite struct ThreadPoolTests {
  /// Counts of what ran; tasks write only their own place, so no two write to the same.
  final class Counts: @unchecked Sendable {
    let places: UnsafeMutableBufferPointer<Int>
    init(_ count: Int) {
      places = .allocate(capacity: count)
      places.initialize(repeating: 0)
    }
    deinit { places.deallocate() }
  }

  @Test(arguments: [1, 2, 3, 8])
  func `each of many runs does each task once`(threads: Int) {
    let pool = ThreadPool(threads: threads)
    #expect(pool.threads == threads)
    let counts = Counts(40)
    let workers = Counts(40)
    // More threads than cores wait for the system's scheduler, so fewer runs show as much.
    let runs = threads <= 2 ? 100_000 : threads == 3 ? 20_000 : 2_000
    var random = RandomSource(seed: 100)
    var expected = [Int](repeating: 0, count: 40)
    var failures = 0
    for _ in 0..<runs {
      let tasks = random.index(below: 9) == 0 ? random.index(below: 41) : random.index(below: 5)
      for task in 0..<tasks { expected[task] += 1 }
      pool.run(tasks) { task, worker in
        counts.places[task] += 1
        workers.places[task] = max(workers.places[task], worker)
      }
      // Everything that the tasks wrote is seen when run returns.
      if tasks > 0 && counts.places[tasks - 1] != expected[tasks - 1] { failures += 1 }
    }
    #expect(failures == 0)
    #expect(Array(counts.places) == expected)
    #expect(workers.places.allSatisfy { $0 < threads })
  }

  @Test func `more tasks than one ticket holds all run`() {
    let pool = ThreadPool(threads: 2)
    let count = (1 << 20) + 5
    let counts = Counts(count)
    pool.run(count) { task, _ in counts.places[task] += 1 }
    #expect(counts.places.allSatisfy { $0 == 1 })
  }

  @Test func `sleeping workers wake for the next run`() {
    let pool = ThreadPool(threads: 3)
    let clock = ContinuousClock()
    for round in 0..<20 {
      // Each task waits for the other two, so one worker alone cannot do the run.
      let arrived = Atomic(0)
      let deadline = clock.now + .seconds(20)
      pool.run(3) { _, _ in
        arrived.add(1, ordering: .sequentiallyConsistent)
        while arrived.load(ordering: .sequentiallyConsistent) < 3 {
          if clock.now > deadline { break }
        }
      }
      guard clock.now < deadline else {
        Issue.record("round \(round): a worker did not wake")
        return
      }
      // Beyond the time that idle workers spin.
      let start = clock.now
      while clock.now - start < .milliseconds(2) {}
    }
  }

  @Test func `pools come and go beside each other`() async {
    await withTaskGroup(of: Int.self) { group in
      for lane in 0..<4 {
        group.addTask {
          var done = 0
          for round in 0..<150 {
            let pool = ThreadPool(threads: 1 + (lane + round) % 4)
            // Some pools end without ever having run.
            if round % 3 == 0 { continue }
            let counts = Counts(5)
            pool.run(5) { task, _ in counts.places[task] += 1 }
            done += counts.places.reduce(0, +)
          }
          return done
        }
      }
      for await done in group { #expect(done == 100 * 5) }
    }
  }

  @Test func `sizes below one count as one and no tasks are no work`() {
    for threads in [-1, 0, 1] { #expect(ThreadPool(threads: threads).threads == 1) }
    let pool = ThreadPool()
    #expect(pool.threads >= 1)
    pool.run(0) { _, _ in Issue.record("a task ran") }
  }
}
