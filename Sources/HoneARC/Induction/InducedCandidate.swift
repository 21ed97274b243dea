// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// An answer to a test input with the program that made it.
public struct InducedCandidate: Sendable, Hashable, Codable {
  public let grid: Grid
  public let program: GridProgram
  /// For each demonstration whether the program reproduces its output.
  public let reproduced: [Bool]
  /// The lower the simpler.
  public let cost: Int
  /// Of a rule that was learned: how many demonstrations it reproduces when it is learned from the
  /// others only; nil of other programs.
  public let heldOut: Int?
  /// The weight of all programs with this answer, each `e^(−cost / 6)`.
  public internal(set) var support: Double

  public init(
    grid: Grid, program: GridProgram, reproduced: [Bool], cost: Int, heldOut: Int? = nil
  ) {
    self.grid = grid
    self.program = program
    self.reproduced = reproduced
    self.cost = cost
    self.heldOut = heldOut
    support = exponential(-Double(cost) / 6)
  }

  public var reproducesAll: Bool { reproduced.allSatisfy { $0 } }

  /// Whether it reproduces all demonstrations and is simple enough to be believed: with many layers
  /// almost any output can be put together.
  public var isConvincing: Bool {
    guard reproducesAll else { return false }
    if let heldOut { return 2 * heldOut >= reproduced.count }
    return program.layers.count <= Self.fewLayers && cost <= Self.lowCost
  }

  static let fewLayers = 3
  static let lowCost = 70

  /// How often the best programs of a puzzle were right where they were such as this one, on the
  /// training half with two functions (docs/results/arc-induction.md).
  public var confidence: Double {
    guard reproducesAll else { return 0.02 }
    if let heldOut { return heldOut == reproduced.count ? 0.9 : isConvincing ? 0.7 : 0.12 }
    if cost > Self.lowCost { return 0.19 }
    return switch program.layers.count {
    case 0...1: 0.97
    case 2...3: 0.78
    case 4: 0.6
    default: 0.19
    }
  }

  /// The lower the better: convincing ones first, then by what they reproduce and what they cost.
  private var rank: (Int, Int, Int) {
    (isConvincing ? 0 : 1, -reproduced.count { $0 }, cost)
  }

  /// The better of two with the same answer, with the support of both.
  func merged(with other: InducedCandidate) -> InducedCandidate {
    var result = other.rank < rank ? other : self
    result.support = support + other.support
    return result
  }

  /// Whether it is to be tried before another.
  func isBetter(than other: InducedCandidate) -> Bool {
    let (mine, others) = (rank, other.rank)
    if (mine.0, mine.1) != (others.0, others.1) { return (mine.0, mine.1) < (others.0, others.1) }
    if support != other.support { return support > other.support }
    if grid.height != other.grid.height { return grid.height < other.grid.height }
    return grid.cells.lexicographicallyPrecedes(other.grid.cells)
  }
}
