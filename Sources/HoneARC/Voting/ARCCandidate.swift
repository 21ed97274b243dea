// SPDX-License-Identifier: Apache-2.0

/// A grid that somebody predicted for a test input, with all that any ``SelectionRule`` asks about
/// it: stored once, a run can be judged by every rule.
public struct ARCCandidate: Codable, Sendable, Hashable {
  /// One time that it was predicted.
  public struct Production: Codable, Sendable, Hashable {
    /// Its place among all predictions for the test input, from 0.
    public let index: Int
    /// The view in words.
    public let view: String
    public let group: ViewGroup
    /// `−ln p` of the whole answer under that view, in nats; nil where nobody measured it.
    public let cost: Double?

    public init(index: Int, view: String, group: ViewGroup, cost: Double? = nil) {
      self.index = index
      self.view = view
      self.group = group
      self.cost = cost
    }
  }

  public let grid: Grid
  /// By ``Production/index``.
  public let productions: [Production]
  /// `−ln p` of the whole answer, in nats, under the views that score: the same views, in the same
  /// order, for all candidates of a test input; empty where nobody scored it.
  public let scoringCosts: [Double]

  public init(grid: Grid, productions: [Production], scoringCosts: [Double] = []) {
    self.grid = grid
    self.productions = productions.sorted { $0.index < $1.index }
    self.scoringCosts = scoringCosts
  }

  /// How often it was predicted.
  public var votes: Int { productions.count }

  /// The least that it cost to produce; nil where nobody measured it.
  public var generationCost: Double? { productions.compactMap(\.cost).filter { !$0.isNaN }.min() }

  /// The same with its costs under the views that score.
  public func scored(_ costs: [Double]) -> ARCCandidate {
    ARCCandidate(grid: grid, productions: productions, scoringCosts: costs)
  }

  /// Merges equal grids; the candidates come in the order in which they were first predicted.
  public static func merging(_ predictions: [Prediction]) -> [ARCCandidate] {
    var order: [Grid] = []
    var productions: [Grid: [Production]] = [:]
    for prediction in inOrder(predictions) {
      if productions[prediction.grid] == nil { order.append(prediction.grid) }
      productions[prediction.grid, default: []].append(
        Production(
          index: prediction.index, view: prediction.view, group: prediction.group,
          cost: prediction.cost))
    }
    return order.map { ARCCandidate(grid: $0, productions: productions[$0] ?? []) }
  }

  /// The predictions that candidates were merged from, in their order.
  static func predictions(of candidates: [ARCCandidate]) -> [Prediction] {
    inOrder(
      candidates.flatMap { candidate in
        candidate.productions.map {
          Prediction(
            grid: candidate.grid, index: $0.index, view: $0.view, group: $0.group, cost: $0.cost)
        }
      })
  }

  /// By index; of one index, as they come.
  private static func inOrder(_ predictions: [Prediction]) -> [Prediction] {
    predictions.enumerated()
      .sorted { ($0.element.index, $0.offset) < ($1.element.index, $1.offset) }
      .map(\.element)
  }
}
