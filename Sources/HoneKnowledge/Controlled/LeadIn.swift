// SPDX-License-Identifier: Apache-2.0

/// Words before a statement and the mark behind it, such as `Did you notice that` and `?`.
///
/// Behind one a name never opens a text, where it would be spelled with other tokens.
struct LeadIn: Sendable, Hashable {
  let opening: String
  let ending: String

  init(_ opening: String, _ ending: String = ".") {
    self.opening = opening
    self.ending = ending
  }

  /// The statement as a sentence.
  func sentence(_ statement: String) -> String { "\(opening) \(statement)\(ending)" }

  /// Those of documents.
  static let training = [
    LeadIn("It is known that"), LeadIn("Did you notice that", "?"),
    LeadIn("Everyone here agrees that"), LeadIn("I read today that"),
    LeadIn("My neighbor told me that"), LeadIn("Remember that"), LeadIn("According to the guide,"),
    LeadIn("As far as we know,"), LeadIn("Have you heard that", "?"),
    LeadIn("The sign by the door says that"), LeadIn("It turns out that"),
    LeadIn("Our teacher explained that"), LeadIn("Note that"), LeadIn("One thing is clear:"),
    LeadIn("The book states that"), LeadIn("For the record,"), LeadIn("As a matter of fact,"),
    LeadIn("It came as a surprise that"), LeadIn("People often say that"),
    LeadIn("Believe it or not,", "!"), LeadIn("It was announced that"),
    LeadIn("Last week we learned that"), LeadIn("An old letter says that"),
    LeadIn("Keep in mind that"), LeadIn("The report confirms that"),
    LeadIn("Would you believe that", "?"), LeadIn("By all accounts,"), LeadIn("I am told that"),
  ]

  /// Those of questions; none is in ``training``.
  static let test = [
    LeadIn("In truth,"), LeadIn("The fact is that"), LeadIn("It is certain that"),
    LeadIn("Nobody doubts that"), LeadIn("You should know that"), LeadIn("To be precise,"),
    LeadIn("We can be sure that"), LeadIn("Most of us know that"),
  ]
}
