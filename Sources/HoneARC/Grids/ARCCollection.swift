// SPDX-License-Identifier: Apache-2.0

/// Puzzles, in an order of their own.
public struct ARCCollection: Sendable, Hashable {
  /// The two halves that ARC's files come in.
  public enum Split: String, Sendable, Hashable, CaseIterable, Codable {
    case training, evaluation
  }

  /// No two have one id.
  public let tasks: [ARCTask]
  /// The files that they were read from.
  public let files: [String]

  package init(tasks: [ARCTask], files: [String] = []) {
    self.tasks = tasks
    self.files = files
  }

  public var ids: [String] { tasks.map(\.id) }
  public var queryCount: Int { tasks.reduce(0) { $0 + $1.queries.count } }

  public subscript(id: String) -> ARCTask? { tasks.first { $0.id == id } }

  /// The puzzles named, in the order of their names.
  ///
  /// - Throws: ``ARCError`` naming every id that is unknown, or that stands there twice.
  public func selecting(_ ids: [String]) throws -> ARCCollection {
    let known = Dictionary(tasks.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var seen: Set<String> = []
    let twice = ids.filter { !seen.insert($0).inserted }
    let unknown = ids.filter { known[$0] == nil }
    guard unknown.isEmpty else {
      throw ARCError(
        .notFound,
        "\(unknown.count) of \(ids.count) ids are not among the \(tasks.count) puzzles: "
          + shownIDs(unknown))
    }
    guard twice.isEmpty else {
      throw ARCError(.invalidSetting, "ids are named twice: \(shownIDs(twice)); keep one of each")
    }
    guard !ids.isEmpty else {
      throw ARCError(.invalidSetting, "no ids are named; give at least one")
    }
    return ARCCollection(tasks: ids.compactMap { known[$0] }, files: files)
  }
}
