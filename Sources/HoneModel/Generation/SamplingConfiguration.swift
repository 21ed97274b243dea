// SPDX-License-Identifier: Apache-2.0

/// How the next token is drawn; the defaults are greedy.
public struct SamplingConfiguration: Codable, Sendable, Hashable {
  /// Divides the logits; 0 takes the most likely token.
  public let temperature: Double
  /// Keeps the K most likely tokens; 0 keeps all.
  public let topK: Int
  /// Keeps the fewest most likely tokens whose probabilities reach this sum; 1 keeps all.
  /// Holtzman et al. 2020, arXiv 1904.09751, §3.1.
  public let topP: Double
  /// Keeps tokens at least this likely relative to the most likely one; 0 keeps all.
  /// Nguyen et al. 2024, arXiv 2407.01082, §3.
  public let minP: Double
  public let seed: UInt64

  /// - Throws: ``ModelError`` (`invalid`) for a value out of its range.
  public init(
    temperature: Double = 0, topK: Int = 0, topP: Double = 1, minP: Double = 0, seed: UInt64 = 0
  ) throws {
    func check(_ valid: Bool, _ name: String, _ value: Any, _ expected: String) throws {
      if !valid { throw ModelError(.invalid, "\(name) \(value): expected \(expected)") }
    }
    try check(temperature >= 0 && temperature.isFinite, "temperature", temperature, "0 or more")
    try check(topK >= 0, "top-k", topK, "0 (off) or more")
    try check(topP > 0 && topP <= 1, "top-p", topP, "a number above 0, at most 1")
    try check(minP >= 0 && minP <= 1, "min-p", minP, "0 … 1")
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.seed = seed
  }

  /// Whether the most likely token is taken each time.
  public var isGreedy: Bool { temperature == 0 || topK == 1 }

  /// The most likely token each time.
  public static let greedy = SamplingConfiguration()

  private init() {
    (temperature, topK, topP, minP, seed) = (0, 0, 1, 0, 0)
  }
}
