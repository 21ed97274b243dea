// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import Testing

extension RandomSource {
  /// Uniform numbers in -bound...bound.
  package mutating func floats(_ count: Int, bound: Float = 1) -> [Float] {
    (0..<count).map { _ in Float(2 * uniform() - 1) * bound }
  }

  /// A contiguous matrix of uniform numbers in -bound...bound.
  package mutating func tensor(_ rows: Int, _ columns: Int, bound: Float = 1) -> Tensor {
    Tensor(floats(rows * columns, bound: bound), rows: rows, columns: columns)
  }

  /// The same as a view into the midst of a wider and taller matrix, whose other elements are NaN:
  /// who reads past the view's edges shows it in the result.
  package mutating func view(_ rows: Int, _ columns: Int, bound: Float = 1) -> Tensor {
    let around = Tensor(rows: rows + 2, columns: columns + 5)
    around.fill(.nan)
    let view = around.rows(1..<rows + 1).columns(3..<columns + 3)
    view.copy(from: floats(rows * columns, bound: bound))
    return view
  }
}

extension Tensor {
  /// All elements in double precision, row by row.
  package func toDoubles() -> [Double] { toArray().map(Double.init) }
}

/// Expects a view from ``RandomSource/view(_:_:bound:)`` to still be surrounded by NaN.
package func expectOnlyViewWritten(
  _ view: Tensor, _ what: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let all = Tensor(buffer: view.buffer, rows: 1, columns: view.buffer.count).toArray()
  let outside = all.indices.filter { index in
    let (row, column) = (index - view.offset).quotientAndRemainder(dividingBy: view.stride)
    let isInside = index >= view.offset && row < view.rows && column < view.columns
    return !isInside && !all[index].isNaN
  }
  if let first = outside.first {
    Issue.record(
      "\(what()): element \(first) outside the view was written", sourceLocation: sourceLocation)
  }
}
