// SPDX-License-Identifier: Apache-2.0

/// The vocabulary both ways: id to spelling, spelling to id.
///
/// An open-addressing table over one run of bytes: a `[String: Int32]` takes most of a second on
/// 49,152 tokens, for Swift hashes and compares strings by canonical equivalence. By that measure
/// two different tokens could also be one.
struct TokenTable: Sendable {
  private var bytes: [UInt8] = []
  /// Where each spelling starts; one more at the end.
  private var offsets: [Int] = [0]
  /// Ids, or -1 where free; a power of two of them, at least twice as many as tokens.
  private var slots: [Int32]

  /// Ids that took a spelling already in the table; such tables must not be used.
  private(set) var duplicates: [Int32] = []

  init(_ tokens: [String]) {
    slots = [Int32](repeating: -1, count: max(8, tokens.count * 2).roundedUpToPowerOfTwo)
    offsets.reserveCapacity(tokens.count + 1)
    bytes.reserveCapacity(tokens.count * 8)
    for (id, token) in tokens.enumerated() {
      bytes.append(contentsOf: token.utf8)
      let slot = slot(of: bytes[offsets[id]...])
      offsets.append(bytes.count)
      if slots[slot] >= 0 {
        duplicates.append(Int32(id))
      } else {
        slots[slot] = Int32(id)
      }
    }
  }

  var count: Int { offsets.count - 1 }

  /// The spelling of an id in range, in UTF-8.
  func spelling(of id: Int32) -> ArraySlice<UInt8> {
    bytes[offsets[Int(id)]..<offsets[Int(id) + 1]]
  }

  /// The id of a spelling.
  func id(of spelling: ArraySlice<UInt8>) -> Int32? {
    let id = slots[slot(of: spelling)]
    return id < 0 ? nil : id
  }

  /// The slot that holds a spelling, or the free one where it belongs.
  private func slot(of spelling: ArraySlice<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in spelling { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash ^= hash >> 32
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0, !isSpelling(slots[slot], spelling) {
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private func isSpelling(_ id: Int32, _ spelling: ArraySlice<UInt8>) -> Bool {
    let start = offsets[Int(id)]
    guard offsets[Int(id) + 1] - start == spelling.count else { return false }
    return bytes[start..<start + spelling.count].elementsEqual(spelling)
  }
}

extension Int {
  /// The least power of two that is not below a positive number.
  var roundedUpToPowerOfTwo: Int {
    self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
  }
}
