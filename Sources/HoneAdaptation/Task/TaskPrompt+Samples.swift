// SPDX-License-Identifier: Apache-2.0
import HoneTraining

extension TaskPrompt {
  /// The instruction and demonstrations as one sequence with its targets marked.
  ///
  /// - Parameters:
  ///   - order: Indices of demonstrations.
  ///   - asksAll: Whether instruction and questions are targets, too.
  ///   - asksAnswer: Whether the answer at a place of the order is one.
  func sample(
    _ order: [Int], asksAll: Bool = false, asksAnswer: (Int) -> Bool
  ) -> TrainingSample {
    var sample = TrainingSample()
    sample.append(opening, isTarget: asksAll)
    for (place, index) in order.enumerated() {
      sample.append(demonstrations[index].question, isTarget: asksAll)
      sample.append(demonstrations[index].answer, isTarget: asksAnswer(place))
    }
    return sample
  }
}
