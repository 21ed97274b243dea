// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// A model that is not on this machine, or cannot be brought to it.
public struct StoreError: HoneFailure {
  /// The kinds of trouble; more may be added.
  public struct Code: Sendable, Hashable {
    private enum Value { case unknownModel, notPulled, notWritable, downloadFailed, wrongContent }
    private let value: Value
    /// Neither a name in the catalogue nor a file or folder.
    public static let unknownModel = Code(value: .unknownModel)
    /// In the catalogue, but not on this machine.
    public static let notPulled = Code(value: .notPulled)
    /// The folder of the models cannot be created, locked or written.
    public static let notWritable = Code(value: .notWritable)
    /// Python, pip or the network did not deliver.
    public static let downloadFailed = Code(value: .downloadFailed)
    /// What was delivered is not what the catalogue lists.
    public static let wrongContent = Code(value: .wrongContent)
  }

  public let code: Code
  public let message: String
  public var kind: FailureKind { code == .wrongContent ? .badData : .noInput }

  /// - Parameters:
  ///   - code: The kind of trouble.
  ///   - message: What is wrong, where, what was expected and what to do.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message.visibleInMessage
  }
}
