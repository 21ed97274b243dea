// SPDX-License-Identifier: Apache-2.0

/// What one way costs: once for each state of the documents, and for each query.
public struct WayCost: Codable, Sendable, Hashable {
  /// A part of what is done before the first query.
  public struct Part: Codable, Sendable, Hashable {
    public let name: String
    public let seconds: Double

    public init(_ name: String, seconds: Double) {
      self.name = name
      self.seconds = seconds
    }
  }

  public let way: KnowledgeWay
  public let upfront: [Part]
  public let secondsPerQuery: Double
  /// Tokens of documents that stand before each question.
  public let shownTokens: Int
  /// Whether these are all documents; always so where none is shown.
  public let showsAllDocuments: Bool
  /// Keys and values of the shown tokens.
  public let cacheBytes: Int

  public init(
    way: KnowledgeWay, upfront: [Part] = [], secondsPerQuery: Double, shownTokens: Int = 0,
    showsAllDocuments: Bool = true, cacheBytes: Int = 0
  ) {
    self.way = way
    self.upfront = upfront
    self.secondsPerQuery = secondsPerQuery
    self.shownTokens = shownTokens
    self.showsAllDocuments = showsAllDocuments
    self.cacheBytes = cacheBytes
  }

  public var upfrontSeconds: Double { upfront.reduce(0) { $0 + $1.seconds } }

  /// Seconds for some queries.
  ///
  /// - Parameter preparations: Times that what is upfront is done: once for each state of the
  ///   documents.
  public func seconds(queries: Double, preparations: Double = 1) -> Double {
    preparations * upfrontSeconds + queries * secondsPerQuery
  }

  public func seconds(_ demand: Demand) -> Double {
    seconds(queries: demand.queries, preparations: demand.preparations)
  }
}

/// Where two ways cost the same.
public struct BreakEven: Codable, Sendable, Hashable {
  public let cheaperBelow: KnowledgeWay
  public let cheaperAbove: KnowledgeWay
  /// Queries for each preparation; nil if the first is never dearer.
  public let queries: Double?

  public init(cheaperBelow: KnowledgeWay, cheaperAbove: KnowledgeWay, queries: Double?) {
    self.cheaperBelow = cheaperBelow
    self.cheaperAbove = cheaperAbove
    self.queries = queries
  }

  /// `Q* = (upfront of the one − of the other) / (per query of the other − of the one)`.
  public init(_ first: WayCost, _ second: WayCost) {
    let isFirstLower =
      (first.upfrontSeconds, first.secondsPerQuery)
      <= (second.upfrontSeconds, second.secondsPerQuery)
    let (low, high) = isFirstLower ? (first, second) : (second, first)
    let extra = high.upfrontSeconds - low.upfrontSeconds
    let saving = low.secondsPerQuery - high.secondsPerQuery
    let queries = extra / saving
    self.init(
      cheaperBelow: low.way, cheaperAbove: high.way,
      queries: extra > 0 && saving > 0 && queries.isFinite ? queries : nil)
  }

  /// - Returns: Queries a month from which on the second is cheaper.
  public func queriesPerMonth(_ demand: Demand) -> Double? {
    queries.map { $0 * demand.preparations / demand.months }
  }
}
