// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneModel
import HoneTesting

/// The tiny model of the fixtures, and puzzles for it.
enum TinyPuzzles {
  static func model(threads: Int = 2) throws -> LanguageModel {
    try LanguageModel.load(path: Fixtures.path("tiny-llama"), threads: threads)
  }

  /// Every output is the input with its two colours exchanged.
  static func exchange(
    demonstrations: Int = 3, queries: Int = 1, side: Int = 2
  ) -> ARCTask {
    func grid(_ number: Int, _ a: UInt8, _ b: UInt8) -> Grid {
      Grid(height: side, width: side) { (number >> (($0 * side + $1) % 8)) & 1 == 0 ? a : b }
    }
    return ARCTask(
      id: "exchange",
      demonstrations: (1...demonstrations).map {
        ARCPair(input: grid($0, 1, 2), output: grid($0, 2, 1))
      },
      queries: (0..<queries).map { .init(input: grid(9 + $0, 1, 2), output: grid(9 + $0, 2, 1)) })
  }
}
