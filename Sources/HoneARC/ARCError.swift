// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// A puzzle, a setting or a model that ARC's methods cannot work with as given.
public struct ARCError: HoneFailure {
  /// The kinds of trouble; more may be added.
  public struct Code: Sendable, Hashable {
    private enum Value { case invalidTask, invalidSetting, notFound, tooLong, unsuitableModel }
    private let value: Value
    /// A file that breaks a rule of the puzzles.
    public static let invalidTask = Code(value: .invalidTask)
    /// A setting out of its range.
    public static let invalidSetting = Code(value: .invalidSetting)
    /// Something named that is not there.
    public static let notFound = Code(value: .notFound)
    /// A puzzle that the model's context does not hold.
    public static let tooLong = Code(value: .tooLong)
    /// A model that cannot write grids in the format asked for.
    public static let unsuitableModel = Code(value: .unsuitableModel)
  }

  public let code: Code
  public let message: String
  public var kind: FailureKind {
    switch code {
    case .invalidSetting: .usage
    case .notFound: .noInput
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
