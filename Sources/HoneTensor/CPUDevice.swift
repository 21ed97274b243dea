// SPDX-License-Identifier: Apache-2.0
import CHoneKernels

/// Runs the operations: kernels of one instruction set over a pool of threads.
///
/// The operations stand in Operations/, forward beside backward; they are all that another device
/// would have to provide. Not Sendable: one model owns it and runs one operation at a time.
/// Results do not depend on the number of threads: each element is computed by one task, whose
/// order of summation does not depend on how the work was split.
package final class CPUDevice {
  package let kernels: Kernels
  package let pool: ThreadPool
  private var productScratch: [TensorBuffer]
  private var extraScratch: [TensorBuffer]
  private var unpackScratch = TensorBuffer(count: 0)
  private var quantizedScratch = TensorBuffer(count: 0)

  package init(kernels: Kernels, threads: Int? = nil) {
    self.kernels = kernels
    pool = ThreadPool(threads: threads)
    let count = hone_gemm_scratch()
    productScratch = (0..<pool.threads).map { _ in TensorBuffer(count: count) }
    extraScratch = (0..<pool.threads).map { _ in TensorBuffer(count: 0) }
  }

  /// The best device of this machine.
  ///
  /// - Throws: ``TensorError`` if the environment names kernels that the machine lacks.
  package convenience init(threads: Int? = nil) throws {
    self.init(kernels: try Kernels.chosen(), threads: threads)
  }

  /// Scratch of a worker's matrix product.
  func productScratch(_ worker: Int) -> UnsafeMutablePointer<Float> {
    productScratch[worker].pointer
  }

  /// Makes sure that each worker has `count` floats of scratch for ``extraScratch(_:)``.
  func reserveScratch(_ count: Int) {
    guard extraScratch[0].count < count else { return }
    extraScratch = extraScratch.map { _ in TensorBuffer(count: count) }
  }

  func extraScratch(_ worker: Int) -> UnsafeMutablePointer<Float> { extraScratch[worker].pointer }

  /// Room for a whole block-format weight in float32.
  func unpackScratch(rows: Int, columns: Int) -> Tensor {
    if unpackScratch.count < rows * columns {
      unpackScratch = TensorBuffer(count: rows * columns)
    }
    return Tensor(buffer: unpackScratch, rows: rows, columns: columns)
  }

  /// Room for quantised activations.
  func quantizedScratch(_ count: Int) -> UnsafeMutablePointer<Float> {
    if quantizedScratch.count < count { quantizedScratch = TensorBuffer(count: count) }
    return quantizedScratch.pointer
  }

  /// Splits rows into one range per task, some tasks for each thread, and runs them.
  func forEachRowBlock(_ rows: Int, minimum: Int = 8, _ body: (Range<Int>) -> Void) {
    let block = max(minimum, (rows + pool.threads * 3 - 1) / (pool.threads * 3))
    pool.run((rows + block - 1) / block) { task, _ in
      body(task * block..<min(rows, (task + 1) * block))
    }
  }
}
