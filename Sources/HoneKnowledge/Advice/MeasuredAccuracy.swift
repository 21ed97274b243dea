// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// How often a way of answering was right.
public struct MeasuredAccuracy: Codable, Sendable, Hashable {
  /// 0 … 1.
  public let accuracy: Double
  public let standardError: Double

  /// - Throws: ``KnowledgeError`` for an accuracy outside 0 … 1 or a negative error.
  public init(accuracy: Double, standardError: Double) throws {
    guard (0...1).contains(accuracy), standardError >= 0, standardError.isFinite else {
      throw KnowledgeError(
        .badData,
        "an accuracy of \(accuracy) ± \(standardError): expected 0 … 1, and an error of 0 or "
          + "more")
    }
    self.accuracy = accuracy
    self.standardError = standardError
  }

  private enum CodingKeys: String, CodingKey { case accuracy, standardError }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      accuracy: values.decode(Double.self, forKey: .accuracy),
      standardError: values.decode(Double.self, forKey: .standardError))
  }

  /// Whether the difference is larger than chance makes it in 95 of 100 cases, both taken as
  /// independent: `z = (a − b) / √(SE(a)² + SE(b)²)` beyond 1.96.
  public func isSignificantlyBelow(_ other: MeasuredAccuracy) -> Bool {
    let variance = standardError * standardError + other.standardError * other.standardError
    return other.accuracy - accuracy > 1.96 * variance.squareRoot()
  }

  /// `84 ± 3 %`, two digits of the error where it is small.
  var text: String {
    let digits = standardError > 0 && standardError < 0.0095 ? 1 : 0
    return "\((100 * accuracy).fixed(digits)) ± \((100 * standardError).fixed(digits)) %"
  }
}
