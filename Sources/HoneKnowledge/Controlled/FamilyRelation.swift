// SPDX-License-Identifier: Apache-2.0

/// How a person stands to one who is named behind them in a text.
enum FamilyRelation: String, CaseIterable, Sendable, Hashable {
  /// `Femp's mother is Glon`: the one named behind is the mother.
  case mother, father, parent, child, sibling, husband, wife, grandmother, grandfather, grandparent
  case grandchild
  case marriedTo = "married to"
  /// `Glon is the mother of Femp`: the one named first is.
  case motherOf = "mother of"
  case fatherOf = "father of"
  case husbandOf = "husband of"
  case wifeOf = "wife of"
  case grandmotherOf = "grandmother of"
  case grandfatherOf = "grandfather of"

  /// A document's statement, or an inference in the same words.
  func text(_ fact: FamilyFact) -> String { "\(prompt(fact.subject)) \(fact.object)" }

  /// The statement up to the second name.
  func prompt(_ subject: String) -> String {
    self == .marriedTo ? "\(subject) is married to" : "\(subject)'s \(rawValue) is"
  }

  /// The forms of the documents and those that a model may put a statement in.
  static let forms = allCases.flatMap { relation in
    relation.patterns.map { StatementForm(relation.rawValue, $0) }
  }

  private var patterns: [String] {
    switch self {
    case .mother: Self.owned(["mother", "mom", "mum"])
    case .father: Self.owned(["father", "dad"])
    case .parent: Self.owned(["parent"]) + Self.owner(["child"])
    case .child: Self.owned(["child"]) + Self.owner(["parent"])
    case .sibling:
      Self.owned(["sibling"]) + Self.owner(["sibling"])
        + ["{a} and {b} are siblings", "{a} is sibling to {b}"]
    case .husband: Self.owned(["husband"])
    case .wife: Self.owned(["wife"])
    case .grandmother: Self.owned(["grandmother", "grandma"]) + Self.steps("mother")
    case .grandfather: Self.owned(["grandfather", "grandpa"]) + Self.steps("father")
    case .grandparent: Self.owned(["grandparent"]) + Self.owner(["grandchild"])
    case .grandchild: Self.owned(["grandchild"]) + Self.owner(["grandparent"])
    case .marriedTo:
      Self.owned(["spouse", "partner"]) + Self.owner(["spouse", "partner"])
        + [
          "{a} is married to {b}", "{a} was married to {b}", "{a} married {b}",
          "{a} has married {b}", "{a} got married to {b}", "{a} and {b} are married",
          "{a} and {b} are a married couple", "{a} is wed to {b}", "{a} and {b} are spouses",
        ]
    case .motherOf: Self.owner(["mother", "mom", "mum"])
    case .fatherOf: Self.owner(["father", "dad"])
    case .husbandOf: Self.owner(["husband"])
    case .wifeOf: Self.owner(["wife"])
    case .grandmotherOf: Self.owner(["grandmother", "grandma"])
    case .grandfatherOf: Self.owner(["grandfather", "grandpa"])
    }
  }

  /// The second name is what the first has.
  private static func owned(_ nouns: [String]) -> [String] {
    nouns.flatMap { noun in
      [
        "{a}'s \(noun) is {b}", "{a}'s \(noun) was {b}", "{a}'s \(noun) is called {b}",
        "{a}'s \(noun) is named {b}", "{a}'s \(noun), {b}", "the \(noun) of {a} is {b}",
        "the \(noun) of {a} was {b}", "the \(noun) of {a} is called {b}",
        "the \(noun) of {a} is named {b}", "a \(noun) of {a} is {b}",
        "one \(noun) of {a} is {b}", "{a} has the \(noun) {b}", "{a} has a \(noun) {b}",
        "{a} has a \(noun) named {b}", "{a} has a \(noun) called {b}",
        "{a} has \(noun) {b}", "{a} has {b} as a \(noun)", "{a} has {b} as \(noun)",
        "{a} has {b} as their \(noun)", "the name of {a}'s \(noun) is {b}",
        "one of {a}'s \(plural(noun)) is {b}",
      ]
    }
  }

  /// The first name is what the second has.
  private static func owner(_ nouns: [String]) -> [String] {
    nouns.flatMap { noun in
      [
        "{a} is the \(noun) of {b}", "{a} is a \(noun) of {b}", "{a} is \(noun) of {b}",
        "{a} is \(noun) to {b}", "{a} is a \(noun) to {b}", "{a} is the \(noun) to {b}",
        "{a} is {b}'s \(noun)", "{a} was the \(noun) of {b}", "{a} was {b}'s \(noun)",
        "{a} is the name of {b}'s \(noun)", "{a}, the \(noun) of {b}", "{a}, {b}'s \(noun)",
        "{a} is one of {b}'s \(plural(noun))", "{a} is one of the \(plural(noun)) of {b}",
      ]
    }
  }

  /// A parent's parent, who must not be taken for the parent.
  private static func steps(_ noun: String) -> [String] {
    ["mother", "father", "parent"].flatMap { parent in
      [
        "{a}'s \(parent)'s \(noun) is {b}", "the \(noun) of {a}'s \(parent) is {b}",
        "the \(noun) of the \(parent) of {a} is {b}",
      ]
    }
  }

  private static func plural(_ noun: String) -> String {
    noun.hasSuffix("child") ? noun + "ren" : noun + "s"
  }
}
