// SPDX-License-Identifier: Apache-2.0

/// The search for one test input, under one preparation.
///
/// Goes from short programs to longer ones; ``advance(to:)`` can be called for each length in turn.
///
/// `@unchecked Sendable`: nothing in it is shared with another search, and whoever has several gives
/// each to one task at a time.
final class QuerySearch: @unchecked Sendable {
  private let demonstrations: [ARCPair]
  private let input: Grid
  private let preparation: Preparation
  private let undo: (Grid) -> Grid
  private let configuration: InductionConfiguration
  private let limit: SearchLimit
  private let functions = FunctionTable.all
  private let canvas = Canvas()
  private var found: [Grid: InducedCandidate] = [:]
  private var state: State?
  private var earlierApplications = 0
  /// Whether time or memory ended it.
  private(set) var isCutShort = false

  private struct State {
    let space: ProgramSpace
    let testSize: GridSize?
    let usable: [Int]
    var pieces: PieceCollection
    /// Programs whose pictures are among the pieces.
    var collected = 0
    var length = 0
  }

  init(
    _ prepared: Preparation.Prepared, configuration: InductionConfiguration, limit: SearchLimit
  ) {
    demonstrations = prepared.demonstrations
    input = prepared.input
    preparation = prepared.preparation
    undo = prepared.undo
    self.configuration = configuration
    self.limit = limit
  }

  var candidates: [InducedCandidate] { Array(found.values) }
  var isConvinced: Bool { found.values.contains(where: \.isConvincing) }
  var programs: Int { state?.space.nodes.count ?? 0 }
  var applications: Int { earlierApplications + (state?.space.applications ?? 0) }

  /// Looks at all programs of so many functions.
  func advance(to length: Int) {
    if state == nil { state = start() }
    guard var state, !isCutShort else { return }
    // Changed in place.
    self.state = nil
    defer { self.state = state }
    if !state.space.extend(to: length, usable: state.usable, limit: limit) { isCutShort = true }
    while state.collected < state.space.nodes.count {
      collect(
        state.space, state.collected, hasSize: state.testSize != nil, &state.pieces)
      state.collected += 1
      if state.collected % 256 == 0,
        limit.isOver || state.pieces.usedBytes > limit.maxBytes
      {
        isCutShort = true
        break
      }
    }
    state.length = length
    if state.testSize != nil { stack(state, all: true) }
  }

  /// Looks for programs that reproduce some of the demonstrations only.
  func settleForLess() {
    if let state, state.testSize != nil { stack(state, all: false) }
  }

  /// - Parameter withSize: Whether the output's size is known.
  private func functions(withSize: Bool) -> [Int] {
    let excluded = Set(configuration.excludedFunctions)
    return functions.indices.filter { index in
      if case .sized = functions[index].body, !withSize { return false }
      return !excluded.contains(functions[index].name)
    }
  }

  private func start() -> State {
    let sizes = demonstrations.map(\.output.size)
    let testSize = predictedSize(sizes)
    let usable = functions(withSize: testSize != nil)
    let placeholder = GridSize(height: 1, width: 1)
    return State(
      space: space(sizes + [testSize ?? placeholder]), testSize: testSize, usable: usable,
      pieces: PieceCollection(
        outputs: demonstrations.map(\.output), testSize: testSize ?? placeholder))
  }

  // MARK: Programs

  private var inputs: [Grid] { demonstrations.map(\.input) + [input] }

  private func space(_ sizes: [GridSize]) -> ProgramSpace {
    let stores = sizes.map {
      StateStore(functions: functions, outputSize: $0, canvas: canvas)
    }
    let space = ProgramSpace(functions: functions, stores: stores)
    let roots = zip(stores, inputs).compactMap { store, grid in insert(grid, store) }
    if roots.count == stores.count { space.addRoot(0, roots, length: 0) }
    if let common = commonOutput {
      let roots = stores.compactMap { insert(common, $0) }
      if roots.count == stores.count { space.addRoot(1, roots, length: 1) }
    }
    return space
  }

