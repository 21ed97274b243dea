// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Documents, prompts or settings that cannot be worked with.
public struct KnowledgeError: HoneFailure {
  /// The kinds of trouble; more may be added.
  public struct Code: Sendable, Hashable {
    private enum Value { case invalidSetting, badData, notFound, endpoint }
    private let value: Value
    /// A setting out of its range.
    public static let invalidSetting = Code(value: .invalidSetting)
    /// Documents or prompts that cannot be used.
    public static let badData = Code(value: .badData)
    /// Something that is not there.
    public static let notFound = Code(value: .notFound)
    /// A server that does not answer as it should.
    public static let endpoint = Code(value: .endpoint)
  }

  public let code: Code
  public let message: String
  public var kind: FailureKind {
    switch code {
    case .invalidSetting: .usage
    case .notFound: .noInput
    case .endpoint: .internal
    default: .badData
    }
  }

  /// - Parameters:
  ///   - code: The kind of trouble.
  ///   - message: What is wrong, where, what was expected and what to do.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message.visibleInMessage
  }
}
