// SPDX-License-Identifier: Apache-2.0

/// Programs that run on all of a puzzle's grids at once: what differs anywhere is told apart, what is
/// the same everywhere is kept once, by the shortest program.
///
/// Programs are made breadth first, so they come in the order of their length, and no function is
/// worked out twice on the same state. Belongs to one thread.
final class ProgramSpace {
  /// A program, as the one before it and a last function.
  struct Node {
    let parent: Int32
    /// A function's place in the table, or of a root `-1 − its number`.
    let function: Int16
    /// Functions in the program, and one more for a root that is no input.
    let length: UInt8
    let isList: Bool
  }

  let functions: [GridFunction]
  /// One for each demonstration, then one for the test input.
  let stores: [StateStore]
  private(set) var nodes: [Node] = []
  /// The state of each program on each grid, a row for each program.
  private(set) var states: [Int32] = []
  private var index = HashIndex(capacity: 1 << 12)
  /// The first program that was not extended yet.
  private var next = 0
  private var row: [Int32]

  init(functions: [GridFunction], stores: [StateStore]) {
    self.functions = functions
    self.stores = stores
    row = Array(repeating: 0, count: stores.count)
  }

  var usedBytes: Int {
    stores.reduce(0) { $0 + $1.usedBytes } + states.capacity * 4
      + index.usedBytes + nodes.capacity * MemoryLayout<Node>.stride
  }

  /// Functions worked out so far.
  var applications: Int { stores.reduce(0) { $0 + $1.applications } }

  /// A program without functions.
  func addRoot(_ number: Int, _ states: [Int32], length: Int) {
    row = states
    insertRow(
      Node(
        parent: -1, function: Int16(-1 - number), length: UInt8(length), isList: false))
  }

  func state(_ program: Int, _ grid: Int) -> Int32 { states[program * stores.count + grid] }

  /// Extends all programs that are shorter than so many functions.
  ///
  /// - Parameters:
  ///   - usable: Functions that may be used.
  /// - Returns: Whether all of them were extended.
  func extend(to length: Int, usable: [Int], limit: SearchLimit) -> Bool {
    var untilCheck = 0
    let count = stores.count
    while next < nodes.count, Int(nodes[next].length) < length {
      let node = nodes[next]
      let base = next * count
      for function in usable {
        switch (functions[function].body, node.isList) {
        case (.split, true), (.join, false), (.select, false): continue
        default: break
        }
        var changed = false
        var made = true
        for grid in 0..<count {
          let before = states[base + grid]
          let after = stores[grid].apply(function, to: before)
          if after == StateStore.none {
            made = false
            break
          }
          if after != before { changed = true }
          row[grid] = after
        }
        guard made, changed else { continue }
        let isList: Bool =
          switch functions[function].body {
          case .map, .sized: node.isList
          case .split, .select: true
          case .join: false
          }
        insertRow(
          Node(
            parent: Int32(next), function: Int16(function), length: node.length + 1,
            isList: isList))
      }
      next += 1
      untilCheck -= 1
      if untilCheck <= 0 {
        untilCheck = 16
        if limit.isOver || usedBytes > limit.maxBytes { return false }
      }
    }
    return true
  }

  /// The functions of a program, the first first; its root comes before.
  func functions(of program: Int) -> (root: Int, functions: [Int]) {
    var result: [Int] = []
    var place = program
    while nodes[place].parent >= 0 {
      result.append(Int(nodes[place].function))
      place = Int(nodes[place].parent)
    }
    return (-1 - Int(nodes[place].function), result.reversed())
  }

  /// Keeps the row's program, unless another makes the same of every grid.
  private func insertRow(_ node: Node) {
    var hash = PictureHash(isList: true)
    for state in row { hash.add(UInt64(UInt32(bitPattern: state))) }
    guard index.insert(hash.value).isNew else { return }
    nodes.append(node)
    states.append(contentsOf: row)
  }
}
