// SPDX-License-Identifier: Apache-2.0

/// What counts when strategies differ in accuracy and cost.
public enum AutoPreference: String, Codable, CaseIterable, Sendable, Hashable {
  /// The most accurate, unless a cheaper one is hardly expected to be worse.
  case accuracy
  /// Accuracy, where it is worth its cost.
  case balanced
  /// The cheapest, unless another is expected to be far more accurate.
  case speed
}

/// How `auto` decides.
public struct AutoConfiguration: Codable, Sendable, Hashable {
  public var preference = AutoPreference.balanced
  /// Seconds for evidence, training and answers together; nil for no bound. With a bound what is
  /// chosen depends on the machine.
  public var budgetSeconds: Double?
  /// Queries that evidence and training are shared by; nil for those of the task.
  public var expectedQueries: Int?
  /// Trains every pilot to its end and holds nothing back, as priors are made; the choice is made
  /// all the same.
  package var measuresEverything = false

  public init() {}

  /// - Throws: ``AdaptationError`` (`invalidSetting`).
  package func validate() throws {
    if let budgetSeconds, !(budgetSeconds > 0 && budgetSeconds.isFinite) {
      throw AdaptationError(
        .invalidSetting, "budget \(budgetSeconds): expected seconds above 0")
    }
    if let expectedQueries, !(1...1_000_000_000).contains(expectedQueries) {
      throw AdaptationError(
        .invalidSetting, "expected queries \(expectedQueries): expected 1 … 1000000000")
    }
  }
}
