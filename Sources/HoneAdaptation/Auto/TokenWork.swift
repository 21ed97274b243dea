// SPDX-License-Identifier: Apache-2.0

/// Tokens that a strategy runs.
public struct TokenWork: Codable, Sendable, Hashable {
  /// Read without gradients.
  public var read: Int
  /// Trained on.
  public var trained: Int
  /// Written; of answers to come, by the demonstrations' mean length.
  public var generated: Int
  /// Read or written.
  package var untrained: Int { read + generated }

  public init(read: Int = 0, trained: Int = 0, generated: Int = 0) {
    self.read = read
    self.trained = trained
    self.generated = generated
  }

  /// In tokens read that take as long.
  func cost(_ priors: AutoPriors) -> Double {
    Double(read) + priors.trainedTokenCost * Double(trained)
      + priors.generatedTokenCost * Double(generated)
  }
}
