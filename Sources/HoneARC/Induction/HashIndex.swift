// SPDX-License-Identifier: Apache-2.0

/// Numbers things by their hashes, in the order in which they come.
///
/// Equal hashes of 64 bits are taken for equal things.
struct HashIndex {
  /// Numbers by hash; -1 is free.
  private var table: [Int32]
  private var hashes: [UInt64] = []

  /// - Parameter capacity: A power of two.
  init(capacity: Int) { table = Array(repeating: -1, count: capacity) }

  var usedBytes: Int { table.count * 4 + hashes.capacity * 8 }

  /// The number of what has the hash, the next one if nothing has.
  mutating func insert(_ hash: UInt64) -> (number: Int32, isNew: Bool) {
    let slot = slot(of: hash)
    if table[slot] >= 0 { return (table[slot], false) }
    let number = Int32(hashes.count)
    table[slot] = number
    hashes.append(hash)
    if 2 * hashes.count > table.count { grow() }
    return (number, true)
  }

  /// Where the hash stands, or would.
  private func slot(of hash: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: hash) & (table.count - 1)
    while table[slot] >= 0, hashes[Int(table[slot])] != hash {
      slot = (slot + 1) & (table.count - 1)
    }
    return slot
  }

  private mutating func grow() {
    table = Array(repeating: -1, count: 2 * table.count)
    for (number, hash) in hashes.enumerated() { table[slot(of: hash)] = Int32(number) }
  }
}
