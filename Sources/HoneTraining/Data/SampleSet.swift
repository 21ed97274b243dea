// SPDX-License-Identifier: Apache-2.0

/// Training samples in a compact store: five bytes a token, about what their text takes.
public struct SampleSet: RandomAccessCollection, Sendable, Hashable {
  private var ids: [Int32] = []
  private var isTarget: [Bool] = []
  /// Where each sample ends.
  private var ends: [Int] = []
  /// The line of each sample in its file, from 1.
  private var lines: [Int] = []

  public init() {}

  /// Adds a sample.
  ///
  /// - Parameter line: Where it stands in its file, for messages; 0 for none.
  public mutating func append(_ sample: TrainingSample, line: Int = 0) {
    ids += sample.ids
    isTarget += sample.isTarget
    ends.append(ids.count)
    lines.append(line)
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { ends.count }

  public subscript(position: Int) -> TrainingSample {
    let range = range(position)
    return TrainingSample(ids: Array(ids[range]), isTarget: Array(isTarget[range]))
  }

  /// Tokens of a sample, without copying it.
  public func tokenCount(of position: Int) -> Int { range(position).count }

  /// Tokens of each sample.
  public var tokenCounts: [Int] { indices.map(tokenCount) }

  /// The line of a sample in its file; 0 if it came from none.
  public func line(of position: Int) -> Int { lines[position] }

  /// The samples at these positions, in this order.
  public func selecting(_ positions: some Sequence<Int>) -> SampleSet {
    var result = SampleSet()
    for position in positions { result.append(self[position], line: lines[position]) }
    return result
  }

  private func range(_ position: Int) -> Range<Int> {
    (position == 0 ? 0 : ends[position - 1])..<ends[position]
  }
}
