// SPDX-License-Identifier: Apache-2.0
import CHoneKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the machine and this process have of memory.
public enum SystemMemory {
  /// Bytes of memory in the machine.
  public static var physicalBytes: Int {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let size = sysconf(Int32(_SC_PAGESIZE))
    return pages > 0 && size > 0 ? pages * size : 8 << 30
  }

  /// The most bytes of memory that this process has held at a time.
  public static var peakBytes: Int {
    var usage = rusage()
    #if canImport(Darwin)
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    #else
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_maxrss * 1024
    #endif
  }

  /// Gives memory that was freed, but that the C library keeps for later, back to the system.
  ///
  /// glibc never does so by itself where another thread than the first freed it, so that a process
  /// would go on holding what its largest piece of work took. Costs some milliseconds.
  package static func releaseUnused() { _ = hone_memory_trim() }
}
