// SPDX-License-Identifier: Apache-2.0

/// What is said of a category, by the kind of word that says it.
enum SemanticPredicate: String, Sendable, Hashable, CaseIterable {
  /// A category above it.
  case category
  case adjective
  case noun
  case verb

  /// The relation from a category to what is said of it.
  ///
  /// Categories and adjectives share one, since a bare "gruds are rony" does not tell which it is.
  var relation: SemanticRelation {
    switch self {
    case .category, .adjective: .is
    case .noun: .has
    case .verb: .can
    }
  }

  /// ``ChoiceItem/group`` of questions about it.
  var group: String { self == .category ? "category" : "property" }
}

/// ``Triple/relation`` of this set; whatever a sentence names first is the subject.
enum SemanticRelation: String, Sendable, Hashable, CaseIterable {
  case `is`
  case has
  case can
  /// What a category or an adjective covers.
  case includes
  case hadBy = "had-by"
  case doneBy = "done-by"

  /// The same fact from its other end.
  var converse: SemanticRelation {
    switch self {
    case .is: .includes
    case .has: .hadBy
    case .can: .doneBy
    case .includes: .is
    case .hadBy: .has
    case .doneBy: .can
    }
  }

  /// Whether it leads from a category to what is said of it, the only way in which documents go.
  var isForward: Bool { self == .is || self == .has || self == .can }
}

extension Triple {
  init(_ subject: String, _ relation: SemanticRelation, _ object: String) {
    self.init(subject, relation.rawValue, object)
  }

  /// The same fact from its other end; nil for a relation of another set.
  var semanticConverse: Triple? {
    SemanticRelation(rawValue: relation).map { Triple(object, $0.converse, subject) }
  }
}
