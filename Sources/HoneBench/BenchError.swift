// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// A benchmark that cannot be run as asked, or a run store that cannot be used.
package struct BenchError: HoneFailure {
  /// The kinds of trouble; more may be added.
  package struct Code: Sendable, Hashable {
    private enum Value { case invalidSetting, notFound, damaged, unsuitable, mismatch, notWritable }
    private let value: Value
    /// A setting out of its range, or settings that exclude each other.
    package static let invalidSetting = Code(value: .invalidSetting)
    /// A store, run or data file that is not there or cannot be read.
    package static let notFound = Code(value: .notFound)
    /// A file that is no run store, or one of a later version, or a broken one; or data that breaks
    /// its format.
    package static let damaged = Code(value: .damaged)
    /// Sound data that a benchmark cannot use, such as too little of it.
    package static let unsuitable = Code(value: .unsuitable)
    /// Runs that do not belong together.
    package static let mismatch = Code(value: .mismatch)
    /// A store that cannot be written: permissions, a full disk, another process.
    package static let notWritable = Code(value: .notWritable)
  }

  package let code: Code
  package let message: String
  package var kind: FailureKind {
    switch code {
    case .invalidSetting: .usage
    case .damaged, .unsuitable, .mismatch: .badData
    default: .noInput
    }
  }

  /// - Parameters:
  ///   - code: The kind of trouble.
  ///   - message: What is wrong, where, what was expected and what to do.
  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message.visibleInMessage
  }

  /// A setting out of its range.
  package init(_ message: String) { self.init(.invalidSetting, message) }

  /// - Throws: One that names the setting if its value is out of its range.
  static func check(_ name: String, _ value: Int, in range: ClosedRange<Int>) throws {
    if !range.contains(value) {
      throw BenchError("\(name) \(value): expected \(range.lowerBound) … \(range.upperBound)")
    }
  }
}
