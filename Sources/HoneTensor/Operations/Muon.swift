// SPDX-License-Identifier: Apache-2.0

/// The constants of Muon; defaults are PyTorch's.
public struct MuonConfiguration: Codable, Sendable, Hashable {
  public var momentum: Float = 0.95
  public var weightDecay: Float = 0.01
  public init() {}
}

extension CPUDevice {
  /// One step of Muon on a matrix: momentum (Nesterov's), then the nearest matrix with orthogonal
  /// rows or columns, scaled so that the update is as large as AdamW's and the same learning rate
  /// serves both.
  ///
  /// - Parameters:
  ///   - parameter: `[N, K]`.
  ///   - momentum: Of its shape; the running mean of the gradients.
  ///   - gradient: Of its shape; overwritten.
  /// - SeeAlso: Jordan et al. 2024, kellerjordan.github.io/posts/muon; Liu et al. 2025,
  ///   arXiv 2502.16982, §2.2, for the scale.
  package func muon(
    _ parameter: Tensor, momentum: Tensor, gradient: Tensor, learningRate: Double,
    configuration: MuonConfiguration
  ) {
    precondition(momentum.count == parameter.count && gradient.count == parameter.count)
    let beta = configuration.momentum
    scale(momentum, by: beta)
    add(into: momentum, gradient, alpha: 1 - beta)
    scale(gradient, by: 1 - beta)
    add(into: gradient, momentum, alpha: beta)
    let mark = scratch.mark
    defer { scratch.release(to: mark) }
    let update = orthogonalized(gradient)
    let size = Float(max(parameter.rows, parameter.columns)).squareRoot()
    scale(parameter, by: 1 - Float(learningRate) * configuration.weightDecay)
    add(into: parameter, update, alpha: -0.2 * size * Float(learningRate))
  }

  /// Five steps of Newton's and Schulz's iteration, which bring all singular values near 1.
  ///
  /// - Returns: Scratch of the operation.
  private func orthogonalized(_ matrix: Tensor) -> Tensor {
    // Coefficients of the quintic that Jordan found to converge fastest.
    let (a, b, c): (Float, Float, Float) = (3.4445, -4.7750, 2.0315)
    let isTall = matrix.rows > matrix.columns
    let n = min(matrix.rows, matrix.columns)
    var x = scratch.tensor(rows: matrix.rows, columns: matrix.columns)
    var next = scratch.tensor(rows: matrix.rows, columns: matrix.columns)
    let gram = scratch.tensor(rows: n, columns: n)
    let mixed = scratch.tensor(rows: n, columns: n)
    x.copy(from: matrix)
    scale(x, by: 1 / max(1e-7, Float(sumOfSquares(x).squareRoot())))
    for _ in 0..<5 {
      matrixProduct(into: gram, x, transposeA: isTall, x, transposeB: !isTall)
      matrixProduct(into: mixed, gram, gram, alpha: c)
      add(into: mixed, gram, alpha: b)
      if isTall {
        matrixProduct(into: next, x, mixed)
      } else {
        matrixProduct(into: next, mixed, x)
      }
      add(into: next, x, alpha: a)
      swap(&x, &next)
    }
    return x
  }
}
