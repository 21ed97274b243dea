// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// The few tokens of a model that puzzles are written in, one for each character.
///
/// Merges of several characters are not used, so a grid of one token a cell stays so for every
/// tokenizer.
/// - SeeAlso: Franzen et al. 2025, arXiv 2505.07859, §3.
struct GridVocabulary: Sendable {
  /// The model's ids of the tokens that are kept; their places are the new ids.
  let ids: [Int32]
  private let characters: [Character: Int32]
  /// The new id of what begins a sequence; nil where the model has no such token.
  let begin: Int32?
  /// The new id of what ends an output.
  let end: Int32

  /// Digits, line end, the marks of the layout and its alphabet, in the order of their new ids.
  private static let kept = Array("0123456789\nIO+/-=" + PromptLayout.alphabet)

  /// - Throws: ``ARCError`` (`unsuitableModel`) naming the characters that are no single tokens.
  init(_ tokenizer: Tokenizer) throws {
    var ids: [Int32] = []
    var characters: [Character: Int32] = [:]
    var missing: [String] = []
    for character in Self.kept {
      let tokens = tokenizer.encode(
        String(character), addSpecialTokens: false, parseSpecialTokens: false, continuing: true)
      guard tokens.count == 1 else {
        missing.append(String(character).debugDescription)
        continue
      }
      characters[character] = Int32(ids.count)
      ids += tokens
    }
    guard missing.isEmpty else {
      throw ARCError(
        .unsuitableModel,
        "the tokenizer has no single tokens for \(missing.joined(separator: " ")); use another grid "
          + "format (numpy, words) or another model")
    }
    guard let eos = tokenizer.eosTokenID else {
      throw ARCError(.unsuitableModel, "the tokenizer names no token that ends a reply")
    }
    end = Int32(ids.count)
    ids.append(eos)
    if let bos = tokenizer.bosTokenID, bos != eos {
      begin = Int32(ids.count)
      ids.append(bos)
    } else {
      begin = nil
    }
    self.ids = ids
    self.characters = characters
  }

  /// Characters outside of the vocabulary, of which layouts and grids have none, are left out.
  func encode(_ text: String) -> [Int32] { text.compactMap { characters[$0] } }

  /// What stands for itself, by its new id.
  func text(of id: Int32) -> Character? {
    Self.kept.indices.contains(Int(id)) ? Self.kept[Int(id)] : nil
  }

  /// Tokens with what they stand for.
  var tokens: [(id: Int32, bytes: [UInt8])] {
    characters.map { (id: $0.value, bytes: Array(String($0.key).utf8)) }
  }
}
