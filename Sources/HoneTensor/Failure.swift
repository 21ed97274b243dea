// SPDX-License-Identifier: Apache-2.0

/// What a caller can do about a failure; the command maps each kind to an exit code.
public enum FailureKind: Sendable, Hashable {
  /// The request makes no sense as given: fix the arguments (exit code 64).
  case usage
  /// A file or value was read and is wrong: fix the data (exit code 65).
  case badData
  /// Something named does not exist or cannot be read or obtained (exit code 66).
  case noInput
  /// The work itself went wrong (exit code 70).
  case `internal`
}

/// An error that Hone throws: a message that says what, where, what was expected and what to do.
public protocol HoneFailure: Error, Sendable, CustomStringConvertible {
  /// What a caller can do about it.
  var kind: FailureKind { get }
  /// The whole message, one or more lines, without a trailing newline.
  var message: String { get }
}

extension HoneFailure {
  public var description: String { message }
}
