// SPDX-License-Identifier: Apache-2.0

/// A row-major float32 matrix: a view of `rows` × `columns` elements in a ``TensorBuffer``.
///
/// A value that shares its memory: copying the view copies no elements.
package struct Tensor: Sendable {
  package let buffer: TensorBuffer
  package let offset: Int
  package let rows: Int
  package let columns: Int
  /// Elements from one row's start to the next one's.
  package let stride: Int

  package init(buffer: TensorBuffer, offset: Int = 0, rows: Int, columns: Int, stride: Int? = nil) {
    let stride = stride ?? columns
    precondition(rows >= 0 && columns >= 0 && stride >= columns && offset >= 0)
    precondition(rows == 0 || offset + (rows - 1) * stride + columns <= buffer.count)
    self.buffer = buffer
    self.offset = offset
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// A zeroed matrix in memory of its own.
  package init(rows: Int, columns: Int) {
    self.init(buffer: TensorBuffer(count: rows * columns), rows: rows, columns: columns)
  }

  package init(_ values: [Float], rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns)
    copy(from: values)
  }

  var pointer: UnsafeMutablePointer<Float> { buffer.pointer + offset }
  package var count: Int { rows * columns }
  package var isContiguous: Bool { stride == columns || rows <= 1 }

  /// The rows of a range, sharing memory.
  package func rows(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows)
    return Tensor(
      buffer: buffer, offset: offset + range.lowerBound * stride, rows: range.count,
      columns: columns, stride: stride)
  }

  /// The columns of a range, sharing memory.
  package func columns(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns)
    return Tensor(
      buffer: buffer, offset: offset + range.lowerBound, rows: rows, columns: range.count,
      stride: stride)
  }

  /// All elements, row by row.
  package func toArray() -> [Float] {
    (0..<rows).flatMap { row in
      UnsafeBufferPointer(start: pointer + row * stride, count: columns)
    }
  }

  package func copy(from values: [Float]) {
    precondition(values.count == count)
    values.withUnsafeBufferPointer { values in
      for row in 0..<rows {
        for column in 0..<columns {
          pointer[row * stride + column] = values[row * columns + column]
        }
      }
    }
  }

  package func copy(from other: Tensor) {
    precondition(other.rows == rows && other.columns == columns)
    for row in 0..<rows {
      (pointer + row * stride).update(from: other.pointer + row * other.stride, count: columns)
    }
  }

  /// A copy in memory of its own.
  package func copied() -> Tensor {
    let result = Tensor(rows: rows, columns: columns)
    result.copy(from: self)
    return result
  }

  package func fill(_ value: Float) {
    for row in 0..<rows { (pointer + row * stride).update(repeating: value, count: columns) }
  }

  package subscript(row: Int, column: Int) -> Float {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns)
      return pointer[row * stride + column]
    }
    nonmutating set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns)
      pointer[row * stride + column] = newValue
    }
  }

  /// Runs `body` on a contiguous matrix's elements, for readers of files and writers of values.
  package func withElements<R, E: Error>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws(E) -> R
  ) throws(E) -> R {
    precondition(isContiguous)
    return try body(UnsafeMutableBufferPointer(start: pointer, count: count))
  }

  /// Whether every element is a finite number.
  package var isFinite: Bool {
    (0..<rows).allSatisfy { row in
      // Exponent bits all ones mean infinity or NaN: an integer test vectorises where isFinite,
      // element by element, does not.
      var worst: UInt32 = 0
      for column in 0..<columns {
        worst = max(worst, pointer[row * stride + column].bitPattern & 0x7F80_0000)
      }
      return worst != 0x7F80_0000
    }
  }
}
