// SPDX-License-Identifier: Apache-2.0

/// A generated text with what it cost.
public struct GenerationResult: Sendable, Hashable {
  /// The new text, without the prompt.
  public let text: String
  public let tokens: [Int32]
  public let finishReason: FinishReason
  public let promptTokens: Int
  public let promptDuration: Duration
  /// From the first new token to the last.
  public let generationDuration: Duration

  /// Guessed tokens that were right: each saved a pass of the model.
  public let acceptedTokens: Int
  /// Passes that gave the new tokens, the prompt's among them.
  public let passes: Int
  /// New tokens that came out of the prompt's pass.
  let promptPassTokens: Int

  public var generationTokens: Int { tokens.count }

  public var promptTokensPerSecond: Double {
    Double(promptTokens) / max(promptDuration.inSeconds, 1e-9)
  }

  /// What comes out of the prompt's pass, the first token and those guessed right behind it, is not
  /// counted; 0 if that was all.
  public var generationTokensPerSecond: Double {
    let counted = tokens.count - promptPassTokens
    return counted > 0 ? Double(counted) / max(generationDuration.inSeconds, 1e-9) : 0
  }
}

extension Duration {
  /// The whole duration in seconds.
  public var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
