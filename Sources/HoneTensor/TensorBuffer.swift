// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Float32 memory, 64-byte aligned, freed with its last reference.
///
/// `@unchecked Sendable`: the pointer never changes and the memory lives as long as the object;
/// who writes to the elements has the only reference, or the model that owns it excludes others.
package final class TensorBuffer: @unchecked Sendable {
  package let count: Int
  let pointer: UnsafeMutablePointer<Float>
  private let owner: AnyObject?

  /// Zeroed memory for `count` floats, which the system commits only when touched.
  package init(count: Int) {
    precondition(count >= 0 && count < Int.max / 8)
    let bytes = max(64, (count * MemoryLayout<Float>.stride + 63) / 64 * 64)
    if bytes >= Self.hugePage, let mapped = MappedMemory(bytes: bytes) {
      pointer = mapped.base.bindMemory(to: Float.self, capacity: count)
      self.count = count
      base = nil
      owner = mapped
      return
    }
    var raw: UnsafeMutableRawPointer?
    // calloc'ed pages of large blocks come zeroed from the system without being touched;
    // posix_memalign plus memset would touch them all.
    raw = calloc(1, bytes + 64)
    guard let raw else {
      // Out of memory has no recovery here; the system's own message would be no better.
      preconditionFailure("out of memory: \(bytes) bytes for a tensor")
    }
    base = raw
    let aligned = UnsafeMutableRawPointer(bitPattern: (UInt(bitPattern: raw) + 63) & ~63) ?? raw
    pointer = aligned.bindMemory(to: Float.self, capacity: count)
    self.count = count
    owner = nil
  }

  /// Memory that `owner` keeps alive, for instance floats in a mapped file. It is never written.
  package init(borrowing floats: UnsafeBufferPointer<Float>, owner: AnyObject) {
    count = floats.count
    // An empty buffer may have no address; it is never read either.
    pointer =
      UnsafeMutablePointer(mutating: floats.baseAddress)
      ?? UnsafeMutablePointer(bitPattern: 64).unsafelyUnwrapped
    base = nil
    self.owner = owner
  }

  private static var hugePage: Int { 1 << 21 }
  private let base: UnsafeMutableRawPointer?

  deinit { free(base) }
}

/// Zeroed pages from the system, large ones where it has them: with 4-KiB pages a walk down the
/// columns of a large matrix spends much of its time looking addresses up.
private final class MappedMemory {
  let base: UnsafeMutableRawPointer
  private let start: UnsafeMutableRawPointer
  private let bytes: Int

  init?(bytes: Int) {
    let page = 1 << 21
    // Room to begin at a large page.
    let all = (bytes + 2 * page - 1) / page * page
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    guard let start = mmap(nil, all, PROT_READ | PROT_WRITE, flags, -1, 0), start != MAP_FAILED,
      let base = UnsafeMutableRawPointer(
        bitPattern: (UInt(bitPattern: start) + UInt(page - 1)) & ~UInt(page - 1))
    else { return nil }
    self.start = start
    self.base = base
    self.bytes = all
    #if os(Linux)
      // Only advice: without large pages everything works, more slowly.
      _ = madvise(base, all - page, MADV_HUGEPAGE)
    #endif
  }

  deinit { munmap(start, bytes) }
}
