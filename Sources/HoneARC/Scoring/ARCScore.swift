// SPDX-License-Identifier: Apache-2.0

/// How a set of puzzles was solved; whoever reads a count sees what it is out of.
public struct ARCScore: Codable, Sendable, Hashable {
  /// The puzzles attempted, in the set's order.
  public let tasks: [TaskScore]
  /// How many puzzles, and how many test inputs, the set has.
  public let taskCount: Int
  public let queryCount: Int

  /// - Parameters:
  ///   - answers: For each puzzle attempted, attempts for each test input, the best first.
  ///   - set: All puzzles, with the right outputs of those attempted.
  /// - Throws: ``ARCError`` naming puzzles that are not in the set, and what ``TaskScore`` throws.
  public init(answers: [String: [[Grid]]], of set: ARCCollection) throws {
    let known = Set(set.ids)
    let unknown = answers.keys.filter { !known.contains($0) }.sorted()
    guard unknown.isEmpty else {
      throw ARCError(
        .notFound,
        "\(unknown.count) of \(answers.count) answered puzzles are not among the "
          + "\(set.tasks.count) puzzles: \(shownIDs(unknown))")
    }
    self.init(
      tasks: try set.tasks.compactMap { task in
        try answers[task.id].map { try TaskScore(task, answers: $0) }
      }, of: set)
  }

  /// - Parameter tasks: Of puzzles in the set.
  public init(tasks: [TaskScore], of set: ARCCollection) {
    self.tasks = tasks
    taskCount = set.tasks.count
    queryCount = set.queryCount
  }

  /// Counts what was solved.
  ///
  /// - Parameter attempts: How many count; nil for all, as of the oracle.
  public func pass(at attempts: Int?) -> PassCount {
    PassCount(tasks, within: attempts, taskCount: taskCount, queryCount: queryCount)
  }

  /// The mean of ``QueryScore/cellAccuracy`` over the test inputs attempted, a wrong shape counting
  /// as 0; nil without any.
  public var meanCellAccuracy: Double? {
    let queries = tasks.flatMap(\.queries)
    return queries.isEmpty
      ? nil : queries.reduce(0) { $0 + ($1.cellAccuracy ?? 0) } / Double(queries.count)
  }
}

/// What was solved within a number of attempts.
public struct PassCount: Codable, Sendable, Hashable {
  /// How many attempts counted; nil for all.
  public let attempts: Int?
  /// Puzzles of which every test input was solved.
  public let solvedTasks: Int
  /// The sum over the puzzles of the fraction of their test inputs that were solved.
  public let credit: Double
  public let solvedQueries: Int
  public let attemptedTasks: Int
  /// In the whole set.
  public let taskCount: Int
  public let attemptedQueries: Int
  /// In the whole set.
  public let queryCount: Int
}

extension PassCount {
  /// - Parameters:
  ///   - tasks: The puzzles attempted.
  ///   - attempts: How many count; nil for all.
  ///   - taskCount: Puzzles in the whole set.
  ///   - queryCount: Test inputs in the whole set.
  package init(_ tasks: [TaskScore], within attempts: Int?, taskCount: Int, queryCount: Int) {
    self.init(
      attempts: attempts, solvedTasks: tasks.count { $0.isSolved(within: attempts) },
      credit: tasks.reduce(0) { $0 + $1.credit(within: attempts) },
      solvedQueries: tasks.reduce(0) {
        $0 + $1.queries.count { $0.isSolved(within: attempts) }
      },
      attemptedTasks: tasks.count, taskCount: taskCount,
      attemptedQueries: tasks.reduce(0) { $0 + $1.queries.count }, queryCount: queryCount)
  }
}

extension PassCount: CustomStringConvertible {
  /// `29 of 80 attempted puzzles, of 400 in all`.
  public var description: String {
    "\(solvedTasks) of \(attemptedTasks) attempted puzzles"
      + (attemptedTasks == taskCount ? "" : ", of \(taskCount) in all")
  }
}
