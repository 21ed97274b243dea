// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// A training task made of a puzzle's demonstrations: some shown, one to be answered.
public struct SyntheticTask: Codable, Sendable, Hashable {
  /// What is shown, in order.
  public let demonstrations: [ARCPair]
  /// What is to be answered.
  public let heldOut: ARCPair

  public init(demonstrations: [ARCPair], heldOut: ARCPair) {
    self.demonstrations = demonstrations
    self.heldOut = heldOut
  }

  /// All pairs as a chain, of which the last is to be answered.
  ///
  /// - Returns: nil if there is none.
  public init?(chain pairs: [ARCPair]) {
    guard let last = pairs.last else { return nil }
    self.init(demonstrations: pairs.dropLast(), heldOut: last)
  }

  /// The demonstrations, then the pair to be answered.
  public var pairs: [ARCPair] { demonstrations + [heldOut] }

  /// All inputs and outputs.
  var grids: [Grid] { pairs.flatMap { [$0.input, $0.output] } }

  /// The same done to every pair.
  func mapped(_ change: (ARCPair) -> ARCPair) -> SyntheticTask {
    SyntheticTask(demonstrations: demonstrations.map(change), heldOut: change(heldOut))
  }

  /// The same done to every grid.
  func mapped(_ change: (Grid) -> Grid) -> SyntheticTask {
    mapped { ARCPair(input: change($0.input), output: change($0.output)) }
  }

  /// - Returns: nil if a grid would be larger than a puzzle may hold.
  func transformed(_ transform: GridTransform) -> SyntheticTask? {
    let fits = grids.allSatisfy {
      let size = transform.size(height: $0.height, width: $0.width)
      return size.height <= Grid.maxSide && size.width <= Grid.maxSide
    }
    return fits ? mapped { transform.applied(to: $0) } : nil
  }

  /// Shifted cyclically, as ``TaskTransform/ShiftDraw`` says.
  func shifted(_ draw: TaskTransform.ShiftDraw, using random: inout RandomSource) -> SyntheticTask {
    func shift(height: Int, width: Int, _ random: inout RandomSource) -> GridTransform {
      .shift(rows: random.index(below: min(4, height)), columns: random.index(below: min(4, width)))
    }
    switch draw {
    case .perTask:
      let height = grids.map(\.height).max() ?? 1
      let width = grids.map(\.width).max() ?? 1
      let shift = shift(height: height, width: width, &random)
      return mapped { shift.applied(to: $0) }
    case .inputAndOutput:
      return mapped { (pair: ARCPair) in
        var copy = random
        let (input, output) = (pair.input, pair.output)
        return ARCPair(
          input: shift(height: input.height, width: input.width, &copy).applied(to: input),
          output: shift(height: output.height, width: output.width, &copy).applied(to: output))
      }
    }
  }

  /// In other colours, preferring those that the task does not use.
  func recolored(using random: inout RandomSource) -> SyntheticTask {
    let used = grids.reduce(into: Set<UInt8>()) { $0.formUnion($1.cells) }
    let colors = ColorPermutation.preferringUnused(used, using: &random)
    return mapped { colors.applied(to: $0) }
  }

  /// With its demonstrations in a random order.
  func reordered(using random: inout RandomSource) -> SyntheticTask {
    SyntheticTask(demonstrations: random.shuffled(demonstrations), heldOut: heldOut)
  }
}
