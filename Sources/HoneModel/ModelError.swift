// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// A model, tokenizer or template that cannot do what was asked.
public struct ModelError: HoneFailure {
  /// The kinds of trouble; more may be added.
  public struct Code: Sendable, Hashable {
    private enum Value { case unsupported, invalid, tooLong, notFound }
    private let value: Value
    /// Valid, but something Hone does not run.
    public static let unsupported = Code(value: .unsupported)
    /// A value that breaks a rule.
    public static let invalid = Code(value: .invalid)
    /// More tokens than the model's context holds.
    public static let tooLong = Code(value: .tooLong)
    /// A model or file that is not there.
    public static let notFound = Code(value: .notFound)
  }

  /// What a model computes whose weights or adapter hold something else than numbers.
  package static let brokenLogits = ModelError(
    .invalid,
    "the model computed a logit that is no finite number; its weights or adapter are broken")

  public let code: Code
  public let message: String
  public var kind: FailureKind { code == .notFound ? .noInput : .badData }

  /// - Parameters:
  ///   - code: The kind of trouble.
  ///   - message: What is wrong, where, what was expected and what to do.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message.visibleInMessage
  }
}
