// SPDX-License-Identifier: Apache-2.0

extension BigBenchHard {
  /// How a task is put into words.
  struct Wording: Sendable {
    let name: String
    let sentence: String
    let format: AnswerFormat
  }

  /// A change of a sentence or a format raises ``BigBenchHard/version``.
  static let tasks: [Wording] = [
    Wording(
      name: "boolean_expressions",
      sentence: "Work out whether the logical expression is true or false.",
      format: .either("True", "False")),
    Wording(
      name: "causal_judgement",
      sentence: "Judge as most people would whether one thing caused another in the story.",
      format: .either("Yes", "No")),
    Wording(
      name: "date_understanding",
      sentence: "Find the date asked for from what is said about other days.", format: .choice),
    Wording(
      name: "disambiguation_qa",
      sentence: "Say whom the pronoun in the sentence means, or that it cannot be told.",
      format: .choice),
    Wording(
      name: "dyck_languages",
      sentence: "Close every bracket that is still open, the last opened first.",
      format: .brackets),
    Wording(
      name: "formal_fallacies",
      sentence: "Decide whether the conclusion follows from the stated premises by logic alone.",
      format: .either("valid", "invalid")),
    Wording(
      name: "geometric_shapes", sentence: "Name the shape that the SVG path draws.",
      format: .choice),
    Wording(
      name: "hyperbaton", sentence: "Pick the sentence whose adjectives are in natural order.",
      format: .choice),
    Wording(
      name: "logical_deduction_five_objects",
      sentence: "Work out the order of the five objects from the clues.", format: .choice),
    Wording(
      name: "logical_deduction_seven_objects",
      sentence: "Work out the order of the seven objects from the clues.", format: .choice),
    Wording(
      name: "logical_deduction_three_objects",
      sentence: "Work out the order of the three objects from the clues.", format: .choice),
    Wording(
      name: "movie_recommendation",
      sentence: "Recommend the film that goes best with those listed.", format: .choice),
    Wording(
      name: "multistep_arithmetic_two", sentence: "Compute the value of the expression.",
      format: .number),
    Wording(
      name: "navigate",
      sentence: "Decide whether someone who follows the steps ends where they started.",
      format: .either("Yes", "No")),
    Wording(
      name: "object_counting", sentence: "Count the things of the kind asked for.",
      format: .number),
    Wording(
      name: "penguins_in_a_table", sentence: "Answer the question from the table of animals.",
      format: .choice),
    Wording(
      name: "reasoning_about_colored_objects",
      sentence: "Answer the question about the colours and places of the objects.",
      format: .choice),
    Wording(
      name: "ruin_names", sentence: "Pick the edit of the name that makes it funny.",
      format: .choice),
    Wording(
      name: "salient_translation_error_detection",
      sentence: "Name the kind of mistake in the English translation of the German text.",
      format: .choice),
    Wording(
      name: "snarks", sentence: "Pick the statement that is meant sarcastically.",
      format: .choice),
    Wording(
      name: "sports_understanding",
      sentence: "Decide whether the sentence about sports could well be true.",
      format: .either("yes", "no")),
    Wording(
      name: "temporal_sequences",
      sentence: "Find the time at which the person could have gone there.", format: .choice),
    Wording(
      name: "tracking_shuffled_objects_five_objects",
      sentence: "Follow the swaps among five people and say what one of them ends up with.",
      format: .choice),
    Wording(
      name: "tracking_shuffled_objects_seven_objects",
      sentence: "Follow the swaps among seven people and say what one of them ends up with.",
      format: .choice),
    Wording(
      name: "tracking_shuffled_objects_three_objects",
      sentence: "Follow the swaps among three people and say what one of them ends up with.",
      format: .choice),
    Wording(
      name: "web_of_lies",
      sentence: "Work out who lies and who does not, and whether the last one tells the truth.",
      format: .either("Yes", "No")),
    Wording(
      name: "word_sorting", sentence: "Put the words into alphabetical order.",
      format: .wordList),
  ]
}
