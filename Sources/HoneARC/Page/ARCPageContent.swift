// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// What page.mustache is filled with, under the names it uses.
struct ARCPageContent {
  let puzzleID: String
  let modelName: String
  let extent: String
  let policy = PageTemplate.securityPolicy
  let style = PageTemplate.style
  let verdicts: [PageVerdict]
  let pairs: [PagePair]
  let colors: [PageColor]
  let hasEntries: Bool
  let queries: [PageQuery]
  let strategies: [PageStrategy]
  let hasLosses: Bool
  let losses: [PageLoss]
  let setups: [PageSetup]

  init(
    _ puzzle: ARCTask, model: String, _ entries: [(strategy: String, solution: ARCSolution)]
  ) {
    let entries = entries.enumerated().map {
      PageEntry(name: $1.strategy.visible(), color: "c\($0 % 8)", solution: $1.solution)
    }
    puzzleID = puzzle.id.visible()
    modelName = model.visible()
    extent =
      PageNumber.count(puzzle.demonstrations.count, "demonstration") + " · "
      + PageNumber.count(puzzle.queries.count, "test input")
    verdicts = entries.map { PageVerdict($0, puzzle) }
    let shown = puzzle.demonstrations.flatMap { [$0.input, $0.output] }
    let scale = PageScale(shown, room: 150, largest: 24)
    pairs = puzzle.demonstrations.enumerated().map { PagePair($1, number: $0 + 1, scale) }
    let grids =
      shown + puzzle.queries.flatMap { [$0.input, $0.output].compactMap { $0 } }
      + entries.flatMap { $0.solution.attempts.flatMap { $0.map(\.grid) } }
    let used = Set(grids.flatMap(\.cells))
    colors = used.sorted().map { PageColor(colorClass: "k\($0)", index: Int($0)) }
    hasEntries = !entries.isEmpty
    queries = puzzle.queries.indices.map { PageQuery(puzzle, index: $0, entries) }
    strategies = entries.map { PageStrategy($0, puzzle) }
    losses = entries.compactMap { PageLoss($0) }
    hasLosses = !losses.isEmpty
    setups = entries.map(PageSetup.init)
  }
}

/// A strategy as the page names it.
struct PageEntry {
  let name: String
  /// The style's name of its colour.
  let color: String
  let solution: ARCSolution

  /// Test inputs that an attempt is right for, of those whose output is known.
  func score(_ puzzle: ARCTask) -> (right: Int, known: Int) {
    let known = zip(puzzle.queries, solution.attempts).compactMap { query, attempts in
      query.output.map { QueryScore(attempts: attempts.map(\.grid), output: $0) }
    }
    return (known.count { $0.isSolved() }, known.count)
  }
}

struct PageColor {
  let colorClass: String
  let colorName: String

  init(colorClass: String, index: Int) {
    self.colorClass = colorClass
    colorName = "\(index) \(GridPicture.colorNames[index])"
  }
}

/// How a strategy did, in a few words.
struct PageVerdict {
  let verdictName: String
  let verdict: String
  let kind: String

  init(_ entry: PageEntry, _ puzzle: ARCTask) {
    let (right, known) = entry.score(puzzle)
    verdictName = entry.name
    kind = known == 0 ? "open" : right == known ? "right" : "wrong"
    if known == 0 {
      verdict = "the right output is unknown"
    } else if known == 1, puzzle.queries.count == 1 {
      let attempts = entry.solution.attempts.first?.map(\.grid) ?? []
      let place = attempts.prefix(ARCTask.maxAttempts).firstIndex { $0 == puzzle.queries[0].output }
      verdict =
        place.map { "✓ right with attempt \($0 + 1)" }
        ?? (attempts.isEmpty ? "✗ no attempt" : "✗ wrong")
    } else {
      verdict = "\(right == known ? "✓" : "✗") \(right) of \(known) test inputs right"
    }
  }
}

/// The size that grids have in common, so that they compare.
struct PageScale {
  /// A cell's side in pixels.
  let cell: Int
  /// Columns of the widest.
  let widest: Int

  /// - Parameters:
  ///   - room: Pixels for the longest side.
  ///   - largest: The cell at most.
  init(_ grids: [Grid], room: Int, largest: Int) {
    let side = grids.flatMap { [$0.height, $0.width] }.max() ?? 1
    cell = min(largest, max(2, room / side))
    widest = grids.map(\.width).max() ?? 1
  }
}

/// A picture with its size.
struct PageFigure {
  let svg: String
  let size: String

  /// - Parameter shrinks: Whether its place may be narrower than the widest grid.
  init(
    _ grid: Grid, _ scale: PageScale, label: String, right: Grid? = nil, shrinks: Bool = true
  ) {
    svg =
      GridPicture(
        grid, cell: scale.cell, label: label, right: right, widest: shrinks ? scale.widest : nil
      ).svg
    size = "\(grid.height)×\(grid.width)"
  }
}

struct PagePair {
  let pairNumber: String
  let input: PageFigure
  let output: PageFigure

  init(_ pair: ARCPair, number: Int, _ scale: PageScale) {
    pairNumber = "\(number)"
    input = PageFigure(pair.input, scale, label: "input \(number)")
    output = PageFigure(pair.output, scale, label: "output \(number)")
  }
}

/// The costs of a strategy, side by side with others'.
struct PageStrategy {
  let strategyName: String
  let strategyColor: String
  let rightCount: String
  let steps: String
  let lossRange: String
  let trainTime: String
  let replies: String
  let gridCount: String
  let trainTokens: String
  let answerTokens: String
  let time: String

  init(_ entry: PageEntry, _ puzzle: ARCTask) {
    let solution = entry.solution
    let (right, known) = entry.score(puzzle)
    strategyName = entry.name
    strategyColor = entry.color
    rightCount = known > 0 ? "\(right)/\(known)" : PageNumber.missing
    let training = solution.training
    steps = training.map { PageNumber.whole($0.losses.count) } ?? PageNumber.missing
    lossRange =
      training.flatMap { training in
        guard let first = training.losses.first, let last = training.losses.last else { return nil }
        return PageNumber.fixed(first, 2) + " → " + PageNumber.fixed(last, 2)
      } ?? PageNumber.missing
    trainTime = training.map { PageNumber.duration($0.seconds) } ?? PageNumber.missing
    trainTokens = training.map { PageNumber.whole($0.tokens) } ?? PageNumber.missing
    let candidates = solution.queries.flatMap(\.candidates)
    let failed = solution.queries.reduce(0) { $0 + $1.failedReplies }
    replies = PageNumber.whole(candidates.reduce(failed) { $0 + $1.votes })
    gridCount = PageNumber.whole(candidates.count)
    answerTokens = PageNumber.whole(solution.queries.reduce(0) { $0 + $1.tokens })
    time = PageNumber.duration(solution.seconds)
  }
}

struct PageLoss {
  let lossName: String
  let lossColor: String
  let picture: LossPicture

  init?(_ entry: PageEntry) {
    guard let training = entry.solution.training, let picture = LossPicture(training.losses) else {
      return nil
    }
    lossName = entry.name
    lossColor = entry.color
    self.picture = picture
  }
}

struct PageSetup {
  struct Row {
    let key: String
    let value: String
  }

  let setupName: String
  let setupColor: String
  let settings: [Row]

  init(_ entry: PageEntry) {
    setupName = entry.name
    setupColor = entry.color
    let solution = entry.solution
    let recipe = solution.choice == .programs ? [] : solution.recipe.words
    let programs = solution.induction?.words ?? []
    settings = (programs + recipe).map { Row(key: $0.name, value: $0.value) }
  }
}