  private static let rootNames = ["input", "what all outputs share"]

  private func insert(_ grid: Grid, _ store: StateStore) -> Int32? {
    grid.cells.withUnsafeBufferPointer { cells in
      cells.baseAddress.flatMap {
        store.insert(Picture(x: 0, y: 0, width: grid.width, height: grid.height, cells: $0))
      }
    }
  }

  /// The cells that are the same in all outputs; nil where these differ in size or in everything.
  private var commonOutput: Grid? {
    guard let first = demonstrations.first?.output, demonstrations.count > 1,
      demonstrations.allSatisfy({ $0.output.size == first.size })
    else { return nil }
    let cells = first.cells.indices.map { cell in
      demonstrations.allSatisfy { $0.output.cells[cell] == first.cells[cell] }
        ? first.cells[cell] : 0
    }
    return cells.contains { $0 != 0 }
      ? Grid(height: first.height, width: first.width, cells: cells) : nil
  }

  private func predictedSize(_ outputs: [GridSize]) -> GridSize? {
    let inputs = demonstrations.map(\.input.size)
    if inputs == outputs { return input.size }
    let space = space(outputs + [GridSize(height: 1, width: 1)])
    let usable = functions(withSize: false)
    for length in 1...2 {
      let isComplete = space.extend(to: length, usable: usable, limit: limit)
      if let size = SizePrediction.predict(outputs: outputs, space: space) {
        earlierApplications += space.applications
        return size
      }
      if !isComplete { break }
    }
    earlierApplications += space.applications
    return nil
  }

  // MARK: Pieces

  private static let overlay = FunctionTable.all.firstIndex { $0.name == "overlay" } ?? 0

  private func collect(
    _ space: ProgramSpace, _ program: Int, hasSize: Bool, _ pieces: inout PieceCollection
  ) {
    let node = space.nodes[program]
    var pictures: [Picture] = []
    pictures.reserveCapacity(space.stores.count)
    for (grid, store) in space.stores.enumerated() {
      var state = space.state(program, grid)
      if node.isList {
        state = store.apply(Self.overlay, to: state)
        if state == StateStore.none { return }
      }
      pictures.append(store.picture(state))
    }
    checkExact(space, program, pictures, isOverlaid: node.isList)
    if hasSize { pieces.add(program: program, length: Int(node.length), pictures) }
  }

  /// Whether the pictures are the outputs themselves, whatever size was expected.
  private func checkExact(
    _ space: ProgramSpace, _ program: Int, _ pictures: [Picture], isOverlaid: Bool
  ) {
    for (picture, pair) in zip(pictures, demonstrations) {
      guard picture.width == pair.output.width, picture.height == pair.output.height else {
        return
      }
      for cell in 0..<picture.count where picture.cells[cell] != pair.output.cells[cell] {
        return
      }
    }
    guard let last = pictures.last, last.width <= Grid.maxSide, last.height <= Grid.maxSide else {
      return
    }
    let grid = Grid(
      height: last.height, width: last.width,
      cells: Array(UnsafeBufferPointer(start: last.cells, count: last.count)))
    offer(
      grid, [layer(space, program, "")], reproduced: demonstrations.map { _ in true },
      cost: 10 * Int(space.nodes[program].length) + 4 + (isOverlaid ? 1 : 0))
  }

  private func layer(_ space: ProgramSpace, _ program: Int, _ drawing: String)
    -> GridProgram.Layer
  {
    let (root, names) = space.functions(of: program)
    return GridProgram.Layer(
      root: Self.rootNames[root], functions: names.map { functions[$0].name }, drawing: drawing)
  }

  // MARK: Rules

  /// Features of grids that rules are learned over, the simplest first.
  private static let featureSets: [[Int]] = {
    let all = CellFeatures.all
    func named(_ words: [String]) -> [Int] {
      all.indices.filter { index in
        index == 0 || words.contains { all[index].name.hasPrefix($0) }
      }
    }
    return [
      named(["shape", "most frequent", "rarest", "second", "rank"]),
      named(["object", "most frequent", "rarest", "second", "rank"]),
      named(["color", "equal", "filled neighbours"]),
      named(["next color", "color"]),
      named(["row", "column", "checker", "distance", "mirror", "turned", "transposed"]),
      Array(all.indices),
    ]
  }()

