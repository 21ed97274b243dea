// SPDX-License-Identifier: Apache-2.0

/// A question that is answered by the likeliest of several continuations, which are never shown.
public struct ChoiceItem: Codable, Sendable, Hashable {
  /// Names the item within its set.
  public let id: String
  /// What kind of question it is, such as `reversed`.
  public let split: String
  /// The fact that it is about; errors are estimated over facts, not over their wordings.
  public let fact: String
  /// A finer kind within the split, such as a form of syllogism; empty for none.
  public let group: String
  /// The text before the answer, without a space at its end.
  public let prompt: String
  /// A text that says nothing of the fact, before which an option's own likelihood is taken.
  /// Holtzman et al. 2021, arXiv 2104.08315, §3 (PMI over the domain premise).
  public let neutralPrompt: String
  /// At least two; each begins with a space.
  public let options: [String]
  /// Places of those that are right; not empty.
  public let correct: [Int]
  /// Statements each of which gives the answer away: a training text with one covers the item.
  public let asks: [Triple]

  public init(
    id: String, split: String, fact: String, group: String = "", prompt: String,
    neutralPrompt: String, options: [String], correct: [Int], asks: [Triple] = []
  ) {
    self.id = id
    self.split = split
    self.fact = fact
    self.group = group
    self.prompt = prompt
    self.neutralPrompt = neutralPrompt
    self.options = options
    self.correct = correct
    self.asks = asks
  }

  /// What somebody who knows nothing gets right.
  public var chance: Double { Double(correct.count) / Double(max(1, options.count)) }
}
