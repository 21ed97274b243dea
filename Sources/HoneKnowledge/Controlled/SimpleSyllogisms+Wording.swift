// SPDX-License-Identifier: Apache-2.0

extension LeadIn {
  /// A sentence about names: "Let us think about glon, yomp and troff."
  func naming(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return sentence(names.joined()) }
    return sentence(names.dropLast().joined(separator: ", ") + " and " + last)
  }
}

extension SimpleSyllogisms {
  static let trainingLeadIns = [
    LeadIn("Let us think about"), LeadIn("Here are some kinds of things:"), LeadIn("This is about"),
    LeadIn("Consider how", " are related."), LeadIn("The following concerns"),
    LeadIn("There is something to say about"), LeadIn("Please read this about"),
    LeadIn("What follows is about"), LeadIn("A few words about"), LeadIn("We now turn to"),
    LeadIn("Suppose that you come across"), LeadIn("These are facts about"),
  ]

  /// None is among ``trainingLeadIns``.
  static let testLeadIns = [
    LeadIn("Now compare"), LeadIn("What do we know about", "?"), LeadIn("Take", ", for example."),
    LeadIn("How do", " belong together?"), LeadIn("Someone asked about"),
    LeadIn("To sum up what there is to know of", ":"),
  ]

  /// The forms of the documents and those that a model may put a statement in.
  static let forms: [StatementForm] = {
    let patterns: [(Quantifier, [String])] = [
      (
        .all,
        [
          "all {a} are {b}", "all {a} is {b}", "all of the {a} are {b}", "all the {a} are {b}",
          "every {a} is {b}", "every {a} is a {b}", "each {a} is {b}", "each {a} is a {b}",
          "any {a} is {b}", "any {a} is a {b}", "all {a} are also {b}", "{a} are all {b}",
          "{a} are always {b}", "{a} are {b}", "{a} is {b}", "a {a} is a {b}", "{a} is a {b}",
          "{a} are a type of {b}", "{a} are a kind of {b}", "{a} is a type of {b}",
          "{a} is a kind of {b}", "only {b} are {a}", "only {b} can be {a}",
        ]
      ),
      (
        .some,
        [
          "some {a} are {b}", "some {a} is {b}", "some of the {a} are {b}", "some {a} are also {b}",
          "some {a} is a {b}", "there are some {a} that are {b}", "there are {a} that are {b}",
          "there is a {a} that is a {b}", "at least one {a} is {b}", "at least one {a} is a {b}",
          "at least some {a} are {b}", "{a} are sometimes {b}", "{a} can be {b}",
        ]
      ),
      (
        .no,
        [
          "no {a} are {b}", "no {a} is {b}", "no {a} is a {b}", "no {a} can be {b}",
          "none of the {a} are {b}", "none of the {a} is {b}", "{a} are not {b}", "{a} is not {b}",
          "{a} is not a {b}", "{a} are never {b}", "{a} is never {b}", "{a} cannot be {b}",
          "{a} can't be {b}", "{a} aren't {b}", "{a} isn't {b}", "all {a} are not {b}",
          "there are no {a} that are {b}", "there is no {a} that is {b}",
        ]
      ),
      (
        .someNot,
        [
          "some {a} are not {b}", "some {a} is not {b}", "some of the {a} are not {b}",
          "some {a} aren't {b}", "not all {a} are {b}", "not every {a} is {b}",
          "not every {a} is a {b}", "not all of the {a} are {b}", "{a} are not always {b}",
          "there are {a} that are not {b}", "there are some {a} that are not {b}",
        ]
      ),
    ]
    return patterns.flatMap { quantifier, patterns in
      patterns.map { StatementForm(quantifier.rawValue, $0) }
    }
  }()
}
