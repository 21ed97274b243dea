// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// The signal handler may only touch plain globals and call async-signal-safe functions. Both are
// written before the handlers are installed, or by the handler itself.
private nonisolated(unsafe) var signalCount: sig_atomic_t = 0
private nonisolated(unsafe) var wakeDescriptor: Int32 = -1

/// SIGINT and SIGTERM: the first cancels the work, a second one ends the process at once.
enum Interruption {
  /// Whether a signal asked the process to end.
  static var hasHappened: Bool { signalCount > 0 }

  /// What work that does not see its cancellation may take.
  private static let patience = DispatchTimeInterval.milliseconds(800)
  /// The same where there is something to save; on a busy machine or a slow disk that takes a while.
  private static let patienceWithSaving = DispatchTimeInterval.seconds(30)
  private static let saves = Atomic(false)

  /// Says that cancelled work saves what it did, which is waited for. A second signal does not wait.
  static func waitForSaving() { saves.store(true, ordering: .relaxed) }

  /// Handlers, not ignored signals: a child process gets the defaults back.
  static func install(_ cancel: @escaping @Sendable () -> Void) {
    // A reader of our output that goes away ends us quietly, whatever the parent has set.
    signal(SIGPIPE, SIG_DFL)
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    wakeDescriptor = ends[1]
    let reader = ends[0]
    // A thread of its own: the queues' threads may all be at work.
    let thread = DispatchQueue(label: "hone.interruption")
    thread.async {
      var byte: UInt8 = 0
      while read(reader, &byte, 1) < 0, errno == EINTR {}
      cancel()
      let patience = saves.load(ordering: .relaxed) ? patienceWithSaving : patience
      DispatchQueue.global(qos: .userInteractive).asyncAfter(deadline: .now() + patience) {
        ExitStatus.interrupted.end()
      }
    }
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in
        let saved = errno
        signalCount += 1
        if signalCount > 1 { _exit(130) }
        var byte: UInt8 = 0
        _ = write(wakeDescriptor, &byte, 1)
        errno = saved
      }
    }
  }
}
