// SPDX-License-Identifier: Apache-2.0

/// A mean score, how sure it is, and how much of what was planned it stands on.
package struct Accuracy: Sendable, Hashable {
  /// 0 … 1; nil if nothing was answered.
  package let value: Double?
  /// What other items would make of it; an item asked under several seeds counts as one.
  package let itemStandardError: Double?
  /// What other seeds would make of it; nil with fewer than two complete seeds.
  package let seedStandardError: Double?
  /// The sum of the scores: right answers, where there is no partial credit.
  package let score: Double
  /// Answers, answers that the configuration asks for, and those that the data has queries for:
  /// fewer attempted than asked for is an interrupted run, fewer asked for than available is a limit.
  package let attempted: Int
  package let total: Int
  package let available: Int
  /// Answers in which the scorer found none, as in empty ones; they count as wrong.
  package let unread: Int
  /// Tasks with an answer, and tasks planned.
  package let tasksAttempted: Int
  package let tasks: Int
  /// Items with an answer, under whatever seeds.
  let items: Int

  package var isComplete: Bool { attempted == total }
}

/// Scores that belong to one item: what it got under each seed, as sum and number.
struct ItemCluster: Sendable, Hashable {
  var sum = 0.0
  var count = 0
}

extension Accuracy {
  /// The accuracy on one task.
  ///
  /// - Parameters:
  ///   - clusters: One for each item with an answer.
  ///   - bySeed: The accuracy of each seed, for the error over seeds.
  init(clusters: [ItemCluster], total: Int, available: Int, unread: Int, bySeed: [Double]) {
    let count = clusters.reduce(0) { $0 + $1.count }
    let sum = clusters.reduce(0) { $0 + $1.sum }
    let mean = count > 0 ? sum / Double(count) : nil
    value = mean
    itemStandardError = mean.map { mean in
      // Clusters are independent, the scores in one are not; one score each gives √(p(1 − p)/n).
      let squares = clusters.reduce(0.0) { result, cluster in
        let deviation = cluster.sum - mean * Double(cluster.count)
        return result + deviation * deviation
      }
      return squares.squareRoot() / Double(count)
    }
    seedStandardError = Self.standardError(bySeed)
    score = sum
    attempted = count
    self.total = total
    self.available = available
    self.unread = unread
    tasksAttempted = count > 0 ? 1 : 0
    tasks = 1
    items = clusters.count
  }

  /// The unweighted mean over tasks.
  ///
  /// - Parameter bySeed: The average of each seed that has answers on every task.
  init(averaging tasks: [Accuracy], bySeed: [Double]) {
    let answered = tasks.filter { $0.value != nil }
    let n = Double(answered.count)
    value = answered.isEmpty ? nil : answered.reduce(0) { $0 + ($1.value ?? 0) } / n
    // A task of one item does not show its spread; such tasks show it among themselves.
    let single = answered.filter { $0.items == 1 }.compactMap(\.value)
    let spread = Self.standardError(single).map { $0 * Double(single.count) } ?? 0
    let squares = answered.filter { $0.items > 1 }.reduce(spread * spread) { result, task in
      let error = task.itemStandardError ?? 0
      return result + error * error
    }
    itemStandardError = answered.isEmpty ? nil : squares.squareRoot() / n
    seedStandardError = Self.standardError(bySeed)
    score = tasks.reduce(0) { $0 + $1.score }
    attempted = tasks.reduce(0) { $0 + $1.attempted }
    total = tasks.reduce(0) { $0 + $1.total }
    available = tasks.reduce(0) { $0 + $1.available }
    unread = tasks.reduce(0) { $0 + $1.unread }
    tasksAttempted = answered.count
    self.tasks = tasks.count
    items = tasks.reduce(0) { $0 + $1.items }
  }

  /// The sample's standard deviation over √n; nil for fewer than two values.
  static func standardError(_ values: [Double]) -> Double? {
    guard values.count > 1 else { return nil }
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let squares = values.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / (n - 1) / n).squareRoot()
  }
}
