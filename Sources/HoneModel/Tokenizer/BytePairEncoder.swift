// SPDX-License-Identifier: Apache-2.0

/// Merges the bytes or characters of a piece into tokens, the merge of lowest rank first, leftmost
/// among equals.
///
/// - SeeAlso: Sennrich, Haddow & Birch 2016, arXiv 1508.07909, section 3.2.
struct BytePairEncoder: Sendable {
  /// Room for one piece at a time, kept between pieces.
  struct Scratch {
    fileprivate var ids: [Int32] = []
    fileprivate var ranks: [UInt32] = []
    fileprivate var merged: [Int32] = []
    fileprivate var previous: [Int] = []
    fileprivate var next: [Int] = []
    fileprivate var heap = MinHeap()
    fileprivate var spelling: [UInt8] = []
  }

  let vocabulary: TokenTable
  let spelling: TokenizerDefinition.Spelling
  let merges: MergeTable
  /// The id of each byte, or -1 where the vocabulary lacks it.
  let byteIDs: [Int32]
  let unknownTokenID: Int32?
  let fuseUnknown: Bool
  let ignoreMerges: Bool

  /// Appends the ids of a piece.
  ///
  /// A byte or character that the vocabulary lacks becomes the unknown token; without one it is
  /// dropped, as in the reference library, and its neighbours may merge.
  ///
  /// - Parameter longestSearch: Up to this many symbols are merged by repeated search, which is
  ///   faster for few, more by a heap.
  func encode(
    _ piece: ArraySlice<UInt8>, longestSearch: Int = 40, scratch: inout Scratch,
    into ids: inout [Int32]
  ) {
    if ignoreMerges {
      scratch.spelling.removeAll(keepingCapacity: true)
      if spelling == .byteLevel {
        for byte in piece { ByteLevelAlphabet.appendSpelling(of: byte, to: &scratch.spelling) }
      } else {
        scratch.spelling += piece
      }
      if let id = vocabulary.id(of: scratch.spelling[...]) { return ids.append(id) }
    }
    scratch.ids.removeAll(keepingCapacity: true)
    if spelling == .byteLevel {
      appendBytes(of: piece, to: &scratch.ids)
    } else {
      appendCharacters(of: piece, to: &scratch.ids)
    }
    if scratch.ids.count <= longestSearch {
      mergeBySearch(&scratch, into: &ids)
    } else {
      mergeByHeap(&scratch, into: &ids)
    }
  }

  private func appendBytes(of piece: ArraySlice<UInt8>, to ids: inout [Int32]) {
    var inUnknown = false
    for byte in piece {
      let id = byteIDs[Int(byte)]
      if id >= 0 {
        ids.append(id)
        inUnknown = false
      } else if let unknownTokenID {
        if !(inUnknown && fuseUnknown) { ids.append(unknownTokenID) }
        inUnknown = true
      }
    }
  }

  /// The tokens of single characters, or of the bytes of those that the vocabulary lacks.
  private func appendCharacters(of piece: ArraySlice<UInt8>, to ids: inout [Int32]) {
    var inUnknown = false
    var start = piece.startIndex
    while start < piece.endIndex {
      var end = start + 1
      while end < piece.endIndex, piece[end] & 0xC0 == 0x80 { end += 1 }
      let character = piece[start..<end]
      start = end
      if let id = vocabulary.id(of: character) {
        ids.append(id)
        inUnknown = false
      } else if character.allSatisfy({ byteIDs[Int($0)] >= 0 }) {
        for byte in character { ids.append(byteIDs[Int(byte)]) }
        inUnknown = false
      } else if let unknownTokenID {
        if !(inUnknown && fuseUnknown) { ids.append(unknownTokenID) }
        inUnknown = true
      }
    }
  }

