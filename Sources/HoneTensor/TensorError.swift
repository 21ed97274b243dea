// SPDX-License-Identifier: Apache-2.0

/// Trouble in the engine itself.
public struct TensorError: HoneFailure {
  /// The kinds of trouble; more may be added.
  public struct Code: Sendable, Hashable {
    private enum Value { case unsupported }
    private let value: Value
    /// Something this machine does not offer.
    public static let unsupported = Code(value: .unsupported)
  }

  public let code: Code
  public let message: String
  public var kind: FailureKind { .usage }

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message.visibleInMessage
  }
}
