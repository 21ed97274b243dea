// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// A task that cannot be adapted to as given.
public struct AdaptationError: HoneFailure {
  /// The kinds of trouble; more may be added.
  public struct Code: Sendable, Hashable {
    private enum Value { case invalidTask, invalidSetting, tooLong }
    private let value: Value
    /// A task file that breaks a rule.
    public static let invalidTask = Code(value: .invalidTask)
    /// A setting out of its range.
    public static let invalidSetting = Code(value: .invalidSetting)
    /// A prompt that the model's context does not hold.
    public static let tooLong = Code(value: .tooLong)
  }

  public let code: Code
  public let message: String
  public var kind: FailureKind { code == .invalidSetting ? .usage : .badData }

  /// - Parameters:
  ///   - code: The kind of trouble.
  ///   - message: What is wrong, where, what was expected and what to do.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message.visibleInMessage
  }
}
