// SPDX-License-Identifier: Apache-2.0

/// The manners in which documents of the semantic structure are written.
enum SemanticManner: String, Sendable, Hashable, CaseIterable {
  case encyclopaedia
  case fieldNotes
  case lecture
  case letter
  case tale
  case conversation
  case glossary
  case questions

  /// Whether a plain sentence does not stand out.
  var isProse: Bool {
    switch self {
    case .encyclopaedia, .fieldNotes, .lecture, .letter, .tale: true
    case .conversation, .glossary, .questions: false
    }
  }

  /// What stands between sentences.
  var separator: String { isProse ? " " : "\n" }
}

/// Sentences that state nothing, and words around those that do; `{x}` is what a document is about.
struct SemanticPhrases: Sendable {
  let openings: [String]
  /// For a document about nothing in particular.
  let generalOpenings: [String]
  let asides: [String]
  let closings: [String]
  /// Before a statement, with the space.
  let leadIns: [String]
  /// Behind a statement, with the full stop.
  let endings: [String]

  static func of(_ manner: SemanticManner) -> SemanticPhrases {
    switch manner {
    case .encyclopaedia: encyclopaedia
    case .fieldNotes: fieldNotes
    case .lecture: lecture
    case .letter: letter
    case .tale: tale
    case .conversation: conversation
    case .glossary: glossary
    case .questions: questions
    }
  }

  private static let encyclopaedia = SemanticPhrases(
    openings: [
      "This entry is about {x}.", "A short account of {x} follows.",
      "Much has been written about {x}.", "The present article treats of {x}.",
    ],
    generalOpenings: ["This entry gathers some scattered remarks.", "Various subjects follow."],
    asides: [
      "The sources agree on this.", "Later editions confirm it.", "The point is not in dispute.",
    ],
    closings: [
      "Further details are given elsewhere.", "See also the other entries of this volume.",
      "The entry was last revised some years ago.",
    ],
    leadIns: [
      "In general, ", "As a rule, ", "According to most authors, ", "It is well established that ",
      "By common agreement, ", "In the literature, ", "By definition, ", "Notably, ",
    ],
    endings: [".", ".", ".", ", as earlier editions record."])

  private static let fieldNotes = SemanticPhrases(
    openings: [
      "Field notes on {x}.", "Today I studied {x} at length.", "Third day, spent with {x}.",
    ],
    generalOpenings: ["Field notes, in no particular order.", "Notes from a long day outside."],
    asides: ["The weather was poor.", "I checked this twice.", "My guide nodded."],
    closings: [
      "Tomorrow I shall go on.", "The light failed and I stopped here.", "More to follow.",
    ],
    leadIns: [
      "Observed again: ", "I can confirm that ", "Once more I noted that ", "Clearly, ",
      "It turns out that ", "From close up one sees that ", "Without a doubt, ",
    ],
    endings: [".", ".", ", as I saw myself.", ", and I saw no exception."])

  private static let lecture = SemanticPhrases(
    openings: [
      "Today's lesson concerns {x}.", "Let us turn to {x}.", "Please open your books at {x}.",
    ],
    generalOpenings: [
      "Today we repeat what we have learned.", "Let us go over a few basic facts.",
    ],
    asides: ["Write this down.", "This will come up again.", "Are there any questions?"],
    closings: [
      "That is all for today.", "Please revise this at home.", "Next week we shall go on.",
    ],
    leadIns: [
      "Remember that ", "First of all, ", "Note that ", "As you may know, ",
      "Keep in mind that ", "Do not forget that ",
    ],
    endings: [".", ".", ", and that is important.", ", as the book explains."])

  private static let letter = SemanticPhrases(
    openings: [
      "Dear friend, you asked me about {x}.", "My dear cousin, at last I can tell you about {x}.",
      "Dear Sir, thank you for your letter on {x}.",
    ],
    generalOpenings: ["Dear friend, here is what I have learned.", "My dear cousin, much is new."],
    asides: ["I thought you would like that.", "Our neighbour told me so.", "Imagine that!"],
    closings: ["With kind regards.", "Write back soon.", "Yours, as ever."],
    leadIns: [
      "I read that ", "Believe me, ", "You will be glad to hear that ", "Everyone here says that ",
      "As I wrote before, ", "It seems that ",
    ],
    endings: [".", ".", ", would you believe it.", ", as you may have heard."])

  private static let tale = SemanticPhrases(
    openings: [
      "Long ago the elders told of {x}.", "This is the story of {x}.",
      "Once a child asked the village about {x}.",
    ],
    generalOpenings: ["The old woman told the children many things.", "So the story goes."],
    asides: ["The children listened.", "The fire burned low.", "Nobody spoke for a while."],
    closings: [
      "And so it has been ever since.", "Here the tale ends.", "Then they all went home.",
    ],
    leadIns: [
      "Since the first days, ", "The elders say that ", "It is told that ", "In every land, ",
      "To this day, ", "Old and young agree that ",
    ],
    endings: [".", ".", ", or so the song says.", ", and it was always so."])

  private static let conversation = SemanticPhrases(
    openings: [
      "\"Tell me about {x},\" said the visitor.", "\"What do you know of {x}?\" asked the girl.",
    ],
    generalOpenings: ["Two friends were talking.", "The visitor had many questions."],
    asides: ["\"Are you sure?\" asked the visitor.", "\"Go on,\" said the girl.", "\"I see.\""],
    closings: ["\"Thank you,\" said the visitor.", "They said goodbye."],
    leadIns: ["\"", "\"", "\"Well, ", "\"You see, ", "\"Of course ", "\"I learned that "],
    endings: [
      ",\" said the keeper.", ",\" answered the old man.", ".\"", ",\" came the reply.",
      ",\" her brother explained.",
    ])

  private static let glossary = SemanticPhrases(
    openings: ["Glossary for {x}.", "Key points on {x}."],
    generalOpenings: ["Glossary of terms.", "A list of key points."],
    asides: ["(Checked.)", "(See the appendix.)"],
    closings: ["End of list."],
    leadIns: ["", "", "- "], endings: ["."])

  private static let questions = SemanticPhrases(
    openings: ["Questions and answers about {x}.", "A short quiz on {x}."],
    generalOpenings: ["Questions and answers.", "A short quiz."],
    asides: ["Question: Is the quiz over? Answer: Not yet."],
    closings: ["End of the quiz."],
    leadIns: [""], endings: ["."])
}
