// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import Testing

/// Records one issue, naming the worst element, if any element differs from its expected value by
/// more than `absolute + relative · |expected|`, or is not a number.
package func expectClose(
  _ actual: [Float], _ expected: [Double], absolute: Double = 1e-6, relative: Double = 1e-5,
  _ what: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose(
    actual, expected, bounds: expected.map { absolute + relative * abs($0) }, what(),
    sourceLocation: sourceLocation)
}

/// The same with a bound of its own for each element, for sums whose rounding error is known.
package func expectClose(
  _ actual: [Float], _ expected: [Double], bounds: [Double],
  _ what: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count, bounds.count == expected.count else {
    Issue.record(
      "\(what()): \(actual.count) elements, expected \(expected.count)",
      sourceLocation: sourceLocation)
    return
  }
  var failures = 0
  var worst = (index: 0, excess: 0.0)
  for index in actual.indices {
    let error = abs(Double(actual[index]) - expected[index])
    if error <= bounds[index] { continue }
    failures += 1
    let excess = error.isFinite ? error / bounds[index] : .infinity
    if excess > worst.excess { worst = (index, excess) }
  }
  guard failures > 0 else { return }
  let index = worst.index
  Issue.record(
    """
    \(what()): \(failures) of \(actual.count) elements are off; the worst is [\(index)]: \
    \(actual[index]), expected \(expected[index]) ± \(bounds[index])
    """, sourceLocation: sourceLocation)
}

/// Records one issue if the bits of any element differ.
package func expectEqualBits(
  _ actual: [Float], _ expected: [Float], _ what: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count else {
    Issue.record(
      "\(what()): \(actual.count) elements, expected \(expected.count)",
      sourceLocation: sourceLocation)
    return
  }
  let different = actual.indices.filter { actual[$0].bitPattern != expected[$0].bitPattern }
  guard let first = different.first else { return }
  Issue.record(
    """
    \(what()): \(different.count) of \(actual.count) elements have other bits; the first is \
    [\(first)]: \(actual[first]), expected \(expected[first])
    """, sourceLocation: sourceLocation)
}
