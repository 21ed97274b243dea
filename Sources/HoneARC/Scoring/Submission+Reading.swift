// SPDX-License-Identifier: Apache-2.0
import HoneFormats

extension Submission {
  /// Reads a submission's file; both attempts must be there, and ``noAttempt`` is kept as the grid
  /// that it is, as the competition scores it.
  ///
  /// - Throws: ``ARCError`` listing everything that is wrong; ``FormatError`` for a file that
  ///   cannot be read or is no JSON.
  public init(path: String) throws {
    let json = try ARCTaskReader.document(path)
    var reader = ARCTaskReader(path: path)
    guard let object = json.objectValue else {
      throw ARCError(
        .invalidTask, "\(path): \(json.typeName), expected {id: [{\"attempt_1\": …}…]}")
    }
    var ids: Set<String> = []
    var entries: [Entry] = []
    for (id, value) in zip(object.keys, object.values) {
      let place = shownID(id)
      guard ids.insert(id).inserted else {
        reader.problems.add(place, "the id stands twice, keep one")
        continue
      }
      guard let array = value.arrayValue else {
        reader.problems.add(place, "\(value.typeName), expected a list of answers")
        continue
      }
      if array.isEmpty {
        reader.problems.add(place, "no answers, expected one for each test input")
      }
      entries.append(
        Entry(
          id: id,
          answers: array.enumerated().map {
            reader.attempts($0.element, at: "\(place), answer \($0.offset + 1)")
          }))
    }
    try reader.problems.finish("the submission")
    self.init(entries: entries)
  }
}

extension ARCTaskReader {
  /// `{"attempt_1": grid, "attempt_2": grid}`.
  fileprivate mutating func attempts(_ value: JSONValue, at place: String) -> [Grid] {
    guard let object = value.objectValue else {
      problems.add(
        place, "\(value.typeName), expected {\"attempt_1\": grid, \"attempt_2\": grid}")
      return []
    }
    let keys = (1...ARCTask.maxAttempts).map { "attempt_\($0)" }
    for key in object.keys where !keys.contains(key) {
      problems.add(place, "\(quoted(key)): unknown key, expected \"attempt_1\" and \"attempt_2\"")
    }
    return keys.compactMap { grid(object[$0], at: "\(place) \($0)") }
  }
}
