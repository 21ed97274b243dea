// SPDX-License-Identifier: Apache-2.0

/// A change made to every pair of a puzzle before programs are searched for, so that what differs from
/// pair to pair looks alike; it is undone on the answer.
///
/// What is done to a pair is decided by its input alone.
enum Preparation: CaseIterable, Sendable {
  case none
  /// The most frequent colour of each input and black change places.
  case background
  /// Colours that not all inputs have are numbered by how often they occur.
  case colorsByFrequency

  /// As programs are printed.
  var name: String? {
    switch self {
    case .none: nil
    case .background: "the most frequent color as background"
    case .colorsByFrequency: "colors numbered by frequency"
    }
  }

  struct Prepared {
    let preparation: Preparation
    let demonstrations: [ARCPair]
    let input: Grid
    /// Makes of an answer what it is for the puzzle as it was.
    let undo: @Sendable (Grid) -> Grid
  }

  /// - Returns: nil where nothing would change, or nothing that tells the pairs apart.
  func apply(_ demonstrations: [ARCPair], _ input: Grid) -> Prepared? {
    if self == .none {
      return Prepared(
        preparation: self, demonstrations: demonstrations, input: input, undo: { $0 })
    }
    let inputs = demonstrations.map(\.input) + [input]
    let maps = inputs.map { permutation($0, among: inputs) }
    // The same for all pairs would be another name for the same puzzle.
    guard maps.contains(where: { $0 != maps[0] }) || self == .background && maps[0].colors[0] != 0
    else {
      return nil
    }
    let last = maps[demonstrations.count]
    return Prepared(
      preparation: self,
      demonstrations: demonstrations.enumerated().map { place, pair in
        ARCPair(
          input: maps[place].applied(to: pair.input), output: maps[place].applied(to: pair.output))
      },
      input: last.applied(to: input), undo: last.inverse.applied)
  }

  private func permutation(_ grid: Grid, among inputs: [Grid]) -> ColorPermutation {
    guard let result = ColorPermutation(colorMap(grid, among: inputs)) else {
      preconditionFailure("colours are exchanged, none is lost")
    }
    return result
  }

  /// What each colour becomes.
  private func colorMap(_ grid: Grid, among inputs: [Grid]) -> [Int] {
    var map = Array(0..<Grid.colorCount)
    let counts = grid.colorCounts
    if self == .background {
      // The first of equals, so black where it is one.
      let most = counts.firstIndex(of: counts.max() ?? 0) ?? 0
      map.swapAt(0, most)
      return map
    }
    let sets = inputs.map { Set($0.cells) }
    let known = sets.reduce(Set()) { $0.union($1) }
    let constant = sets.dropFirst().reduce(sets[0]) { $0.intersection($1) }
    let varying = known.subtracting(constant).subtracting([0]).sorted()
    guard !varying.isEmpty else { return map }
    let present = varying.filter { counts[Int($0)] > 0 }.sorted { a, b in
      if counts[Int(a)] != counts[Int(b)] { return counts[Int(a)] > counts[Int(b)] }
      // In reading order.
      return (grid.cells.firstIndex(of: a) ?? 0) < (grid.cells.firstIndex(of: b) ?? 0)
    }
    for (slot, color) in (present + varying.filter { counts[Int($0)] == 0 }).enumerated() {
      map[Int(color)] = Int(varying[slot])
    }
    return map
  }
}
