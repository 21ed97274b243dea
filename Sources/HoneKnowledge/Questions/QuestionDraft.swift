// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// A question whose wrong options are not yet drawn.
struct QuestionDraft: Sendable {
  let split: String
  let id: String
  let fact: String
  let prompt: String
  let neutralPrompt: String
  let answer: String
  /// What may be wrong, in groups; an earlier group is used up before a later one.
  let candidates: @Sendable () -> [[String]]
  /// Whether a candidate is surely not right.
  let isWrong: @Sendable (String) -> Bool
  /// How an answer is written.
  let written: @Sendable (String) -> String

  /// The question with its options; nil if there are too few of them.
  func item(_ random: RandomSource, _ table: FactTable) -> ChoiceItem? {
    var random = random.derived(id)
    var chosen = [answer]
    for group in candidates() {
      for candidate in random.shuffled(group) where chosen.count < QuestionBuilder.optionCount {
        if !chosen.contains(where: { FactTable.overlap($0, candidate) }), isWrong(candidate) {
          chosen.append(candidate)
        }
      }
    }
    guard chosen.count == QuestionBuilder.optionCount else { return nil }
    let order = random.shuffled(chosen.indices)
    guard let right = order.firstIndex(of: 0) else { return nil }
    return ChoiceItem(
      id: id, split: split, fact: fact, prompt: prompt, neutralPrompt: neutralPrompt,
      options: order.map { " " + written(chosen[$0]) }, correct: [right])
  }
}