  private func mergeBySearch(_ scratch: inout Scratch, into ids: inout [Int32]) {
    let none = UInt32.max
    var count = scratch.ids.count
    scratch.ranks.removeAll(keepingCapacity: true)
    scratch.merged.removeAll(keepingCapacity: true)
    for position in 0..<count {
      let merge =
        position + 1 < count ? merges[scratch.ids[position], scratch.ids[position + 1]] : nil
      scratch.ranks.append(merge?.rank ?? none)
      scratch.merged.append(merge?.id ?? 0)
    }
    while true {
      var best = none
      var at = 0
      for position in 0..<count where scratch.ranks[position] < best {
        best = scratch.ranks[position]
        at = position
      }
      if best == none { break }
      scratch.ids[at] = scratch.merged[at]
      for position in at + 1..<count - 1 {
        scratch.ids[position] = scratch.ids[position + 1]
        scratch.ranks[position] = scratch.ranks[position + 1]
        scratch.merged[position] = scratch.merged[position + 1]
      }
      count -= 1
      for position in max(0, at - 1)...at {
        let merge =
          position + 1 < count ? merges[scratch.ids[position], scratch.ids[position + 1]] : nil
        scratch.ranks[position] = merge?.rank ?? none
        scratch.merged[position] = merge?.id ?? 0
      }
    }
    ids.append(contentsOf: scratch.ids[..<count])
  }

  /// O(n log n): a heap of candidate merges over a linked list of symbols.
  private func mergeByHeap(_ scratch: inout Scratch, into ids: inout [Int32]) {
    let count = scratch.ids.count
    // The place before the first symbol is -1; the one after the last is `count`.
    scratch.previous = Array(-1..<count - 1)
    scratch.next = Array(1...count)
    scratch.heap.removeAll()
    for position in 0..<count - 1 { push(position, &scratch) }
    while let candidate = scratch.heap.popMin() {
      let position = candidate.position
      let right = scratch.next[position]
      // A candidate is stale once either symbol has merged: its pair then has another rank or none.
      guard scratch.ids[position] >= 0, right < count,
        let merge = merges[scratch.ids[position], scratch.ids[right]],
        merge.rank == candidate.rank
      else { continue }
      let after = scratch.next[right]
      scratch.ids[position] = merge.id
      scratch.ids[right] = -1
      scratch.next[position] = after
      if after < count {
        scratch.previous[after] = position
        push(position, &scratch)
      }
      if scratch.previous[position] >= 0 { push(scratch.previous[position], &scratch) }
    }
    var position = 0
    while position < count {
      ids.append(scratch.ids[position])
      position = scratch.next[position]
    }
  }

  /// Adds the pair that starts at a position, if it merges.
  private func push(_ position: Int, _ scratch: inout Scratch) {
    let pair = (scratch.ids[position], scratch.ids[scratch.next[position]])
    if let merge = merges[pair.0, pair.1] {
      scratch.heap.push(.init(rank: merge.rank, position: position))
    }
  }
}

/// A binary heap of merges, least rank first and leftmost among equals.
struct MinHeap {
  struct Candidate: Comparable {
    var rank: UInt32
    var position: Int

    static func < (left: Self, right: Self) -> Bool {
      left.rank != right.rank ? left.rank < right.rank : left.position < right.position
    }
  }

  private var candidates: [Candidate] = []

  mutating func removeAll() { candidates.removeAll(keepingCapacity: true) }

  mutating func push(_ candidate: Candidate) {
    candidates.append(candidate)
    var child = candidates.count - 1
    while child > 0, candidates[child] < candidates[(child - 1) / 2] {
      candidates.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func popMin() -> Candidate? {
    guard let last = candidates.popLast() else { return nil }
    guard let first = candidates.first else { return last }
    candidates[0] = last
    var parent = 0
    while true {
      var least = 2 * parent + 1
      guard least < candidates.count else { return first }
      if least + 1 < candidates.count, candidates[least + 1] < candidates[least] { least += 1 }
      guard candidates[least] < candidates[parent] else { return first }
      candidates.swapAt(parent, least)
      parent = least
    }
  }
}
