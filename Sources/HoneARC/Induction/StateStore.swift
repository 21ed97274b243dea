// SPDX-License-Identifier: Apache-2.0

/// All that programs make of one grid: each state once, in one block of memory.
///
/// Belongs to one thread. A state is a picture or a list of pictures. What a function makes of a state
/// is worked out once and remembered.
final class StateStore {
  /// A picture's place in ``cells``.
  struct Entry {
    let x: Int16
    let y: Int16
    let width: Int16
    let height: Int16
    let offset: Int32
  }

  private struct State {
    let entry: Int32
    let count: Int16
    let isList: Bool
    /// Where what functions make of it is remembered; -1 before the first was asked for.
    var results: Int32
  }

  /// No state: what a function makes of one that it cannot take.
  static let none: Int32 = -1
  private static let unknown: Int32 = -2

  private var states: [State] = []
  private var entries: UnsafeMutablePointer<Entry>
  private var entryCapacity = 1 << 10
  private var entryCount = 0
  private var cells: UnsafeMutablePointer<UInt8>
  private var cellCapacity = 1 << 17
  private var cellCount = 0
  /// A row of results for each state that any function was applied to.
  private var results: UnsafeMutablePointer<Int32>
  private var resultCapacity: Int
  private var resultCount = 0
  private var index = HashIndex(capacity: 1 << 10)
  private let canvas: Canvas
  private let functions: [GridFunction]
  let outputSize: GridSize
  /// Functions that were worked out, for the throughput.
  private(set) var applications = 0

  init(functions: [GridFunction], outputSize: GridSize, canvas: Canvas) {
    self.functions = functions
    self.outputSize = outputSize
    self.canvas = canvas
    entries = .allocate(capacity: entryCapacity)
    cells = .allocate(capacity: cellCapacity)
    resultCapacity = 64 * functions.count
    results = .allocate(capacity: resultCapacity)
  }

  deinit {
    entries.deallocate()
    cells.deallocate()
    results.deallocate()
  }

  var usedBytes: Int {
    entryCapacity * MemoryLayout<Entry>.stride + cellCapacity + resultCapacity * 4
      + states.capacity * MemoryLayout<State>.stride + index.usedBytes
  }

  func pictures(_ state: Int32) -> PictureList {
    let state = states[Int(state)]
    return PictureList(
      entries: entries + Int(state.entry), cells: cells, count: Int(state.count))
  }

  /// The picture of a state that is none's list.
  func picture(_ state: Int32) -> Picture { pictures(state)[0] }

  /// The state of a picture.
  func insert(_ picture: Picture) -> Int32? {
    canvas.clear()
    guard canvas.add(picture) != nil else { return nil }
    return insertCanvas(isList: false)
  }

  /// What a function makes of a state; ``none`` where it makes nothing.
  func apply(_ function: Int, to state: Int32) -> Int32 {
    let place = Int(state)
    if states[place].results < 0 {
      if resultCount + functions.count > resultCapacity {
        let grown = UnsafeMutablePointer<Int32>.allocate(capacity: 2 * resultCapacity)
        grown.update(from: results, count: resultCount)
        results.deallocate()
        results = grown
        resultCapacity *= 2
      }
      (results + resultCount).initialize(repeating: Self.unknown, count: functions.count)
      states[place].results = Int32(resultCount / functions.count)
      resultCount += functions.count
    }
    let slot = Int(states[place].results) * functions.count + function
    if results[slot] != Self.unknown { return results[slot] }
    let made = make(functions[function].body, of: state)
    results[slot] = made
    return made
  }

  private func make(_ body: GridFunction.Body, of state: Int32) -> Int32 {
    let isList = states[Int(state)].isList
    let pictures = pictures(state)
    canvas.clear()
    switch body {
    case .map(let body):
      applications += 1
      for index in pictures.indices where !body(pictures[index], canvas) { return Self.none }
      // A function that draws nothing or several for one would mix up the list.
      return canvas.entries.count == pictures.count
        ? insertCanvas(isList: isList) : Self.none
    case .sized(let body):
      applications += 1
      for index in pictures.indices where !body(pictures[index], outputSize, canvas) {
        return Self.none
      }
      return insertCanvas(isList: isList)
    case .split(let body):
      guard !isList else { return Self.none }
      applications += 1
      return body(pictures[0], canvas) && !canvas.entries.isEmpty
        ? insertCanvas(isList: true) : Self.none
    case .join(let body):
      guard isList else { return Self.none }
      applications += 1
      return body(pictures, canvas) && canvas.entries.count == 1
        ? insertCanvas(isList: false) : Self.none
    case .select(let body):
      guard isList else { return Self.none }
      applications += 1
      return body(pictures, canvas) && !canvas.entries.isEmpty
        ? insertCanvas(isList: true) : Self.none
    }
  }

  private func insertCanvas(isList: Bool) -> Int32 {
    var hash = PictureHash(isList: isList)
    for index in canvas.entries.indices { hash.add(canvas[index]) }
    let (state, isNew) = index.insert(hash.value)
    guard isNew else { return state }
    states.append(
      State(
        entry: Int32(entryCount), count: Int16(canvas.entries.count), isList: isList, results: -1))
    for index in canvas.entries.indices { store(canvas[index]) }
    return state
  }

  private func store(_ picture: Picture) {
    if entryCount == entryCapacity {
      let grown = UnsafeMutablePointer<Entry>.allocate(capacity: 2 * entryCapacity)
      grown.update(from: entries, count: entryCount)
      entries.deallocate()
      entries = grown
      entryCapacity *= 2
    }
    if cellCount + picture.count > cellCapacity {
      let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: 2 * cellCapacity)
      grown.update(from: cells, count: cellCount)
      cells.deallocate()
      cells = grown
      cellCapacity *= 2
    }
    (cells + cellCount).update(from: picture.cells, count: picture.count)
    entries[entryCount] = Entry(
      x: Int16(clamping: picture.x), y: Int16(clamping: picture.y), width: Int16(picture.width),
      height: Int16(picture.height), offset: Int32(cellCount))
    entryCount += 1
    cellCount += picture.count
  }
}
