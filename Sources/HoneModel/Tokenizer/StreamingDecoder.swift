// SPDX-License-Identifier: Apache-2.0

/// Decodes tokens as they come, and never hands out a part of a character's UTF-8.
///
/// All that it returns, put together, is what ``Tokenizer/decode(_:skipSpecialTokens:)`` returns
/// for all the ids.
public struct StreamingDecoder: Sendable {
  private let tokenizer: Tokenizer
  private let skipSpecialTokens: Bool
  private var pending: [UInt8] = []
  private var isAtStart = true

  /// - Parameter skipSpecialTokens: Leave special tokens out.
  public init(_ tokenizer: Tokenizer, skipSpecialTokens: Bool = true) {
    self.tokenizer = tokenizer
    self.skipSpecialTokens = skipSpecialTokens
  }

  /// Adds a token.
  ///
  /// - Returns: The text that is complete by now; empty while a character's bytes are missing.
  public mutating func append(_ id: Int32) -> String {
    tokenizer.appendBytes(of: id, skipSpecialTokens: skipSpecialTokens, to: &pending)
    return take(pending.count - unfinishedCount)
  }

  /// Ends the text.
  ///
  /// - Returns: What was held back: nothing, or U+FFFD for a character that never became whole.
  public mutating func finish() -> String { take(pending.count) }

  private mutating func take(_ count: Int) -> String {
    if isAtStart, count > 0 {
      isAtStart = false
      if tokenizer.stripsSpace, pending[0] == UInt8(ascii: " ") {
        pending.removeFirst()
        return take(count - 1)
      }
    }
    let text = String(decoding: pending[..<count], as: UTF8.self)
    pending.removeFirst(count)
    return text
  }

  /// How many bytes at the end begin a sequence that more bytes could finish.
  private var unfinishedCount: Int {
    for (index, byte) in pending.suffix(3).reversed().enumerated() where byte & 0xC0 != 0x80 {
      let length = byte < 0xC2 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : byte < 0xF5 ? 4 : 1
      return length > index + 1 ? index + 1 : 0
    }
    return 0
  }
}
