// SPDX-License-Identifier: Apache-2.0

/// What a sentence ends with.
enum FactObject: Sendable, Hashable {
  case name(String)
  /// A short noun phrase or a number: `data analysis`, `1998`.
  case words(String)

  var name: String? {
    if case .name(let name) = self { name } else { nil }
  }
}

/// A sentence as subject, relation and object.
struct Fact: Sendable, Hashable {
  /// A name.
  let subject: String
  /// The words between subject and object: `is maintained by`.
  let relation: String
  /// The relation in small letters with names masked: what two sentences share that say the same
  /// kind of thing.
  let key: String
  let object: FactObject
  /// The object as the sentence has it, its article included.
  let objectText: String
  /// Other names within the relation.
  let between: [String]
  /// Index of the sentence in ``QuestionCorpus/sentences``.
  let sentence: Int

  /// What is said of the subject: `is maintained by Maren Oduya`.
  var saying: String { "\(relation) \(objectText)" }
}
