// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation

/// What a solver says while it is at work on a cell.
package enum CellEvent: Sendable {
  /// One step of so many, with its loss.
  case trainingStep(Int, of: Int, loss: Double)
  case training(TrainingRecord)
  /// A strategy was chosen.
  case decision(AutoDecision)
  /// What stands before every query has been run.
  case prefix(Cost)
  case answer(ItemResult)
}

/// Answers the items of cells; one for each kind of suite.
///
/// The answers of a cell must not depend on which of them are wanted: a run that was interrupted
/// must end as one that was not.
package protocol CellSolver: Sendable {
  /// - Parameters:
  ///   - cell: What to answer.
  ///   - strategy: How.
  ///   - pending: Ids of the items whose answers are wanted; not empty.
  ///   - plan: All cells of the run, for what they share.
  ///   - emit: Receives what comes of it; an error of its own ends the work.
  func solve(
    _ cell: PlannedCell, strategy: StrategyConfiguration, pending: Set<String>,
    plan: [PlannedCell], emit: @escaping @Sendable (CellEvent) throws -> Void
  ) async throws
}
