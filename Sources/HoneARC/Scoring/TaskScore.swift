// SPDX-License-Identifier: Apache-2.0

/// How the attempts at a test input went.
public struct QueryScore: Codable, Sendable, Hashable {
  /// How many attempts there were.
  public let attemptCount: Int
  /// The first right attempt, from 0; nil if none was.
  public let rightAttempt: Int?
  /// The fraction of the first attempt's cells that are right; nil if its shape is wrong, or
  /// without attempts.
  public let cellAccuracy: Double?

  /// - Parameters:
  ///   - attempts: The best first; more than two only from ``SelectionRule/oracle``.
  ///   - output: The right one.
  public init(attempts: [Grid], output: Grid) {
    attemptCount = attempts.count
    rightAttempt = attempts.firstIndex(of: output)
    cellAccuracy = attempts.first?.cellAccuracy(against: output)
  }

  /// Whether one of the first attempts was right.
  ///
  /// - Parameter attempts: How many count; nil for all.
  public func isSolved(within attempts: Int? = ARCTask.maxAttempts) -> Bool {
    rightAttempt.map { $0 < attempts ?? .max } ?? false
  }
}

/// How the attempts at a puzzle went.
public struct TaskScore: Codable, Sendable, Hashable {
  public let id: String
  /// One for each test input.
  public let queries: [QueryScore]

  public init(id: String, queries: [QueryScore]) {
    self.id = id
    self.queries = queries
  }

  /// - Parameters:
  ///   - task: With the right outputs.
  ///   - answers: Attempts for each test input, the best first; missing ones count as wrong.
  /// - Throws: ``ARCError`` if an output is unknown, or there are more answers than test inputs.
  public init(_ task: ARCTask, answers: [[Grid]]) throws {
    guard answers.count <= task.queries.count else {
      throw ARCError(
        .invalidTask,
        "\(shownID(task.id)): answers to \(answers.count) test inputs, the puzzle has "
          + "\(task.queries.count)")
    }
    let outputs = task.queries.compactMap(\.output)
    guard outputs.count == task.queries.count else {
      throw ARCError(
        .invalidTask,
        "\(shownID(task.id)): \(task.queries.count - outputs.count) of \(task.queries.count) "
          + "outputs are unknown; scoring needs them all")
    }
    self.init(
      id: task.id,
      queries: outputs.enumerated().map { index, output in
        QueryScore(attempts: index < answers.count ? answers[index] : [], output: output)
      })
  }

  /// Whether every test input was solved: the strict score.
  public func isSolved(within attempts: Int? = ARCTask.maxAttempts) -> Bool {
    !queries.isEmpty && queries.allSatisfy { $0.isSolved(within: attempts) }
  }

  /// The fraction of the test inputs that were solved: the score with partial credit.
  public func credit(within attempts: Int? = ARCTask.maxAttempts) -> Double {
    queries.isEmpty
      ? 0 : Double(queries.count { $0.isSolved(within: attempts) }) / Double(queries.count)
  }
}
