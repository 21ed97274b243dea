// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// Answers in the form that the competition takes them,
/// `{id: [{"attempt_1": grid, "attempt_2": grid}…]}`.
public struct Submission: Sendable, Hashable {
  /// The answers to a puzzle.
  public struct Entry: Sendable, Hashable {
    public let id: String
    /// For each test input at most two attempts, the best first.
    public let answers: [[Grid]]

    /// - Parameter answers: The form has room for two attempts: others are left out.
    public init(id: String, answers: [[Grid]]) {
      self.id = id
      self.answers = answers.map { Array($0.prefix(ARCTask.maxAttempts)) }
    }
  }

  /// What stands for an attempt that nobody made: one black cell.
  public static let noAttempt = Grid(height: 1, width: 1, cells: [0])

  /// No two have one id.
  public let entries: [Entry]

  /// - Parameter entries: Of equal ids, the first counts.
  public init(entries: [Entry]) {
    var ids: Set<String> = []
    self.entries = entries.filter { ids.insert($0.id).inserted }
  }

  /// A submission for all puzzles of a set, as the competition wants it: those without answers
  /// have none for each test input.
  public init(_ answers: [String: [[Grid]]], of set: ARCCollection) {
    self.init(
      entries: set.tasks.map { task in
        let given = answers[task.id] ?? []
        return Entry(
          id: task.id, answers: task.queries.indices.map { $0 < given.count ? given[$0] : [] })
      })
  }

  /// By id, for ``ARCScore``.
  public var answers: [String: [[Grid]]] {
    Dictionary(entries.map { ($0.id, $0.answers) }, uniquingKeysWith: { first, _ in first })
  }

  /// A line for each puzzle; ``noAttempt`` where attempts are missing.
  package var json: String {
    let lines = entries.map { entry in
      let answers = entry.answers.map { attempts in
        let members = (0..<ARCTask.maxAttempts).map { index in
          "\"attempt_\(index + 1)\": "
            + Self.text(index < attempts.count ? attempts[index] : Self.noAttempt)
        }
        return "{" + members.joined(separator: ", ") + "}"
      }
      return JSONValue.string(entry.id).text + ": [" + answers.joined(separator: ", ") + "]"
    }
    return lines.isEmpty ? "{}\n" : "{\n" + lines.joined(separator: ",\n") + "\n}\n"
  }

  private static func text(_ grid: Grid) -> String {
    "["
      + grid.rows.map { "[" + $0.map(String.init).joined(separator: ",") + "]" }
      .joined(separator: ",") + "]"
  }

  /// Writes the file, or leaves the one that is there.
  ///
  /// - Throws: ``FormatError`` (`unreadable`).
  public func write(to path: String) throws {
    try AtomicFile.write(json.utf8, to: path)
  }
}
