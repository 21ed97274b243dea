// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// How far programs are searched for.
public struct InductionConfiguration: Sendable, Hashable, Codable {
  /// Functions of a pipeline at most. With two a puzzle takes a fraction of a second, with three
  /// seconds.
  public var maxLength = 3
  /// First layers that are tried for each output.
  public var starts = 16
  /// Seconds for a puzzle; nil for as long as it takes.
  public var secondsPerTask: Double?
  /// Memory for all that a puzzle's programs make, in bytes; growing takes up to as much again for a
  /// moment.
  public var maxBytes = 640 << 20

  /// Searches that run side by side, each on a core; the answers do not depend on it unless time ends
  /// them.
  public var threads = 1
  /// Functions of the language that programs do without, by name.
  public var excludedFunctions: [String] = []

  public init() {}

  /// - Throws: ``ARCError`` naming what is out of its range.
  public func validate() throws {
    var problems: [String] = []
    if !(1...4).contains(maxLength) {
      problems.append("program length \(maxLength): expected 1 … 4 functions")
    }
    if starts < 1 { problems.append("starts \(starts): expected at least 1") }
    if let secondsPerTask, !(secondsPerTask > 0 && secondsPerTask.isFinite) {
      problems.append("seconds per task \(secondsPerTask): expected more than 0")
    }
    if threads < 1 { problems.append("threads \(threads): expected at least 1") }
    if maxBytes < 1 << 20 { problems.append("memory \(maxBytes): expected 1 MiB at least") }
    let known = Set(FunctionTable.all.map(\.name))
    for name in excludedFunctions where !known.contains(name) {
      problems.append("function \(name.visibleInMessage): there is none of that name")
    }
    guard problems.isEmpty else {
      throw ARCError(.invalidSetting, problems.joined(separator: "\n"))
    }
  }
}
