// SPDX-License-Identifier: Apache-2.0

/// A grid that a model wrote for a test input under one view, in the puzzle's own orientation and
/// colours.
public struct Prediction: Codable, Sendable, Hashable {
  public let grid: Grid
  /// Its place among all predictions for the test input, from 0; earlier ones win ties.
  public let index: Int
  /// The view in words, for pages: `transpose, demonstrations 2 0 1`.
  public let view: String
  public let group: ViewGroup
  /// `−ln p` of the whole answer under that view, in nats; nil where nobody measured it.
  public let cost: Double?

  public init(grid: Grid, index: Int, view: String, group: ViewGroup, cost: Double? = nil) {
    self.grid = grid
    self.index = index
    self.view = view
    self.group = group
    self.cost = cost
  }
}
