// SPDX-License-Identifier: Apache-2.0
@testable import HoneARC

/// A puzzle and solutions of it that no model made.
enum MadeUpPuzzle {
  /// A colour for each cell, of all ten, in patches.
  static func grid(height: Int, width: Int, salt: Int = 0) -> Grid {
    Grid(height: height, width: width) { row, column in
      let patch = (row / 3 * 7 + column / 4 * 5 + salt * 3) % 17
      return patch < 10 ? UInt8(patch) : 0
    }
  }

  /// The tenth cell in another colour.
  static func damaged(_ grid: Grid, times: Int = 1) -> Grid {
    Grid(height: grid.height, width: grid.width) { row, column in
      let place = row * grid.width + column
      return place % 10 == 3 && place / 10 < times
        ? (grid[row, column] + 1) % 10 : grid[row, column]
    }
  }

  static func puzzle(
    id: String = "made-up", side: Int = 9, queryCount: Int = 1, isKnown: Bool = true
  ) -> ARCTask {
    ARCTask(
      id: id,
      demonstrations: (0..<3).map { index in
        ARCPair(
          input: grid(height: side, width: side - index % 2, salt: index),
          output: grid(height: side, width: side, salt: index + 20))
      },
      queries: (0..<queryCount).map { index in
        ARCTask.Query(
          input: grid(height: side, width: side, salt: index + 40),
          output: isKnown ? grid(height: side, width: side, salt: index + 60) : nil)
      })
  }

  /// Some views that found the right output, some that found others, each grid scored under four.
  static func solution(
    of puzzle: ARCTask, rule: SelectionRule = .productOfExperts, candidateCount: Int = 4,
    side: Int = 9, isRight: Bool = true, isScored: Bool = true, steps: Int = 48
  ) -> ARCSolution {
    var recipe = ARCRecipe.preset(.compact, parameterCount: 1)
    recipe.inference.rule = rule
    let groups = ViewGroup.allCases
    let queries = puzzle.queries.indices.map { index in
      let right = grid(height: side, width: side, salt: index + 60)
      let predictions = (0..<max(8, candidateCount)).map { view -> Prediction in
        let choice = candidateCount == 0 ? 0 : view % candidateCount
        return Prediction(
          grid: isRight && choice < 1 ? right : damaged(right, times: choice + 1), index: view,
          view: "\(groups[view % 8].rawValue) order 2,0,1", group: groups[view % 8],
          cost: 0.2 + Double(view))
      }
      let candidates =
        candidateCount == 0
        ? []
        : ARCCandidate.merging(predictions).enumerated().map { place, found in
          isScored
            ? found.scored((0..<4).map { 0.25 * Double(place + 1) + 0.125 * Double($0) }) : found
        }
      return ARCSolution.Query(
        candidates: candidates, failedReplies: 2,
        expected: .init(nats: 1.5, tokens: 90), tokens: 12_345, seconds: 3.25)
    }
    let losses = (0..<steps).map { step -> Double in
      1.8 / (1 + 0.15 * Double(step)) + 0.05 * Double(step * 7 % 5)
    }
    let training = ARCSolution.Training(
      losses: losses, tokens: 98_765, seconds: 41.5, sampleCount: 120)
    return ARCSolution(
      taskID: puzzle.id, recipe: recipe, queries: queries,
      training: steps == 0 ? nil : training, seconds: 48.75)
  }
}
