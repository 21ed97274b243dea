// SPDX-License-Identifier: Apache-2.0

/// What is asked, and how often the documents change.
public struct Demand: Codable, Sendable, Hashable {
  public let queriesPerMonth: Double
  public let revisionsPerMonth: Double
  public let months: Double

  /// - Throws: ``KnowledgeError`` for a number that is negative or not finite, or no time.
  public init(
    queriesPerMonth: Double, revisionsPerMonth: Double = 0, months: Double = 1
  ) throws {
    guard queriesPerMonth >= 0, queriesPerMonth.isFinite, revisionsPerMonth >= 0,
      revisionsPerMonth.isFinite, months > 0, months.isFinite
    else {
      throw KnowledgeError(
        .invalidSetting,
        "\(queriesPerMonth) queries and \(revisionsPerMonth) revisions a month for \(months) "
          + "months: expected 0 or more of both, and more than 0 months")
    }
    self.queriesPerMonth = queriesPerMonth
    self.revisionsPerMonth = revisionsPerMonth
    self.months = months
  }

  /// Over all months.
  public var queries: Double { queriesPerMonth * months }

  /// Times that the documents are read or trained: once, or as often as they are revised.
  public var preparations: Double { max(1, revisionsPerMonth * months) }
}
