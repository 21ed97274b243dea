// SPDX-License-Identifier: Apache-2.0

extension JSONValue? {
  /// The string; nil with a problem where it is missing or something else.
  ///
  /// - Parameter place: Where it was looked for, for the message.
  package func string(at place: String, onProblem: (String) -> Void) -> String? {
    guard let value = self else {
      onProblem("\(place): missing, expected a string")
      return nil
    }
    guard let string = value.stringValue else {
      onProblem("\(place): \(value.typeName), expected a string")
      return nil
    }
    return string
  }
}
