// SPDX-License-Identifier: Apache-2.0

/// What was found in a file of training data: nothing is skipped without being counted here.
public struct DataReport: Codable, Sendable, Hashable {
  /// A row that cannot be used.
  public struct Problem: Codable, Sendable, Hashable {
    /// The line it starts on, from 1.
    public let line: Int
    /// What is wrong and what was expected.
    public let message: String
  }

  /// Rows that have something in common.
  public struct Lines: Codable, Sendable, Hashable {
    /// How many there are.
    public private(set) var count = 0
    /// The lines of the first of them.
    public private(set) var first: [Int] = []

    mutating func add(_ line: Int) {
      count += 1
      if first.count < DataReport.listedLines { first.append(line) }
    }
  }

  /// A key that is not read.
  public struct UnknownKey: Codable, Sendable, Hashable {
    public let key: String
    public internal(set) var rows: Int
    /// The first line that has it.
    public let firstLine: Int
  }

  /// The file.
  public let path: String
  public let form: DataForm
  /// Which tokens carry loss.
  public let lossScope: LossScope
  /// Rows of any kind; blank lines are none.
  public internal(set) var rows = 0
  /// Rows that became samples.
  public internal(set) var samples = 0
  /// Tokens of all samples, and those with loss.
  public internal(set) var tokens = 0
  public internal(set) var targetTokens = 0
  /// Lines without anything on them.
  public internal(set) var blankLines = 0
  /// Rows that cannot be used, all counted, the first ``listedProblems`` listed.
  public internal(set) var badRows = 0
  public internal(set) var problems: [Problem] = []
  /// Rows that are right but hold nothing to learn, such as an empty text; skipped.
  public internal(set) var emptyRows = Lines()
  /// Rows with more than `maxSeqLength` tokens that were cut to it.
  public internal(set) var truncatedRows = Lines()
  /// Rows with more than `maxSeqLength` tokens that were left out.
  public internal(set) var droppedRows = Lines()
  /// Rows without a token that carries loss, after any cut; left out.
  public internal(set) var rowsWithoutTarget = Lines()
  /// Samples of conversations with an answer without a token that ends a generation: the model does
  /// not learn from it to stop.
  public internal(set) var openEndedRows = Lines()
  /// Keys that are not read, in the order in which they were met.
  public internal(set) var unknownKeys: [UnknownKey] = []

  static let listedLines = 10
  static let listedProblems = 100
  /// A hostile file must not make the list of keys long.
  private static let listedKeys = 100

  init(path: String, form: DataForm, lossScope: LossScope) {
    self.path = path
    self.form = form
    self.lossScope = lossScope
  }

  mutating func addProblem(line: Int, _ message: String) {
    badRows += 1
    guard problems.count < Self.listedProblems else { return }
    problems.append(Problem(line: line, message: message.harmless))
  }

  mutating func addUnknown(_ keys: [String], line: Int) {
    for key in keys {
      if let index = unknownKeys.firstIndex(where: { $0.key.utf8.elementsEqual(key.utf8) }) {
        unknownKeys[index].rows += 1
      } else if unknownKeys.count < Self.listedKeys {
        unknownKeys.append(UnknownKey(key: key, rows: 1, firstLine: line))
      }
    }
  }

  /// The bad rows as lines of a message: the first `limit`, and how many more there are.
  public func problemLines(limit: Int = 10) -> [String] {
    let shown = problems.prefix(limit)
    let more = badRows - shown.count
    return shown.map { "line \($0.line): \($0.message)" } + (more > 0 ? ["… and \(more) more"] : [])
  }
}

extension String {
  /// One line of bounded length without control characters: a row, or a template that complains of
  /// one, may say anything, and the message may end in a terminal.
  fileprivate var harmless: String {
    var result = String.UnicodeScalarView()
    for (count, scalar) in unicodeScalars.enumerated() {
      if count == 500 {
        result.append("…")
        break
      }
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: result.append(" ")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
