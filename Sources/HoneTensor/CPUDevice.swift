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
  /// How the passes of a training multiply attention's matrices with each other, and in the
  /// backward the adapters' with activations and gradients. ``ProductPrecision/bfloat16`` only where
  /// ``Kernels/hasBFloat16``.
  package var trainingPrecision = ProductPrecision.float32 {
    didSet { precondition(trainingPrecision == .float32 || kernels.hasBFloat16) }
  }
  private var productScratch: [TensorBuffer]
  private var extraScratch: [TensorBuffer]
  private var unpackScratch = TensorBuffer(count: 0)
  /// Memory of one operation.
  let scratch = Arena(chunkCount: 1 << 20)

  package init(kernels: Kernels, threads: Int? = nil) {
    self.kernels = kernels
    pool = ThreadPool(threads: threads)
    let count = max(hone_gemm_scratch(), hone_bf16_scratch())
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

  /// Splits rows into one range per task, some tasks for each thread, and runs them.
  func forEachRowBlock(_ rows: Int, minimum: Int = 8, _ body: (Range<Int>) -> Void) {
    let block = max(minimum, (rows + pool.threads * 3 - 1) / (pool.threads * 3))
    pool.run((rows + block - 1) / block) { task, _ in
      body(task * block..<min(rows, (task + 1) * block))
    }
  }

  /// Elements that one thread is done with before another is woken.
  static var smallCount: Int { 1 << 16 }

  /// Splits elements that do not depend on each other into tasks.
  func forEachElementBlock(_ count: Int, _ body: (Range<Int>) -> Void) {
    pool.run((count + Self.smallCount - 1) / Self.smallCount) { task, _ in
      body(task * Self.smallCount..<min(count, (task + 1) * Self.smallCount))
    }
  }

  /// Rows of some columns that stay in the second-level cache while several operations use them.
  static func panelRows(_ columns: Int) -> Int { max(1, min(48, (1 << 16) / max(1, columns))) }

  /// Splits rows as ``forEachRowBlock(_:minimum:_:)`` and runs them panel by panel.
  func forEachRowPanel(_ rows: Int, columns: Int, _ body: (Range<Int>, _ worker: Int) -> Void) {
    let block = max(8, (rows + pool.threads * 3 - 1) / (pool.threads * 3))
    let panel = Self.panelRows(columns)
    pool.run((rows + block - 1) / block) { task, worker in
      let end = min(rows, (task + 1) * block)
      for start in stride(from: task * block, to: end, by: panel) {
        body(start..<min(end, start + panel), worker)
      }
    }
  }
}