  /// Looks for a rule that gives each cell its colour, where outputs are as large as inputs.
  func learnCellRules() {
    guard demonstrations.allSatisfy(\.keepsSize) else { return }
    let examples = demonstrations.map { (CellFeatures($0.input), $0.output) }
    let test = CellFeatures(input)
    for set in Self.featureSets {
      if limit.isOver { return }
      let learner = CellRuleLearner(features: set, maxLeaves: 10)
      guard let rule = learner.learn(examples),
        let grid = rule.applied(to: test, height: input.height, width: input.width)
      else { continue }
      offer(
        grid, [.init(root: "each cell", functions: [rule.description], drawing: "")],
        reproduced: demonstrations.map { _ in true }, cost: 20 + 4 * rule.tree.leafCount,
        heldOut: heldOut(learner, examples))
    }
  }

  /// How many demonstrations are reproduced by what is learned from the others.
  private func heldOut(
    _ learner: CellRuleLearner, _ examples: [(CellFeatures, Grid)]
  ) -> Int {
    guard examples.count > 1 else { return 0 }
    return examples.indices.count { left in
      var others = examples
      let (features, output) = others.remove(at: left)
      return learner.learn(others)?.applied(
        to: features, height: output.height, width: output.width) == output
    }
  }

  // MARK: Layers

  /// - Parameter all: Whether all demonstrations must be reproduced; else each group of fewer is
  ///   tried.
  private func stack(_ state: State, all: Bool) {
    let (pieces, space) = (state.pieces, state.space)
    let search = LayerSearch(pieces: pieces, limit: limit)
    for subset in all ? [Array(demonstrations.indices)] : subsets() {
      for length in all && state.length > 2 ? state.length...state.length : 0...state.length {
        if limit.isOver {
          isCutShort = true
          return
        }
        for stack in search.stacks(
          demonstrations: subset, maxLength: length, starts: all ? configuration.starts : 4)
        {
          let layers = stack.layers.map { layer in
            self.layer(space, Int(pieces.programs[layer.piece]), layer.mode.description)
          }
          offer(
            Grid(
              height: pieces.testSize.height, width: pieces.testSize.width, cells: stack.testCells
            ), layers, reproduced: demonstrations.indices.map(subset.contains), cost: stack.cost)
        }
      }
    }
  }

  /// Groups of demonstrations, the larger ones first, not too many.
  private func subsets() -> [[Int]] {
    let count = demonstrations.count
    guard count > 1 else { return [] }
    if count > 4 {
      return demonstrations.indices.map { left in
        demonstrations.indices.filter { $0 != left }
      } + demonstrations.indices.map { [$0] }
    }
    return (1..<(1 << count) - 1).map { bits in
      demonstrations.indices.filter { bits >> $0 & 1 == 1 }
    }.sorted { $0.count > $1.count }
  }

  private func offer(
    _ grid: Grid, _ layers: [GridProgram.Layer], reproduced: [Bool], cost: Int,
    heldOut: Int? = nil
  ) {
    let candidate = InducedCandidate(
      grid: undo(grid), program: GridProgram(preparation: preparation.name, layers: layers),
      reproduced: reproduced, cost: cost + (preparation == .none ? 0 : 6), heldOut: heldOut)
    found[candidate.grid] = found[candidate.grid]?.merged(with: candidate) ?? candidate
  }
}

extension LayerSearch.Mode: CustomStringConvertible {
  /// As programs are printed.
  var description: String {
    switch self {
    case .all: ""
    case .ink: "what is not empty"
    case .empty: "what is empty"
    case .inkAs(let color): "what is not empty, in \(color)"
    case .emptyAs(let color): "what is empty, in \(color)"
    }
  }
}
