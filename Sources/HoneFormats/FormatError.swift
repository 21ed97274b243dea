// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// A file, or a value in one, that cannot be used.
public struct FormatError: HoneFailure {
  /// The kinds of trouble; more may be added.
  public struct Code: Sendable, Hashable {
    private enum Value { case unreadable, malformed, unsupported, mismatch }
    private let value: Value
    /// The file does not exist or cannot be opened, mapped or written.
    public static let unreadable = Code(value: .unreadable)
    /// The bytes break the format's own rules.
    public static let malformed = Code(value: .malformed)
    /// Valid, but something Hone does not read.
    public static let unsupported = Code(value: .unsupported)
    /// Valid by itself, but at odds with what it was to be used for.
    public static let mismatch = Code(value: .mismatch)
  }

  public let code: Code
  public let message: String
  public var kind: FailureKind { code == .unreadable ? .noInput : .badData }

  /// - Parameters:
  ///   - code: The kind of trouble.
  ///   - file: The file concerned, first in the message; nil if there is none.
  ///   - message: What is wrong, where in the file, what was expected and what to do.
  public init(_ code: Code, file: String? = nil, _ message: String) {
    self.code = code
    self.message = (file.map { "\($0): \(message)" } ?? message).visibleInMessage
  }
}
