// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Writes the test of the semantic structure, a split at a time.
struct SemanticItems {
  /// ``ControlledData/splits``, easy to hard.
  enum Split: String, CaseIterable {
    case rephrased
    case reversed
    case syllogism
    case holdout
  }

  /// One statement to be completed.
  struct Question: Hashable {
    /// From the category to what is said of it.
    let fact: SemanticWorld.Fact
    /// Whether it is asked from its other end.
    let isReversed: Bool
    /// Statements that it takes to infer it.
    let premises: Int
    /// Depth of the category whose property or name is said of the other.
    let sourceDepth: Int
  }

  private let world: SemanticWorld
  private let perGroup: Int
  private let distractors: SemanticDistractors
  private var random: RandomSource

  init(world: SemanticWorld, size: ControlledDataSize, random: RandomSource) {
    self.world = world
    self.random = random
    perGroup = size == .full ? 100 : 20
    distractors = SemanticDistractors(world: world)
  }

  /// All splits in their order.
  mutating func write() -> [ChoiceItem] { Split.allCases.flatMap { write($0) } }

  /// The items of a split in a random order.
  mutating func write(_ split: Split) -> [ChoiceItem] {
    let candidates = random.shuffled(questions(split))
    // Inferences of two premises and longer ones alternate.
    let short = candidates.filter { $0.premises <= 2 }
    let long = candidates.filter { $0.premises > 2 }
    var inTurn: [Question] = []
    for place in 0..<max(short.count, long.count) {
      if place < short.count { inTurn.append(short[place]) }
      if place < long.count { inTurn.append(long[place]) }
    }
    var counts: [String: Int] = [:]
    var items: [ChoiceItem] = []
    for question in inTurn {
      let group = question.fact.predicate.group
      // Of what is held out everything is asked.
      guard split == .holdout || counts[group, default: 0] < perGroup else { continue }
      guard let item = item(question, split: split, place: items.count) else { continue }
      counts[group, default: 0] += 1
      items.append(item)
    }
    return items
  }

  // MARK: What is asked

  private func questions(_ split: Split) -> [Question] {
    world.categories.indices.flatMap { index -> [Question] in
      switch (split, world.categories[index].isHeldOut) {
      case (.rephrased, false): stated(index, isReversed: false)
      case (.reversed, false): stated(index, isReversed: true)
      case (.syllogism, false): inferred(index)
      // All that follows from its parent: what it inherits, and the parent's inclusion of it.
      case (.holdout, true): inferred(index) + stated(index, isReversed: true)
      default: []
      }
    }
  }

  private func stated(_ index: Int, isReversed: Bool) -> [Question] {
    let depth = world.categories[index].depth
    return world.facts(of: index).map {
      Question(
        fact: $0, isReversed: isReversed, premises: 1,
        sourceDepth: $0.predicate == .category ? depth - 1 : depth)
    }
  }

  /// What a category inherits, and the categories above its parent.
  private func inferred(_ index: Int) -> [Question] {
    world.inferredFacts(of: index).map {
      Question(
        fact: $0.fact, isReversed: false, premises: $0.path.count + 1,
        sourceDepth: world.categories[$0.source].depth)
    }
  }

  // MARK: How it is asked

  /// Nil where the tree has fewer than three false answers of the same relation.
  private mutating func item(_ question: Question, split: Split, place: Int) -> ChoiceItem? {
    let fact = question.fact
    guard let converse = fact.triple.semanticConverse else { return nil }
    let ask = question.isReversed ? converse : fact.triple
    let wrong = distractors.choose(3, for: question, random: &random)
    guard wrong.count == 3 else { return nil }
    let (options, correct) = random.options(right: [ask.object], wrong: wrong)

    let use: SemanticForms.Use = question.isReversed ? .reversedAsked : .asked
    let pattern = random.element(of: SemanticForms.patterns(use, fact.predicate))
    let statement = StatementForm(ask.relation, pattern).text(ask)
    let leadIn = random.element(of: LeadIn.test).opening
    return ChoiceItem(
      id: "\(split.rawValue)-\((place + 1).digits(3))", split: split.rawValue,
      fact: "\(fact.triple.subject) \(fact.triple.relation) \(fact.triple.object)",
      group: fact.predicate.group,
      prompt: "\(leadIn) \(statement.dropLast(ask.object.count + 1))",
      // Asks for the same kind of word, of nothing in particular.
      neutralPrompt: leadIn + " such things "
        + (question.isReversed ? "include" : fact.predicate.verb),
      options: options, correct: correct, asks: [ask])
  }
}

extension SemanticPredicate {
  /// The plain verb before what is said.
  fileprivate var verb: String {
    switch self {
    case .category, .adjective: "are"
    case .noun: "have"
    case .verb: "can"
    }
  }
}
