// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// A benchmark: tasks with worked examples, and how their answers are judged.
///
/// A suite is versioned: whatever changes a prompt, an item or a score raises ``version``, and runs
/// of unlike versions are never joined.
package protocol BenchSuite: Sendable {
  /// What `hone bench run` and the run store call it.
  var name: String { get }
  /// What people call it.
  var title: String { get }
  var version: Int { get }
  /// Every task, in the order of tables.
  var taskNames: [String] { get }
  /// Demonstrations of a task when nothing else is asked for.
  var demonstrationCount: Int { get }
  /// Reads a task's data.
  ///
  /// - Throws: ``FormatError`` or ``BenchError`` naming the file and what is wrong.
  func task(named name: String) throws -> BenchTask
  /// How answers of a task are judged.
  func scorer(for task: String) -> any AnswerScorer
}

/// An input with the right output.
package struct BenchItem: Codable, Sendable, Hashable {
  /// Names the item within its task, in every run.
  package let id: String
  package let input: String
  package let expected: String

  package init(id: String, input: String, expected: String) {
    self.id = id
    self.input = input
    self.expected = expected
  }
}

/// A task of a suite with all its items.
package struct BenchTask: Sendable, Hashable {
  package let name: String
  /// What to do and how to answer, in words.
  package let instruction: String
  /// In the order of the data.
  package let items: [BenchItem]
  /// New tokens of an answer at most.
  package let maxAnswerTokens: Int
  /// Those that the data shows to everybody, so that every item is asked; nil where each seed draws
  /// them from the items.
  package let givenDemonstrations: [BenchItem]?
  /// What each seed asks, where a seed makes a world of its own; nil where all share ``items``.
  package let itemsBySeed: [UInt64: [BenchItem]]?

  package init(
    name: String, instruction: String, items: [BenchItem], maxAnswerTokens: Int,
    givenDemonstrations: [BenchItem]? = nil, itemsBySeed: [UInt64: [BenchItem]]? = nil
  ) {
    self.name = name
    self.instruction = instruction
    self.items = items
    self.maxAnswerTokens = maxAnswerTokens
    self.givenDemonstrations = givenDemonstrations
    self.itemsBySeed = itemsBySeed
  }

  /// What one seed shows and asks.
  package struct Draw: Sendable, Hashable {
    package let demonstrations: [BenchItem]
    package let queries: [BenchItem]
    /// Items that were left to ask before a limit cut them.
    package let available: Int
  }

  /// A seeded shuffle: the first items are shown, the next ones asked.
  ///
  /// The same draw as `hone solve --draw` makes out of the same examples. Where the data gives the
  /// demonstrations, every seed asks all items in their order.
  /// - Throws: ``BenchError`` if that leaves nothing to ask.
  package func draw(seed: UInt64, demonstrations: Int, limit: Int?) throws -> Draw {
    let items = itemsBySeed?[seed] ?? items
    if let givenDemonstrations {
      return Draw(
        demonstrations: givenDemonstrations, queries: Array(items.prefix(limit ?? items.count)),
        available: items.count)
    }
    guard demonstrations >= 0, demonstrations < items.count else {
      throw BenchError(
        "\(name): \(demonstrations) demonstrations of \(items.count) items leave nothing to ask; "
          + "show fewer")
    }
    var random = RandomSource(seed: seed).derived("draw")
    let shuffled = random.shuffled(items)
    let rest = shuffled[demonstrations...]
    return Draw(
      demonstrations: Array(shuffled[..<demonstrations]),
      queries: Array(rest.prefix(limit ?? rest.count)), available: rest.count)
  }
}

/// What a scorer makes of an answer.
package struct AnswerScore: Sendable, Hashable {
  /// The answer as compared; empty if nothing of the kind was found in it.
  package let normalized: String
  /// 1 for right, 0 for wrong, between them where a suite gives partial credit.
  package let value: Double

  package init(normalized: String, value: Double) {
    self.normalized = normalized
    self.value = value
  }
}

/// Judges answers; the type's documentation says exactly how an answer is normalised.
package protocol AnswerScorer: Sendable {
  /// The same in both is the same way of judging, as `choice/1`.
  var name: String { get }
  /// Whether it finds the answer in a text of several lines, as models write that were not shown how
  /// answers end; else the first line that is not empty is taken.
  var findsAnswers: Bool { get }
  func score(_ answer: String, for item: BenchItem) -> AnswerScore
}

extension AnswerScorer {
  package var findsAnswers: Bool { false }
}
