// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import HoneTraining

/// Makes training samples out of demonstrations, endlessly and by seed.
struct DemonstrationSampler {
  let prompt: TaskPrompt
  let form: SampleForm
  let loss: SampleLoss
  private var random: RandomSource
  /// Held-out (or single) demonstrations still to come in this round, so that each has its turn.
  private var round: [Int] = []

  init(prompt: TaskPrompt, form: SampleForm, loss: SampleLoss, seed: UInt64) {
    self.prompt = prompt
    self.form = form
    self.loss = loss
    random = RandomSource(seed: seed).derived("samples")
  }

  mutating func next() -> TrainingSample {
    let all = prompt.demonstrations.indices
    switch form {
    case .permutation:
      return sample(random.shuffled(all), firstAnswerHasLoss: true)
    case .fixedOrder:
      return sample(Array(all), firstAnswerHasLoss: true)
    case .leaveOneOut:
      let heldOut = nextOfRound()
      // The first answer cannot be inferred from anything before it (arXiv 2411.07279, §3.2).
      return sample(
        random.shuffled(all.filter { $0 != heldOut }) + [heldOut],
        firstAnswerHasLoss: all.count == 1)
    case .direct:
      return sample([nextOfRound()], firstAnswerHasLoss: true)
    }
  }

  /// Tokens of the longest sample there can be.
  var longestSample: Int {
    let blocks = prompt.demonstrations.map(\.count)
    return prompt.opening.count
      + (form == .direct ? blocks.max() ?? 0 : blocks.reduce(0, +))
  }

  private mutating func nextOfRound() -> Int {
    if round.isEmpty { round = random.shuffled(prompt.demonstrations.indices) }
    return round.removeLast()
  }

  private func sample(_ order: [Int], firstAnswerHasLoss: Bool) -> TrainingSample {
    prompt.sample(order, asksAll: loss == .everything) { place in
      let isLast = place == order.count - 1
      return switch loss {
      case .everything: true
      case .everyAnswer: isLast || place > 0 || firstAnswerHasLoss
      case .lastAnswer: isLast
      }
    }
  }
}
