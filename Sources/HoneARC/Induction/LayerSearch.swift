// SPDX-License-Identifier: Apache-2.0

/// Puts outputs together from pieces, one layer over the other.
///
/// A layer claims cells that no layer above it has claimed, and it must be right in all of them, in
/// every demonstration that is to be reproduced. The layer that claims most is taken first, and then
/// again, until no cell is left.
struct LayerSearch {
  /// What a layer draws of its piece.
  enum Mode: Hashable, Sendable {
    case all
    /// The cells that are not 0.
    case ink
    /// The cells that are 0.
    case empty
    /// The cells that are not 0, in one colour.
    case inkAs(UInt8)
    /// The cells that are 0, in one colour.
    case emptyAs(UInt8)
  }

  struct Layer: Hashable, Sendable {
    let piece: Int
    let mode: Mode
  }

  /// Layers that leave no cell of the chosen demonstrations over.
  struct Stack {
    let layers: [Layer]
    let testCells: [UInt8]
    /// The lower the simpler.
    let cost: Int
    /// How many layers claim cells in one demonstration only, of several.
    let loneLayers: Int
  }

  let pieces: PieceCollection
  let limit: SearchLimit
  static let maxLayers = 8

  /// - Parameters:
  ///   - demonstrations: Those that are to be reproduced.
  ///   - maxLength: Programs with more functions are not used.
  ///   - starts: How many first layers are tried.
  func stacks(demonstrations: [Int], maxLength: Int, starts: Int) -> [Stack] {
    var active = [UInt64](repeating: 0, count: pieces.wordCount)
    for demonstration in demonstrations {
      for word in pieces.wordRanges[demonstration] { active[word] = pieces.all[word] }
    }
    let words = demonstrations.flatMap { Array(pieces.wordRanges[$0]) }
    let colors = (0..<Grid.colorCount).filter { color in
      words.contains { pieces.targets[color][$0] != 0 }
    }
    var result: [Stack] = []
    for first in best(starts, words, active, colors: colors, maxLength: maxLength) {
      if limit.isOver { break }
      if let stack = complete(
        first, demonstrations, words, active, colors: colors, maxLength: maxLength)
      {
        result.append(stack)
        result += variants(of: stack)
      }
    }
    return result
  }

  /// The same layers with one of them from another program, which differs in the test only.
  private func variants(of stack: Stack) -> [Stack] {
    stack.layers.indices.flatMap { place -> [Stack] in
      var result: [Stack] = []
      var piece = Int(pieces.nextVariants[stack.layers[place].piece])
      while piece >= 0 {
        var layers = stack.layers
        layers[place] = Layer(piece: piece, mode: layers[place].mode)
        result.append(self.stack(layers, loneLayers: stack.loneLayers))
        piece = Int(pieces.nextVariants[piece])
      }
      return result
    }
  }

  private func complete(
    _ first: (layer: Layer, claimed: Int), _ demonstrations: [Int], _ words: [Int],
    _ active: [UInt64], colors: [Int], maxLength: Int
  ) -> Stack? {
    var rest = active
    var layers = [first.layer]
    var lone = claim(first.layer, demonstrations, &rest) < 2 ? 1 : 0
    while words.contains(where: { rest[$0] != 0 }) {
      guard layers.count < Self.maxLayers, !limit.isOver,
        let next = best(1, words, rest, colors: colors, maxLength: maxLength).first
      else { return nil }
      layers.append(next.layer)
      if claim(next.layer, demonstrations, &rest) < 2 { lone += 1 }
    }
    return stack(layers, loneLayers: demonstrations.count > 1 ? lone : 0)
  }

  private func stack(_ layers: [Layer], loneLayers: Int) -> Stack {
    let count = pieces.testSize.height * pieces.testSize.width
    var cells = [UInt8](repeating: 255, count: count)
    for layer in layers {
      let base = layer.piece * count
      for cell in 0..<count where cells[cell] == 255 {
        let color = pieces.testCells[base + cell]
        switch layer.mode {
        case .all: cells[cell] = color
        case .ink: if color != 0 { cells[cell] = color }
        case .empty: if color == 0 { cells[cell] = 0 }
        case .inkAs(let value): if color != 0 { cells[cell] = value }
        case .emptyAs(let value): if color == 0 { cells[cell] = value }
        }
      }
    }
    let isWhole = !cells.contains(255)
    return Stack(
      layers: layers, testCells: cells.map { $0 == 255 ? 0 : $0 },
      cost: layers.reduce(0) { $0 + cost($1) } + 8 * loneLayers + (isWhole ? 0 : 20),
      loneLayers: loneLayers)
  }

