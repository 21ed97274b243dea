// SPDX-License-Identifier: Apache-2.0

/// Which way of answering from documents is the one to take, and why.
public struct Advice: Codable, Sendable, Hashable {
  /// What keeps the ways apart besides their cost.
  public enum Basis: String, Codable, Sendable, Hashable {
    /// Accuracies that were measured.
    case measured
    /// What others found: plain fine-tuning misses what documents only imply.
    /// Lampinen et al. 2025, arXiv 2505.00661, §4.
    case published
  }

  /// How a way came off.
  public enum Verdict: String, Codable, Sendable, Hashable {
    case recommended
    /// It would do, at a higher cost.
    case dearer
    /// It is significantly less accurate than the best.
    case lessAccurate = "less-accurate"
    /// Its accuracy is unknown while others' were measured.
    case unmeasured
    /// Published results say that it answers worse.
    case publishedWorse = "published-worse"
    /// Not all documents fit the model's context.
    case doesNotFit = "does-not-fit"
  }

  /// One way in the comparison.
  public struct Entry: Codable, Sendable, Hashable {
    public let cost: WayCost
    /// Over all months.
    public let seconds: Double
    public let accuracy: MeasuredAccuracy?
    public let verdict: Verdict

    public var way: KnowledgeWay { cost.way }
  }

  public let recommendation: KnowledgeWay
  public let basis: Basis
  /// One or two sentences.
  public let reason: String
  /// What should be known before it is followed.
  public let warnings: [String]
  public let demand: Demand
  /// Of every way, in the order of ``KnowledgeWay``.
  public let entries: [Entry]
  /// Of every two ways.
  public let breakEvens: [BreakEven]
  public let assumptions: [Assumption]

  /// Weighs costs, and accuracies where there are any.
  ///
  /// The cheapest way is taken of those that are not ruled out. With accuracies, ruled out is what
  /// is significantly worse than the best, or was not measured. Without, plain fine-tuning and ways
  /// that cannot show all documents are.
  ///
  /// - Parameters:
  ///   - accuracies: One for ``KnowledgeWay/inContext`` holds for its cached form, too.
  ///   - baseline: Of the model without the documents.
  public init(
    _ model: CostModel, demand: Demand, accuracies: [KnowledgeWay: MeasuredAccuracy] = [:],
    baseline: MeasuredAccuracy? = nil
  ) {
    let deciding = Deciding(
      costs: model.costs, demand: demand, accuracies: accuracies, baseline: baseline)
    self.init(deciding, assumptions: demand.assumptions + model.assumptions)
  }

  init(_ deciding: Deciding, assumptions: [Assumption]) {
    recommendation = deciding.recommended.way
    basis = deciding.basis
    reason = deciding.reason
    warnings = deciding.warnings
    demand = deciding.demand
    entries = deciding.entries
    breakEvens = deciding.breakEvens
    self.assumptions = assumptions
  }

  public subscript(_ way: KnowledgeWay) -> Entry? { entries.first { $0.way == way } }

  public func breakEven(_ first: KnowledgeWay, _ second: KnowledgeWay) -> BreakEven? {
    breakEvens.first { [$0.cheaperBelow, $0.cheaperAbove].allSatisfy([first, second].contains) }
  }
}
