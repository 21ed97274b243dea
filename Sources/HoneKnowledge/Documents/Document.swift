// SPDX-License-Identifier: Apache-2.0

/// A text to be known.
public struct Document: Codable, Sendable, Hashable {
  /// Names the document in its corpus, such as its path, or its path and row.
  public let id: String
  public let text: String
  /// In order, without white space at their ends; joined they say what the text says.
  public let sentences: [String]

  public init(id: String, text: String, sentences: [String]) {
    self.id = id
    self.text = text
    self.sentences = sentences
  }

  /// A text of given sentences.
  public init(id: String, sentences: [String]) {
    self.init(id: id, text: sentences.joined(separator: " "), sentences: sentences)
  }
}
