// SPDX-License-Identifier: Apache-2.0

/// Memory for the tensors of one step: taken in order, given back all at once, kept for the next.
///
/// After the first step of a given size no memory is allocated and no page is touched first.
package final class Arena {
  private var chunks: [TensorBuffer] = []
  private var chunk = 0
  private var used = 0
  private let chunkCount: Int

  /// - Parameter chunkCount: Floats in a chunk of memory; larger tensors get a chunk of their own.
  package init(chunkCount: Int = 1 << 22) { self.chunkCount = chunkCount }

  /// A matrix valid until the next ``reset()``; its elements are arbitrary.
  package func tensor(rows: Int, columns: Int) -> Tensor {
    let count = (rows * columns + 15) / 16 * 16
    while chunk < chunks.count {
      if used + count <= chunks[chunk].count {
        defer { used += count }
        return Tensor(buffer: chunks[chunk], offset: used, rows: rows, columns: columns)
      }
      chunk += 1
      used = 0
    }
    chunks.append(TensorBuffer(count: max(count, chunkCount)))
    used = count
    return Tensor(buffer: chunks[chunk], rows: rows, columns: columns)
  }

  /// Gives all tensors back.
  package func reset() {
    chunk = 0
    used = 0
  }

  /// A place to which ``release(to:)`` returns.
  package struct Mark {
    fileprivate let chunk: Int
    fileprivate let used: Int
  }

  package var mark: Mark { Mark(chunk: chunk, used: used) }

  /// Gives back what was taken after the mark.
  package func release(to mark: Mark) {
    chunk = mark.chunk
    used = mark.used
  }

  package var allocatedBytes: Int { chunks.reduce(0) { $0 + $1.count } * 4 }
}
