// SPDX-License-Identifier: Apache-2.0
import Testing

/// The gradient of `objective` at `point` by central differences, in double precision.
///
/// The error is some step² · f‴ / 6 plus 1e-16 · |f| / step, below 1e-8 for values near one.
package func centralDifferences(
  of objective: ([Double]) -> Double, at point: [Double], step: Double = 1e-5
) -> [Double] {
  var moved = point
  return point.indices.map { index in
    moved[index] = point[index] + step
    let above = objective(moved)
    moved[index] = point[index] - step
    let below = objective(moved)
    moved[index] = point[index]
    return (above - below) / (2 * step)
  }
}

/// Expects an operation's gradient to be that of the Double reference, for `upstream · forward(x)`.
///
/// - Parameters:
///   - gradient: What the operation computed for the gradient `upstream` of its output.
///   - upstream: The gradient of the output, as many elements as `forward` returns.
///   - point: The input at which the gradient was taken.
///   - forward: The Double reference of the forward pass.
package func gradientCheck(
  _ gradient: [Float], upstream: [Float], at point: [Float], absolute: Double = 2e-5,
  relative: Double = 2e-5, _ what: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation, forward: ([Double]) -> [Double]
) {
  let numeric = centralDifferences(
    of: { point in zip(upstream, forward(point)).reduce(0) { $0 + Double($1.0) * $1.1 } },
    at: point.map(Double.init))
  expectClose(
    gradient, numeric, absolute: absolute, relative: relative, what(),
    sourceLocation: sourceLocation)
}
