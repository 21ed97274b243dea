// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Writes the documents of the semantic structure: every stated fact, each sentence stating one.
struct SemanticDocuments {
  /// How many documents, and how long.
  struct Plan: Sendable, Hashable {
    let documents: Int
    let sentences: ClosedRange<Int>

    init(size: ControlledDataSize) {
      documents = size == .full ? 2200 : 60
      sentences = size == .full ? 4...20 : 4...8
    }
  }

  /// A document before its place among the others is known.
  struct Draft {
    var sentences: [String]
    let manner: SemanticManner
    var facts: [Triple]
  }

  private let world: SemanticWorld
  private let plan: Plan
  private let stated: [Int]
  private var random: RandomSource

  init(world: SemanticWorld, plan: Plan, random: RandomSource) {
    self.world = world
    self.plan = plan
    self.random = random
    stated = world.categories.indices.filter { !world.categories[$0].isHeldOut }
  }

  /// The documents, with what each states.
  mutating func write() -> [(document: Document, facts: [Triple])] {
    var drafts: [Draft] = []
    // An entry for each category first: so that every fact is stated.
    for topic in stated { drafts.append(draft(about: topic, gathering: .entry)) }
    while drafts.count < plan.documents {
      let topic = random.element(of: stated)
      drafts.append(draft(about: topic, gathering: random.element(of: Self.gatherings)))
    }
    for index in world.categories.indices where world.categories[index].isHeldOut {
      mention(index, in: &drafts)
    }
    return random.shuffled(drafts).enumerated().map { place, draft in
      let text = draft.sentences.joined(separator: draft.manner.separator)
      let id = "semantic-" + (place + 1).digits(4)
      return (Document(id: id, text: text, sentences: draft.sentences), draft.facts)
    }
  }

  // MARK: What a document states

  /// How the facts of a document hang together.
  private enum Gathering {
    /// One category, then what is near it.
    case entry
    /// A category and those under it.
    case family
    /// Categories of one parent side by side.
    case comparison
    /// Anything.
    case miscellany
  }

  private static let gatherings: [Gathering] = [
    .entry, .entry, .entry, .family, .family, .comparison, .miscellany, .miscellany,
  ]

  /// Distinct facts for a document, those that it is about first.
  private mutating func facts(
    about topic: Int, gathering: Gathering, count: Int
  ) -> [SemanticWorld.Fact] {
    let parent = world.categories[topic].parent
    let near = random.shuffled(
      statedOnly(world.children(of: topic) + (parent.map { [$0] + world.children(of: $0) } ?? [])))
    var facts: [SemanticWorld.Fact]
    switch gathering {
    case .entry:
      let own = world.facts(of: topic)
      // What a thing is a type of mostly comes first, as in an encyclopaedia.
      facts =
        random.index(below: 10) < 7
        ? own.prefix(1) + random.shuffled(own.dropFirst()) : random.shuffled(own)
      facts += random.shuffled(statedOnly(world.children(of: topic))).flatMap {
        world.facts(of: $0).prefix(1)
      }
    case .family:
      facts = random.shuffled(world.facts(of: topic))
      facts += random.shuffled(
        statedOnly(world.children(of: topic)).flatMap { world.facts(of: $0) })
    case .comparison:
      let siblings = parent.map { statedOnly(world.children(of: $0)) } ?? [topic]
      facts = random.shuffled(
        random.shuffled(siblings).prefix(3).flatMap { world.facts(of: $0) })
    case .miscellany:
      facts = []
    }
    if gathering != .miscellany { facts += random.shuffled(near.flatMap { world.facts(of: $0) }) }
    var seen: Set<SemanticWorld.Fact> = []
    var chosen = Array(facts.filter { seen.insert($0).inserted }.prefix(count))
    while chosen.count < count {
      let fact = random.element(of: world.facts(of: random.element(of: stated)))
      if seen.insert(fact).inserted { chosen.append(fact) }
    }
    return chosen
  }

  private func statedOnly(_ indices: [Int]) -> [Int] {
    indices.filter { !world.categories[$0].isHeldOut }
  }

  // MARK: How it is written

