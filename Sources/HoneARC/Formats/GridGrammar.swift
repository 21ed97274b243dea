// SPDX-License-Identifier: Apache-2.0

/// Accepts, byte by byte, exactly the replies that write a rectangular grid in a format.
///
/// Behind each cell there are three ways to go on: a cell of the same row, one of the next row, or
/// the end. They form one tree of bytes, and the place in the grid tells which of them are open: so
/// a state is five small numbers and a step is a look into a table.
package struct GridGrammar: Sendable {
  /// How far a reply has come.
  package struct State: Hashable, Sendable {
    /// In the tree of what may follow the last whole cell.
    var node: UInt16 = 0
    /// The last whole cell's.
    var row: UInt8 = 0
    var column: UInt8 = 0
    /// Of the rows; 0 while the first one goes on.
    var width: UInt8 = 0
  }

  /// Ways to go on, as bits.
  struct Ways: OptionSet, Sendable {
    let rawValue: UInt8
    static let first = Ways(rawValue: 1)
    static let sameRow = Ways(rawValue: 2)
    static let nextRow = Ways(rawValue: 4)
    static let end = Ways(rawValue: 8)
  }

  /// Where a byte leads.
  struct Step: Sendable {
    var node: UInt16
    /// The way of which this byte was the last, if it completes a cell.
    var cell: Ways = []
    /// Those that are open behind it, or were just completed.
    var ways: Ways
  }

  package let maxSide: Int
  /// For each byte its column in the table, or nil.
  private var symbols = [Int?](repeating: nil, count: 256)
  private var symbolCount = 0
  /// A row for each node.
  private var steps: [[Step?]] = []
  /// The nodes at which a reply may end, if its last row is full.
  private var isEnd: [Bool] = []

  static let start: UInt16 = 0
  static let behindCell: UInt16 = 1

  /// - Parameters:
  ///   - format: No cell's text, with the separator before it, may begin another way to go on; the
  ///     end's may.
  ///   - maxSide: The most rows, and the most columns.
  package init(_ format: any GridFormat, maxSide: Int = Grid.maxSide) {
    precondition((1...Int(UInt8.max)).contains(maxSide))
    self.maxSide = maxSide
    let strings =
      [
        format.opening, format.cellSeparator, format.rowSeparator, format.closing,
        format.terminator,
      ] + format.cells
    for byte in Set(strings.flatMap(\.utf8)).sorted() {
      symbols[Int(byte)] = symbolCount
      symbolCount += 1
    }
    addNode()
    addNode()
    for cell in format.cells {
      add(format.opening + cell, .first, from: Self.start)
      add(format.cellSeparator + cell, .sameRow, from: Self.behindCell)
      add(format.rowSeparator + cell, .nextRow, from: Self.behindCell)
    }
    add(format.closing + format.terminator, .end, from: Self.behindCell)
  }

  private mutating func addNode() {
    steps.append(Array(repeating: nil, count: symbolCount))
    isEnd.append(false)
  }

  private mutating func add(_ text: String, _ way: Ways, from root: UInt16) {
    var node = Int(root)
    let bytes = Array(text.utf8)
    precondition(way == .end || !bytes.isEmpty, "a cell without text")
    for (index, byte) in bytes.enumerated() {
      guard let symbol = symbols[Int(byte)] else { preconditionFailure("all bytes are known") }
      let completesCell = way != .end && index == bytes.count - 1
      if var step = steps[node][symbol] {
        precondition(step.cell.isEmpty && !completesCell, "two ways to go on are not told apart")
        step.ways.insert(way)
        steps[node][symbol] = step
      } else if completesCell {
        steps[node][symbol] = Step(node: Self.behindCell, cell: way, ways: way)
      } else {
        steps[node][symbol] = Step(node: UInt16(steps.count), ways: way)
        addNode()
      }
      node = Int(steps[node][symbol]?.node ?? 0)
    }
    if way == .end { isEnd[node] = true }
  }

  /// The state before the first byte.
  package var start: State { State() }

  /// The state behind a byte.
  ///
  /// - Returns: nil if no reply goes on so.
  package func state(after byte: UInt8, in state: State) -> State? {
    guard let step = step(byte, from: state.node),
      !step.ways.isDisjoint(with: openWays(state))
    else { return nil }
    var next = state
    next.node = step.node
    switch step.cell {
    case .sameRow: next.column += 1
    case .nextRow:
      next.width = state.column + 1
      next.row += 1
      next.column = 0
    default: break
    }
    return next
  }

  /// The state behind some bytes.
  ///
  /// - Returns: nil if no reply goes on so.
  package func state(after bytes: some Sequence<UInt8>, in state: State) -> State? {
    var state = state
    for byte in bytes {
      guard let next = self.state(after: byte, in: state) else { return nil }
      state = next
    }
    return state
  }

  /// Whether the reply may end here; it may have other ways to go on as well.
  package func isComplete(_ state: State) -> Bool {
    isEnd[Int(state.node)] && openWays(state).contains(.end)
  }

  /// Whether a text is the whole of a reply.
  package func accepts(_ text: String) -> Bool {
    state(after: text.utf8, in: start).map(isComplete) ?? false
  }

  /// The ways that the last cell's place leaves open.
  private func openWays(_ state: State) -> Ways {
    var ways = Ways.first
    if roomInRow(state) > 0 { ways.insert(.sameRow) }
    if state.width == 0 || state.column + 1 == state.width {
      ways.insert(.end)
      if Int(state.row) + 1 < maxSide { ways.insert(.nextRow) }
    }
    return ways
  }

  private func roomInRow(_ state: State) -> Int {
    (state.width == 0 ? maxSide : Int(state.width)) - Int(state.column) - 1
  }
}

// MARK: The grammar without the grid's shape

extension GridGrammar {
  /// What tells states apart as far as the next few cells.
  struct StateClass: Hashable, Sendable {
    let node: UInt16
    let isFirstRow: Bool
    let roomInRow: Int
    let roomBelow: Int
    /// Of the row so far while it is the first.
    let width: Int
  }

  var nodeCount: Int { steps.count }

  func step(_ byte: UInt8, from node: UInt16) -> Step? {
    symbols[Int(byte)].flatMap { steps[Int(node)][$0] }
  }

  /// - Returns: Equal values for states from which the same bytes are possible, if these complete
  ///   at most `cells` cells.
  func stateClass(_ state: State, cells: Int) -> StateClass {
    let isFirstRow = state.width == 0
    return StateClass(
      node: state.node, isFirstRow: isFirstRow, roomInRow: min(roomInRow(state), cells + 1),
      roomBelow: min(maxSide - 1 - Int(state.row), cells + 1),
      width: min(isFirstRow ? Int(state.column) + 1 : Int(state.width), cells + 1))
  }

  /// Where bytes lead in some grid, and how many cells they complete.
  func walk(_ bytes: [UInt8], from node: UInt16) -> (node: UInt16, cells: Int)? {
    var (node, cells) = (node, 0)
    for byte in bytes {
      guard let step = step(byte, from: node) else { return nil }
      node = step.node
      if !step.cell.isEmpty { cells += 1 }
    }
    return (node, cells)
  }

  /// The bytes from a node to the end of each way that leads on from it.
  func rests(from node: UInt16) -> [[UInt8]] {
    var result: [[UInt8]] = []
    for byte in UInt8.min...UInt8.max {
      guard let step = step(byte, from: node) else { continue }
      if !step.cell.isEmpty || isEnd[Int(step.node)] { result.append([byte]) }
      if step.cell.isEmpty { result += rests(from: step.node).map { [byte] + $0 } }
    }
    return result
  }
}
