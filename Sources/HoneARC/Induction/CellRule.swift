// SPDX-License-Identifier: Apache-2.0

/// A rule that gives each cell of a grid its colour in the output: a decision tree over features of
/// the cell.
///
/// Every rule is tried on demonstrations that it was not learned from; what fails there is no rule.
struct CellRule {
  /// What a cell becomes.
  enum Answer: Hashable {
    case color(UInt8)
    /// A feature's value.
    case feature(Int)
  }

  indirect enum Tree {
    case leaf(Answer)
    /// Whether a feature has a value, or is at least that.
    case ask(feature: Int, value: UInt8, atLeast: Bool, yes: Tree, no: Tree)

    var leafCount: Int {
      switch self {
      case .leaf: 1
      case .ask(_, _, _, let yes, let no): yes.leafCount + no.leafCount
      }
    }
  }

  let tree: Tree

  /// - Returns: nil where an answer is no colour.
  func applied(to features: CellFeatures, height: Int, width: Int) -> Grid? {
    var cells: [UInt8] = []
    cells.reserveCapacity(features.count)
    for cell in 0..<features.count {
      var place = tree
      while case .ask(let feature, let value, let atLeast, let yes, let no) = place {
        let mine = features[feature, cell]
        place = (atLeast ? mine >= value && mine != 255 : mine == value) ? yes : no
      }
      guard case .leaf(let answer) = place else { return nil }
      switch answer {
      case .color(let color): cells.append(color)
      case .feature(let feature):
        guard features[feature, cell] < 10 else { return nil }
        cells.append(features[feature, cell])
      }
    }
    return Grid(height: height, width: width, cells: cells)
  }

  /// The tree as nested conditions, on one line.
  var description: String { Self.words(tree) }

  private static func words(_ tree: Tree) -> String {
    switch tree {
    case .leaf(.color(let color)): return "\(color)"
    case .leaf(.feature(let feature)): return CellFeatures.all[feature].name
    case .ask(let feature, let value, let atLeast, let yes, let no):
      let name = CellFeatures.all[feature].name
      let value = value == 255 ? "none" : "\(value)"
      return "if \(name) \(atLeast ? "≥" : "=") \(value) then \(words(yes)) else \(words(no))"
    }
  }
}

/// Learns cell rules.
struct CellRuleLearner {
  /// Features that may be asked, and answered with.
  let features: [Int]
  let maxLeaves: Int

  private static let answerLimit = 60

  /// A tree that is right in every cell.
  ///
  /// - Returns: nil where one with so many leaves was not found.
  func learn(_ examples: [(features: CellFeatures, output: Grid)]) -> CellRule? {
    let colors = Set(examples.flatMap { Array(Set($0.output.cells)) }).sorted()
    var answers = [CellRule.Answer]()
    if features.contains(0) { answers.append(.feature(0)) }
    answers += colors.map { .color($0) }
    answers += features.filter { $0 != 0 && CellFeatures.all[$0].isColor }.map { .feature($0) }
    answers = Array(answers.prefix(Self.answerLimit))
    var cells: [Cell] = []
    for (example, (features, output)) in examples.enumerated() {
      for cell in 0..<features.count {
        var right: UInt64 = 0
        for (index, answer) in answers.enumerated() {
          let color =
            switch answer {
            case .color(let color): color
            case .feature(let feature): features[feature, cell]
            }
          if color == output.cells[cell] { right |= 1 << UInt64(index) }
        }
        cells.append(Cell(example: example, cell: cell, right: right))
      }
    }
    var leaves = 0
    guard
      let tree = grow(cells, examples.map(\.features), answers, depth: 0, leaves: &leaves)
    else { return nil }
    return CellRule(tree: tree)
  }

  private struct Cell {
    let example: Int
    let cell: Int
    /// A bit for each answer that is right here.
    let right: UInt64
  }

  private func grow(
    _ cells: [Cell], _ features: [CellFeatures], _ answers: [CellRule.Answer], depth: Int,
    leaves: inout Int
  ) -> CellRule.Tree? {
    let common = cells.reduce(~UInt64(0)) { $0 & $1.right }
    if common != 0 {
      leaves += 1
      return leaves <= maxLeaves ? .leaf(answers[common.trailingZeroBitCount]) : nil
    }
    guard depth < 6, leaves + 1 < maxLeaves,
      let split = bestSplit(cells, features, answers.count)
    else { return nil }
    let yes = cells.filter { split.holds(features[$0.example][split.feature, $0.cell]) }
    let no = cells.filter { !split.holds(features[$0.example][split.feature, $0.cell]) }
    guard !yes.isEmpty, !no.isEmpty,
      let yesTree = grow(yes, features, answers, depth: depth + 1, leaves: &leaves),
      let noTree = grow(no, features, answers, depth: depth + 1, leaves: &leaves)
    else { return nil }
    return .ask(
      feature: split.feature, value: split.value, atLeast: split.atLeast, yes: yesTree, no: noTree)
  }

  private struct Split {
    let feature: Int
    let value: UInt8
    let atLeast: Bool

    func holds(_ mine: UInt8) -> Bool { atLeast ? mine >= value && mine != 255 : mine == value }
  }

  /// The question after which the best two answers are right in most cells.
  private func bestSplit(
    _ cells: [Cell], _ features: [CellFeatures], _ answerCount: Int
  ) -> Split? {
    var totals = [Int](repeating: 0, count: answerCount)
    for cell in cells {
      var bits = cell.right
      while bits != 0 {
        totals[bits.trailingZeroBitCount] += 1
        bits &= bits - 1
      }
    }
    var best: (split: Split, right: Int)?
    var counts = [Int](repeating: 0, count: 256 * answerCount)
    var sizes = [Int](repeating: 0, count: 256)
    for feature in self.features {
      for index in counts.indices { counts[index] = 0 }
      for index in sizes.indices { sizes[index] = 0 }
      for cell in cells {
        let value = Int(features[cell.example][feature, cell.cell])
        sizes[value] += 1
        var bits = cell.right
        while bits != 0 {
          counts[value * answerCount + bits.trailingZeroBitCount] += 1
          bits &= bits - 1
        }
      }
      let values = sizes.indices.filter { sizes[$0] > 0 }
      guard values.count > 1 else { continue }
      func offer(_ inside: (Int) -> Int, _ split: Split) {
        var (yes, no) = (0, 0)
        for answer in 0..<answerCount {
          let count = inside(answer)
          yes = max(yes, count)
          no = max(no, totals[answer] - count)
        }
        if yes + no > best?.right ?? (totals.max() ?? 0) { best = (split, yes + no) }
      }
      for value in values {
        offer(
          { counts[value * answerCount + $0] },
          Split(feature: feature, value: UInt8(value), atLeast: false))
      }
      guard CellFeatures.all[feature].isOrdered, values.count > 2 else { continue }
      var sums = [Int](repeating: 0, count: answerCount)
      for value in values.dropFirst().reversed() where value != 255 {
        for answer in 0..<answerCount { sums[answer] += counts[value * answerCount + answer] }
        offer({ sums[$0] }, Split(feature: feature, value: UInt8(value), atLeast: true))
      }
    }
    return best?.split
  }
}