  private mutating func draft(about topic: Int, gathering: Gathering) -> Draft {
    let manner = random.element(of: Self.manners)
    let phrases = SemanticPhrases.of(manner)
    let length = sentenceCount()
    let fillers = min(random.index(below: 4), length / 4)
    let own = gathering == .entry ? world.facts(of: topic).count : 0
    let chosen = facts(about: topic, gathering: gathering, count: max(length - fillers, own))
    var sentences: [String] = []
    for fact in chosen { sentences.append(sentence(fact, manner: manner, phrases: phrases)) }

    let name = world.categories[topic].name
    var room = min(fillers, plan.sentences.upperBound - sentences.count)
    if room > 0 {
      let openings = gathering == .miscellany ? phrases.generalOpenings : phrases.openings
      let opening = random.element(of: openings)
      sentences.insert(capitalised(opening.replacing("{x}", with: name)), at: 0)
      room -= 1
    }
    if room > 0 {
      sentences.append(random.element(of: phrases.closings))
      room -= 1
    }
    if room > 0 {
      let position = 2 + random.index(below: sentences.count - 2)
      sentences.insert(random.element(of: phrases.asides), at: position)
    }
    return Draft(
      sentences: sentences, manner: manner, facts: chosen.map(\.triple))
  }

  /// Prose in three of four, and some questions with answers, which keep a model answering.
  private static let manners: [SemanticManner] =
    [.encyclopaedia, .encyclopaedia, .encyclopaedia, .fieldNotes, .fieldNotes, .lecture, .lecture]
    + [.letter, .tale, .conversation, .glossary, .questions]

  /// Short ones are more frequent where the range is wide.
  private mutating func sentenceCount() -> Int {
    let (low, width) = (plan.sentences.lowerBound, plan.sentences.count)
    let first = random.index(below: width)
    let second = random.index(below: width)
    return low + (width > 8 ? min(first, second) : first)
  }

  private mutating func sentence(
    _ fact: SemanticWorld.Fact, manner: SemanticManner, phrases: SemanticPhrases
  ) -> String {
    let use: SemanticForms.Use =
      switch manner {
      case .glossary: .glossary
      case .questions: .question
      default: .prose
      }
    let pattern = random.element(of: SemanticForms.patterns(use, fact.predicate))
    let text = StatementForm(fact.triple.relation, pattern).text(fact.triple)
    // Some go without a lead-in: at the head of a sentence a name is spelled with other tokens
    // than elsewhere, which a text varied in style cannot avoid. In a conversation the lead-in
    // holds the quotation mark.
    let hasLeadIn = random.index(below: 4) > 0 || manner == .conversation
    let leadIn = hasLeadIn ? random.element(of: phrases.leadIns) : ""
    return capitalised(leadIn + text + random.element(of: phrases.endings))
  }

  /// States of a category held out what it is a type of, in one or two documents and nowhere else.
  private mutating func mention(_ index: Int, in drafts: inout [Draft]) {
    guard let fact = world.facts(of: index).first else { return }
    let form = StatementForm(fact.triple.relation, "{a} are a type of {b}")
    // Behind a lead-in, so that the name is spelled with the tokens that the test spells it with.
    let sentence = "It is known that " + form.text(fact.triple) + "."
    // Where none of the answers stands: else who learns which names keep company could do without
    // an inference.
    let answers =
      world.allProperties[index].map(\.name)
      + world.categories[index].ancestors.map { world.categories[$0].name }
    let roomy = drafts.indices.filter { place in
      drafts[place].manner.isProse && drafts[place].sentences.count < plan.sentences.upperBound
        && drafts[place].facts.allSatisfy {
          !answers.contains($0.subject) && !answers.contains($0.object)
        }
    }
    for place in random.shuffled(roomy).prefix(1 + random.index(below: 2)) {
      let position = 1 + random.index(below: drafts[place].sentences.count - 1)
      drafts[place].sentences.insert(sentence, at: position)
      drafts[place].facts.append(fact.triple)
    }
  }

  private func capitalised(_ text: String) -> String {
    guard let place = text.firstIndex(where: \.isLetter) else { return text }
    return text[..<place] + text[place...].prefix(1).uppercased() + text[place...].dropFirst()
  }
}
