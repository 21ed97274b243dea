// SPDX-License-Identifier: Apache-2.0
import HoneTensor

@testable import HoneARC

/// Grids for tests, the same in every run.
struct RandomGrids {
  var random: RandomSource

  init(seed: UInt64 = 0) { random = RandomSource(seed: seed) }

  mutating func grid(_ height: Int, _ width: Int, colors: ClosedRange<UInt8> = 0...9) -> Grid {
    let cells = (0..<height * width).map { _ in
      colors.lowerBound + UInt8(random.index(below: colors.count))
    }
    return Grid(height: height, width: width, cells: cells)
  }

  /// Demonstrations of unlike sides, none of which is symmetric.
  mutating func pairs(
    _ count: Int, height: Int = 5, width: Int = 4, colors: ClosedRange<UInt8> = 0...9
  ) -> [ARCPair] {
    (0..<count).map { _ in
      ARCPair(
        input: grid(height, width, colors: colors), output: grid(width, height, colors: colors))
    }
  }

  /// Every shape at the edges, and some between.
  static let shapes: [(Int, Int)] =
    [
      (1, 1), (1, 2), (2, 1), (1, 30), (30, 1), (30, 30), (2, 2), (2, 3), (3, 2), (3, 3), (4, 7),
      (29, 30), (17, 5),
    ]
}
