// SPDX-License-Identifier: Apache-2.0

/// The words for the relations of the semantic structure.
///
/// Documents, the test and the oracle have wordings of their own, so that no text that is learned
/// from holds a question word for word, however it was made.
enum SemanticForms {
  /// Where a wording is at home.
  enum Use: Sendable, CaseIterable {
    /// Sentences of documents.
    case prose
    /// Entries of documents that are lists.
    case glossary
    /// Questions of documents, with their answers.
    case question
    /// The test, from a category to what is said of it; ends with the object.
    case asked
    /// The oracle's reversals.
    case reversed
    /// The test of reversals; ends with the object.
    case reversedAsked
  }

  static func patterns(_ use: Use, _ predicate: SemanticPredicate) -> [String] {
    switch use {
    case .prose: prose(predicate)
    case .glossary: glossary(predicate)
    case .question: question(predicate)
    case .asked: asked(predicate)
    case .reversed: reversed(predicate)
    case .reversedAsked: reversedAsked(predicate)
    }
  }

  /// Those of a use as forms.
  static func forms(_ use: Use) -> [StatementForm] {
    let isReversed = use == .reversed || use == .reversedAsked
    return SemanticPredicate.allCases.flatMap { predicate in
      let relation = isReversed ? predicate.relation.converse : predicate.relation
      return patterns(use, predicate).map { StatementForm(relation.rawValue, $0) }
    }
  }

  /// Every form, with those that a model may write.
  static var all: [StatementForm] {
    var seen: Set<StatementForm> = []
    return (Use.allCases.flatMap(forms) + SemanticModelForms.all).filter {
      seen.insert($0).inserted
    }
  }

  private static func prose(_ predicate: SemanticPredicate) -> [String] {
    switch predicate {
    case .category:
      [
        "{a} are a type of {b}", "{a} are a kind of {b}", "{a} are one sort of {b}",
        "all {a} are {b}", "{a} belong to the {b}", "{a} are classed as {b}", "{a} count as {b}",
        "{a} form one branch of the {b}", "{a} are members of the group called {b}",
      ]
    case .adjective:
      [
        "{a} are {b}", "{a} are always {b}", "all {a} are {b}", "{a} are known to be {b}",
        "{a} are {b} by nature", "{a} are without exception {b}", "{a} are said to be {b}",
        "{a} strike everyone as {b}",
      ]
    case .noun:
      [
        "{a} have {b}", "{a} possess {b}", "all {a} have {b}", "{a} come with {b}",
        "{a} are equipped with {b}", "{a} are never without {b}", "{a} are known for their {b}",
        "{a} bear {b}",
      ]
    case .verb:
      [
        "{a} can {b}", "{a} are able to {b}", "all {a} can {b}", "{a} know how to {b}",
        "{a} have the ability to {b}", "{a} never fail to {b}", "{a} are often seen to {b}",
        "{a} like to {b}",
      ]
    }
  }

  private static func glossary(_ predicate: SemanticPredicate) -> [String] {
    switch predicate {
    case .category: ["{a}: a type of {b}", "{a}: a kind of {b}", "{a}: one sort of {b}"]
    case .adjective: ["{a}: known to be {b}", "{a}: always {b}"]
    case .noun: ["{a}: equipped with {b}", "{a}: never without {b}"]
    case .verb: ["{a}: able to {b}", "{a}: known to {b}"]
    }
  }

  private static func question(_ predicate: SemanticPredicate) -> [String] {
    let patterns =
      switch predicate {
      case .category:
        ["What are {a} a type of? Answer: {b}", "What group do {a} belong to? Answer: {b}"]
      case .adjective: ["Are {a} {b}? Answer: Yes", "How are {a} described? Answer: {b}"]
      case .noun: ["Do {a} have {b}? Answer: Yes", "What do {a} have? Answer: {b}"]
      case .verb: ["Can {a} {b}? Answer: Yes", "What can {a} do? Answer: {b}"]
      }
    return patterns.map { "Question: " + $0 }
  }

  private static func asked(_ predicate: SemanticPredicate) -> [String] {
    switch predicate {
    case .category:
      [
        "{a} are a variety of {b}", "{a} can be grouped under {b}",
        "whatever is among the {a} is also among the {b}",
      ]
    case .adjective:
      [
        "a good word for {a} is {b}", "{a} may be described as {b}",
        "asked what {a} are like, one should answer that they are {b}",
      ]
    case .noun:
      [
        "{a} are furnished with {b}", "the parts of {a} include {b}",
        "on examining {a} one finds {b}",
      ]
    case .verb:
      [
        "{a} have the skill to {b}", "one thing that {a} do is {b}",
        "nothing stops {a} when they want to {b}",
      ]
    }
  }

  private static func reversed(_ predicate: SemanticPredicate) -> [String] {
    switch predicate {
    case .category:
      ["{a} include {b}", "{a} are a category that contains {b}", "one type of {a} are {b}"]
    case .adjective:
      ["{a} things include {b}", "being {a} is a property of {b}"]
    case .noun:
      ["things that have {a} include {b}", "{a} are found on {b}"]
    case .verb:
      ["things that can {a} include {b}", "the ability to {a} is found in {b}"]
    }
  }

  private static func reversedAsked(_ predicate: SemanticPredicate) -> [String] {
    switch predicate {
    case .category:
      [
        "examples of {a} are {b}", "among the {a} are {b}",
        "the group called {a} has members such as {b}",
      ]
    case .adjective:
      [
        "examples of {a} things are {b}", "among the things that are {a} are {b}",
        "the word {a} fits {b}",
      ]
    case .noun:
      [
        "examples of things with {a} are {b}", "among the things that have {a} are {b}",
        "{a} can be seen on {b}",
      ]
    case .verb:
      [
        "examples of things able to {a} are {b}", "among the things that can {a} are {b}",
        "those who {a} include {b}",
      ]
    }
  }
}
