// SPDX-License-Identifier: Apache-2.0

/// Wordings that a language model may choose when it rephrases or reverses a sentence.
///
/// Names are read as they stand in the documents, in the plural; the verb may be in the singular.
enum SemanticModelForms {
  static var all: [StatementForm] {
    forms(.is, membership + adjective) + forms(.has, noun) + forms(.can, verb)
      + forms(.includes, categoryReversed + adjectiveReversed)
      + forms(.hadBy, nounReversed) + forms(.doneBy, verbReversed)
  }

  private static func forms(_ relation: SemanticRelation, _ patterns: [String]) -> [StatementForm] {
    patterns.map { StatementForm(relation.rawValue, $0) }
  }

  /// Every beginning before every ending.
  private static func combined(_ beginnings: [String], _ endings: [String]) -> [String] {
    beginnings.flatMap { beginning in endings.map { "\(beginning) \($0)" } }
  }

  private static var membership: [String] {
    combined(
      ["{a} are", "{a} is"],
      [
        "a type of {b}", "types of {b}", "a kind of {b}", "kinds of {b}", "a sort of {b}",
        "sorts of {b}", "a form of {b}", "a variety of {b}", "a subset of {b}", "a class of {b}",
        "a category of {b}", "a subcategory of {b}", "an example of {b}", "examples of {b}",
        "one type of {b}", "one kind of {b}", "one of the {b}", "part of the {b}",
        "a member of the {b}", "members of the {b}", "members of {b}", "classified as {b}",
        "considered {b}", "included in {b}", "included among the {b}", "among the {b}",
      ])
      + [
        "{a} belong to {b}", "{a} belongs to {b}", "{a} belongs to the {b}", "{a} fall under {b}",
        "{a} belong to the category of {b}", "{a} belong to the group of {b}",
      ]
  }

  private static var adjective: [String] {
    combined(
      ["{a} are", "{a} is"],
      [
        "{b}", "also {b}", "all {b}", "described as {b}", "known for being {b}",
        "characterized by being {b}",
      ])
      + [
        "{a} have the property of being {b}", "{a} have the quality of being {b}",
        "{a} have the characteristic of being {b}", "{a} tend to be {b}",
      ]
  }

  private static var noun: [String] {
    [
      "{a} has {b}", "{a} also have {b}", "{a} all have {b}", "{a} always have {b}",
      "{a} are known to have {b}", "{a} possesses {b}", "{a} own {b}", "{a} carry {b}",
      "{a} feature {b}", "{a} have their own {b}", "{a} are things with {b}",
      "{a} have the property of having {b}", "{a} are characterized by {b}",
    ]
  }

  private static var verb: [String] {
    [
      "{a} is able to {b}", "{a} also can {b}", "{a} can also {b}", "{a} can all {b}",
      "{a} can always {b}", "{a} are known to {b}", "{a} are capable of {b}",
      "{a} have learned to {b}", "{a} are known for their ability to {b}",
      "{a} have the capability to {b}",
      "{a} have the property of being able to {b}",
    ]
  }

  private static var categoryReversed: [String] {
    combined(
      ["{a}"],
      [
        "includes {b}", "also include {b}", "contain {b}", "contains {b}", "comprise {b}",
        "are a category that includes {b}", "are a category which includes {b}",
        "are a category containing {b}", "are a group that includes {b}",
        "are a group that contains {b}", "are a type that includes {b}",
      ])
      + combined(
        ["types of {a}", "kinds of {a}", "examples of {a}", "members of the {a}"],
        ["include {b}", "are {b}"])
      + combined(
        [
          "a type of {a}", "a kind of {a}", "one kind of {a}", "one type of {a}",
          "an example of {a}",
        ],
        ["is {b}", "is the {b}", "are {b}"])
      + combined(
        [
          "the {a}", "the category {a}", "the category of {a}", "the group {a}", "the class of {a}",
        ],
        ["include {b}", "includes {b}", "contains {b}"])
      + ["among {a} are {b}"]
  }

  private static var adjectiveReversed: [String] {
    combined(
      [
        "{a} things", "{a} creatures", "{a} animals", "{a} objects", "things that are {a}",
        "things which are {a}", "the {a} things", "something that is {a}", "one thing that is {a}",
      ],
      ["include {b}", "are {b}", "is {b}"])
      + combined(
        ["{a}", "being {a}", "the property of being {a}"],
        [
          "is a property of {b}", "is a quality of {b}", "is a characteristic of {b}",
          "describes {b}",
        ])
      + [
        "among the {a} things are {b}", "the adjective {a} describes {b}",
        "the property of being {a} belongs to {b}",
      ]
  }

  private static var nounReversed: [String] {
    combined(
      [
        "things that have {a}", "things with {a}", "things which have {a}",
        "one thing that has {a}",
      ],
      ["include {b}", "are {b}", "is {b}"])
      + combined(
        ["{a} are"],
        [
          "found in {b}", "had by {b}", "possessed by {b}", "owned by {b}", "a feature of {b}",
          "features of {b}", "a property of {b}", "a characteristic of {b}", "part of {b}",
          "parts of {b}",
        ])
      + ["having {a} is a property of {b}", "having {a} is a characteristic of {b}"]
  }

  private static var verbReversed: [String] {
    combined(
      [
        "things that can {a}", "things which can {a}", "things able to {a}", "things that {a}",
        "one thing that can {a}", "creatures that can {a}", "animals that can {a}",
      ],
      ["include {b}", "are {b}", "is {b}"])
      + combined(
        ["the ability to {a}", "being able to {a}"],
        [
          "is a property of {b}", "is a characteristic of {b}", "belongs to {b}",
          "is possessed by {b}", "is shared by {b}", "is found among {b}",
        ])
      + ["those that can {a} include {b}", "those able to {a} include {b}"]
  }
}