  private func cost(_ layer: Layer) -> Int {
    let mode =
      switch layer.mode {
      case .all, .ink: 0
      case .empty: 1
      case .inkAs, .emptyAs: 3
      }
    return 10 * Int(pieces.lengths[layer.piece]) + 4 + mode
  }

  /// - Returns: In how many demonstrations the layer claims anything.
  private func claim(_ layer: Layer, _ demonstrations: [Int], _ rest: inout [UInt64]) -> Int {
    let base = layer.piece * pieces.wordCount
    var result = 0
    for demonstration in demonstrations {
      var claimed: UInt64 = 0
      for word in pieces.wordRanges[demonstration] {
        let ink = pieces.ink[base + word]
        let before = rest[word]
        switch layer.mode {
        case .all: rest[word] = 0
        case .ink, .inkAs: rest[word] &= ~ink
        case .empty, .emptyAs: rest[word] &= ink
        }
        claimed |= before ^ rest[word]
      }
      if claimed != 0 { result += 1 }
    }
    return result
  }

  /// The layers that are right wherever they claim something, those that claim most first.
  private func best(
    _ count: Int, _ words: [Int], _ rest: [UInt64], colors: [Int], maxLength: Int
  ) -> [(layer: Layer, claimed: Int)] {
    var result: [(layer: Layer, claimed: Int)] = []
    func offer(_ piece: Int, _ mode: Mode, _ claimed: Int) {
      guard claimed > 0 else { return }
      let layer = Layer(piece: piece, mode: mode)
      if result.count == count, let last = result.last,
        claimed < last.claimed
          || (claimed == last.claimed && cost(layer) >= cost(last.layer))
      {
        return
      }
      let place =
        result.firstIndex {
          claimed > $0.claimed || (claimed == $0.claimed && cost(layer) < cost($0.layer))
        } ?? result.count
      result.insert((layer, claimed), at: place)
      if result.count > count { result.removeLast() }
    }
    let wordCount = pieces.wordCount
    // Only words with something left, and the colours wanted there.
    let open = words.filter { rest[$0] != 0 }
    let total = open.reduce(0) { $0 + rest[$1].nonzeroBitCount }
    pieces.ink.withUnsafeBufferPointer { ink in
      pieces.right.withUnsafeBufferPointer { right in
        for first in pieces.firsts where Int(pieces.lengths[Int(first)]) <= maxLength {
          let piece = Int(first)
          let base = piece * wordCount
          var (inkWrong, emptyWrong): (UInt64, UInt64) = (0, 0)
          var (inkColors, emptyColors) = (0, 0)
          var claimed = 0
          var isPossible = true
          for word in open {
            let r = rest[word]
            let i = ink[base + word] & r
            let e = r & ~i
            let wrong = r & ~right[base + word]
            inkWrong |= i & wrong
            emptyWrong |= e & wrong
            claimed += i.nonzeroBitCount
            if inkWrong != 0 || emptyWrong != 0 {
              for color in colors {
                let target = pieces.targets[color][word]
                if i & target != 0 { inkColors |= 1 << color }
                if e & target != 0 { emptyColors |= 1 << color }
              }
              if inkWrong != 0, emptyWrong != 0, inkColors.nonzeroBitCount > 1,
                emptyColors.nonzeroBitCount > 1
              {
                isPossible = false
                break
              }
            }
          }
          guard isPossible else { continue }
          if inkWrong == 0, emptyWrong == 0 {
            offer(piece, .all, total)
            continue
          }
          // The colours of the words before the first error are not known yet.
          (inkColors, emptyColors) = (0, 0)
          for word in open {
            let i = ink[base + word] & rest[word]
            let e = rest[word] & ~i
            for color in colors {
              let target = pieces.targets[color][word]
              if i & target != 0 { inkColors |= 1 << color }
              if e & target != 0 { emptyColors |= 1 << color }
            }
          }
          if inkWrong == 0 {
            offer(piece, .ink, claimed)
          } else if inkColors.nonzeroBitCount == 1 {
            offer(piece, .inkAs(UInt8(inkColors.trailingZeroBitCount)), claimed)
          }
          if emptyWrong == 0 {
            offer(piece, .empty, total - claimed)
          } else if emptyColors.nonzeroBitCount == 1 {
            offer(piece, .emptyAs(UInt8(emptyColors.trailingZeroBitCount)), total - claimed)
          }
        }
      }
    }
    return result
  }
}
