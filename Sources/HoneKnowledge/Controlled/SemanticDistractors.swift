// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Chooses false answers that are true of something else: in the same relation, at a near depth of
/// the tree, from the same half of the world where there are such.
struct SemanticDistractors {
  private struct Candidate {
    let name: String
    let depth: Int
    let root: Int
    let isHeldOut: Bool
  }

  private let world: SemanticWorld

  init(world: SemanticWorld) { self.world = world }

  /// - Returns: Fewer than asked for where the tree has no more.
  func choose(
    _ count: Int, for question: SemanticItems.Question, random: inout RandomSource
  ) -> [String] {
    let index = question.fact.category
    let pool =
      switch (question.fact.predicate, question.isReversed) {
      case (.category, false): categoriesAbove(index)
      case (.category, true): categoriesUnder(notUnder: question.fact.triple.object)
      case (_, false): properties(question.fact.predicate, notOf: index)
      case (_, true): categories(without: question.fact)
      }
    let answer = world.categories[index]
    let depth = question.isReversed ? answer.depth : question.sourceDepth
    // A name that was read once is matched by names that were read once.
    func distance(_ candidate: Candidate) -> Int {
      abs(candidate.depth - depth) + (candidate.root == root(index) ? 0 : 1)
        + (question.isReversed && candidate.isHeldOut != answer.isHeldOut ? 4 : 0)
    }
    return random.shuffled(pool).enumerated()
      .sorted { (distance($0.element), $0.offset) < (distance($1.element), $1.offset) }
      .prefix(count).map(\.element.name)
  }

  /// Categories with others under them, and unrelated to this one.
  private func categoriesAbove(_ index: Int) -> [Candidate] {
    world.categories.indices.filter { other in
      !isRelated(index, other)
        && world.descendants[other].contains { !world.categories[$0].isHeldOut }
    }.map(candidate)
  }

  /// Categories under others, and unrelated to the one of that name.
  private func categoriesUnder(notUnder name: String) -> [Candidate] {
    guard let index = world.categories.firstIndex(where: { $0.name == name }) else { return [] }
    return world.categories.indices.filter { other in
      !isRelated(index, other) && world.categories[other].parent != nil
    }.map(candidate)
  }

  /// Properties of others that neither it nor anything under it has.
  private func properties(_ predicate: SemanticPredicate, notOf index: Int) -> [Candidate] {
    let own = world.descendants[index].reduce(into: world.allProperties[index]) {
      $0.formUnion(world.allProperties[$1])
    }
    var seen = own
    return world.categories.indices.flatMap { other in
      world.categories[other].properties.filter {
        $0.predicate == predicate && seen.insert($0).inserted
      }.map {
        Candidate(
          name: $0.name, depth: world.categories[other].depth, root: root(other),
          isHeldOut: false)
      }
    }
  }

  /// Categories with such a property of their own, of which not even one under them has this one.
  private func categories(without fact: SemanticWorld.Fact) -> [Candidate] {
    let property = SemanticWorld.Property(predicate: fact.predicate, name: fact.triple.object)
    return world.categories.indices.filter { other in
      world.categories[other].properties.contains { $0.predicate == fact.predicate }
        && !world.allProperties[other].contains(property)
        && !world.descendants[other].contains { world.allProperties[$0].contains(property) }
    }.map(candidate)
  }

  private func isRelated(_ index: Int, _ other: Int) -> Bool {
    index == other || world.descendants[index].contains(other)
      || world.descendants[other].contains(index)
  }

  private func root(_ index: Int) -> Int { world.categories[index].ancestors.last ?? index }

  private func candidate(_ index: Int) -> Candidate {
    let category = world.categories[index]
    return Candidate(
      name: category.name, depth: category.depth, root: root(index),
      isHeldOut: category.isHeldOut)
  }
}
