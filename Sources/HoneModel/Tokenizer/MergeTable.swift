// SPDX-License-Identifier: Apache-2.0

/// The merges of a byte-pair vocabulary: pair of ids to rank and merged id.
struct MergeTable: Sendable {
  /// What a pair of neighbours becomes, and how soon: the lowest rank goes first.
  struct Merge {
    var rank: UInt32
    var id: Int32
  }

  private static let free = UInt64.max
  private var keys: [UInt64]
  private var values: [Merge]

  init(capacity: Int) {
    let slots = max(8, capacity * 2).roundedUpToPowerOfTwo
    keys = [UInt64](repeating: Self.free, count: slots)
    values = [Merge](repeating: Merge(rank: 0, id: 0), count: slots)
  }

  /// Adds a merge; of two for one pair the later counts, as in the reference library.
  mutating func insert(_ left: Int32, _ right: Int32, _ merge: Merge) {
    let key = Self.key(left, right)
    let slot = slot(of: key)
    keys[slot] = key
    values[slot] = merge
  }

  subscript(left: Int32, right: Int32) -> Merge? {
    let key = Self.key(left, right)
    let slot = slot(of: key)
    return keys[slot] == key ? values[slot] : nil
  }

  // Ids are not negative, so no key is all ones.
  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  private func slot(of key: UInt64) -> Int {
    let hash = key &* 0x9E37_79B9_7F4A_7C15
    var slot = Int(truncatingIfNeeded: hash >> 32) & (keys.count - 1)
    while keys[slot] != Self.free, keys[slot] != key { slot = (slot + 1) & (keys.count - 1) }
    return slot
  }
}
