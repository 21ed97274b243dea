// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// The hierarchy in nonsense words, and what follows from it.
struct SemanticWorld: Sendable {
  struct Property: Sendable, Hashable {
    let predicate: SemanticPredicate
    /// Its nonsense word; a noun in the plural.
    let name: String
  }

  struct Category: Sendable {
    /// In the plural.
    let name: String
    let parent: Int?
    let depth: Int
    /// Those above it, nearest first.
    let ancestors: [Int]
    /// Its own properties; none for a category held out, whose real ones nobody could infer.
    let properties: [Property]
    /// Whether nothing but its parent is ever stated.
    let isHeldOut: Bool
  }

  /// What the documents state of a category, from the category to what is said of it.
  struct Fact: Sendable, Hashable {
    let category: Int
    let predicate: SemanticPredicate
    let triple: Triple
  }

  let categories: [Category]
  /// Places of the categories below each, at any depth.
  let descendants: [Set<Int>]
  /// All that is true of each category: its own and what it inherits.
  let allProperties: [Set<Property>]

  /// - Parameters:
  ///   - size: Of the hierarchy, with the number of categories held out.
  ///   - random: Draws the words and what is held out.
  init(size: ControlledDataSize, random: RandomSource) {
    let hierarchy = SemanticHierarchy(size: size)
    let nodes = hierarchy.nodes
    var ancestors: [[Int]] = []
    for node in nodes { ancestors.append(node.parent.map { [$0] + ancestors[$0] } ?? []) }
    let heldOut = Self.heldOut(
      nodes, ancestors: ancestors, size: size, random: random.derived("holdouts"))

    var words = NonsenseWords(random: random.derived("words"))
    let names = nodes.map { _ in Self.plural(words.next()) }
    var translated: [SemanticHierarchy.Property: Property] = [:]
    categories = nodes.indices.map { index in
      let properties = heldOut.contains(index) ? [] : nodes[index].properties
      return Category(
        name: names[index], parent: nodes[index].parent, depth: nodes[index].depth,
        ancestors: ancestors[index],
        properties: properties.map { real in
          if let known = translated[real] { return known }
          let word = words.next()
          let property = Property(
            predicate: real.predicate, name: real.predicate == .noun ? Self.plural(word) : word)
          translated[real] = property
          return property
        }, isHeldOut: heldOut.contains(index))
    }
    var descendants = [Set<Int>](repeating: [], count: nodes.count)
    for index in nodes.indices {
      for ancestor in ancestors[index] { descendants[ancestor].insert(index) }
    }
    self.descendants = descendants
    let categories = categories
    allProperties = categories.map { category in
      category.ancestors.reduce(into: Set(category.properties)) {
        $0.formUnion(categories[$1].properties)
      }
    }
  }

  /// Leaves that inherit enough to be asked about, of different parents.
  private static func heldOut(
    _ nodes: [SemanticHierarchy.Node], ancestors: [[Int]], size: ControlledDataSize,
    random: RandomSource
  ) -> Set<Int> {
    var random = random
    let count = size == .full ? 10 : 3
    // Between them about as many questions as a split should have.
    let inherited = size == .full ? 12...17 : 9...13
    let parents = Set(nodes.compactMap(\.parent))
    let candidates = nodes.indices.filter { index in
      !parents.contains(index) && nodes[index].depth >= 3
        && inherited.contains(ancestors[index].reduce(0) { $0 + nodes[$1].properties.count })
    }
    var chosen: [Int] = []
    for index in random.shuffled(candidates) where chosen.count < count {
      if !chosen.contains(where: { nodes[$0].parent == nodes[index].parent }) {
        chosen.append(index)
      }
    }
    return Set(chosen)
  }

  private static func plural(_ word: String) -> String {
    let needsVowel =
      word.hasSuffix("s") || word.hasSuffix("x") || word.hasSuffix("z")
      || word.hasSuffix("ch") || word.hasSuffix("sh")
    return word + (needsVowel ? "es" : "s")
  }

  /// What is stated of a category: what it is a type of, then its own properties.
  func facts(of index: Int) -> [Fact] {
    let category = categories[index]
    let parent = category.parent.map {
      Fact(
        category: index, predicate: .category,
        triple: Triple(category.name, .is, categories[$0].name))
    }
    return [parent].compactMap { $0 }
      + category.properties.map {
        Fact(category: index, predicate: $0.predicate, triple: triple(index, $0))
      }
  }

  /// What follows and is not stated.
  struct InferredFact: Sendable {
    let fact: Fact
    /// Categories from the parent up to the one of which the last premise is stated.
    let path: [Int]
    /// The last premise.
    let stated: Triple

    /// The category that has the property, or that is named.
    let source: Int
  }

  /// What a category inherits, and the categories above its parent.
  func inferredFacts(of index: Int) -> [InferredFact] {
    let category = categories[index]
    return category.ancestors.indices.flatMap { step in
      let path = Array(category.ancestors[...step])
      let ancestor = category.ancestors[step]
      return facts(of: ancestor).map { stated in
        InferredFact(
          fact: Fact(
            category: index, predicate: stated.predicate,
            triple: Triple(category.name, stated.predicate.relation, stated.triple.object)),
          path: path, stated: stated.triple,
          source: stated.predicate == .category
            ? categories[ancestor].parent ?? ancestor : ancestor)
      }
    }
  }

  func triple(_ index: Int, _ property: Property) -> Triple {
    Triple(categories[index].name, property.predicate.relation, property.name)
  }

  func children(of index: Int) -> [Int] {
    categories.indices.filter { categories[$0].parent == index }
  }

  /// Every name that stands in a text.
  var names: Set<String> {
    Set(categories.map(\.name)).union(categories.flatMap(\.properties).map(\.name))
  }

  /// What is stated or follows, each from both ends.
  var truths: Set<Triple> {
    var truths: Set<Triple> = []
    for index in categories.indices {
      var forward = allProperties[index].map { triple(index, $0) }
      forward += categories[index].ancestors.map {
        Triple(categories[index].name, .is, categories[$0].name)
      }
      truths.formUnion(forward)
      truths.formUnion(forward.compactMap(\.semanticConverse))
    }
    return truths
  }
}
