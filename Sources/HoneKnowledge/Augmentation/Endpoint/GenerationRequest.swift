// SPDX-License-Identifier: Apache-2.0

/// A text to be continued.
public struct GenerationRequest: Sendable, Hashable {
  public var prompt: String
  /// New tokens at most.
  public var maxTokens: Int
  /// The text ends before the first of these.
  public var stop: [String]
  /// 0 takes the most likely token.
  public var temperature: Double
  public var seed: UInt64

  public init(
    prompt: String, maxTokens: Int, stop: [String] = [], temperature: Double = 0, seed: UInt64 = 0
  ) {
    self.prompt = prompt
    self.maxTokens = maxTokens
    self.stop = stop
    self.temperature = temperature
    self.seed = seed
  }
}
