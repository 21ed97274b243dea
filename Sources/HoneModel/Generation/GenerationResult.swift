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

  public var generationTokens: Int { tokens.count }

  public var promptTokensPerSecond: Double {
    Double(promptTokens) / max(promptDuration.inSeconds, 1e-9)
  }

  /// The first token comes out of the prompt's pass and is not counted.
  public var generationTokensPerSecond: Double {
    tokens.count > 1 ? Double(tokens.count - 1) / max(generationDuration.inSeconds, 1e-9) : 0
  }
}

extension Duration {
  /// The whole duration in seconds.
  public var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
