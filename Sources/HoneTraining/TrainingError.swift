// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Training that cannot be done as asked, or that went wrong.
public struct TrainingError: HoneFailure {
  /// The kinds of trouble; more may be added.
  public struct Code: Sendable, Hashable {
    private enum Value { case invalid, diverged }
    private let value: Value
    /// A setting or sample that breaks a rule.
    public static let invalid = Code(value: .invalid)
    /// The loss or a gradient is no longer a finite number.
    public static let diverged = Code(value: .diverged)
  }

  public let code: Code
  public let message: String
  public var kind: FailureKind { code == .invalid ? .usage : .internal }

  /// - Parameters:
  ///   - code: The kind of trouble.
  ///   - message: What is wrong, what was expected and what to do.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message.visibleInMessage
  }
}
