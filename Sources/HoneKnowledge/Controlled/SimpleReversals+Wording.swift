// SPDX-License-Identifier: Apache-2.0

extension SimpleReversals {
  /// Behind it a whole statement is as likely as by itself.
  static let neutralPrompt = "Here is a sentence:"

  /// The features and how each is compared in one word, where English can.
  static let comparatives: [(feature: String, comparative: String?)] = [
    ("dangerous", nil), ("bright", "brighter"), ("heavy", "heavier"), ("expensive", nil),
    ("fragile", nil), ("colorful", nil), ("playful", nil), ("aggressive", nil),
    ("common", "commoner"), ("valuable", nil), ("delicate", nil), ("powerful", nil),
    ("poisonous", nil), ("flexible", nil), ("noisy", "noisier"), ("curious", nil),
    ("graceful", nil), ("ancient", nil), ("stubborn", nil), ("popular", nil),
    ("clever", "cleverer"), ("beautiful", nil), ("comfortable", nil), ("reliable", nil),
    ("fragrant", nil), ("transparent", nil), ("nutritious", nil), ("slippery", nil),
  ]

  static let features = comparatives.map(\.feature)

  /// The forms of the documents and those that a model may put a comparison in.
  static let forms: [StatementForm] = comparatives.flatMap { feature, comparative in
    var forms: [StatementForm] = []
    for article in ["", "the ", "a "] {
      func add(_ word: String, _ words: String) {
        forms.append(StatementForm("\(word) \(feature) than", "{a} \(words) \(article){b}"))
      }
      for verb in ["are", "is", "were", "was", "seem", "can be", "are known to be"] {
        for degree in ["", "much ", "far ", "also "] {
          add("more", "\(verb) \(degree)more \(feature) than")
          add("less", "\(verb) \(degree)less \(feature) than")
          if let comparative { add("more", "\(verb) \(degree)\(comparative) than") }
        }
        add("less", "\(verb) not as \(feature) as")
        add("less", "\(verb) not so \(feature) as")
      }
      add("more", "more \(feature) than")
      add("less", "less \(feature) than")
      add("less", "aren't as \(feature) as")
      add("less", "isn't as \(feature) as")
    }
    return forms
  }
}
