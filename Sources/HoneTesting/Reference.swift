// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// The operations in double precision, written for clarity: what the kernels must agree with.
package enum Reference {
  /// `a[m, k] · b[k, n]`, both contiguous.
  package static func product(_ a: [Double], _ b: [Double], m: Int, n: Int, k: Int) -> [Double] {
    var c = [Double](repeating: 0, count: m * n)
    for i in 0..<m {
      for p in 0..<k {
        let x = a[i * k + p]
        for j in 0..<n { c[i * n + j] += x * b[p * n + j] }
      }
    }
    return c
  }

  /// `[rows, columns]` to `[columns, rows]`.
  package static func transposed<T>(_ x: [T], rows: Int, columns: Int) -> [T] {
    (0..<columns).flatMap { column in (0..<rows).map { x[$0 * columns + column] } }
  }

  /// `x / rms(x) · weight` for each row of `weight.count` elements.
  package static func rmsNorm(_ x: [Double], weight: [Double], eps: Double) -> [Double] {
    let reciprocals = reciprocalRMS(x, columns: weight.count, eps: eps)
    return x.indices.map { x[$0] * reciprocals[$0 / weight.count] * weight[$0 % weight.count] }
  }

  /// 1 / rms of each row.
  package static func reciprocalRMS(_ x: [Double], columns: Int, eps: Double) -> [Double] {
    stride(from: 0, to: x.count, by: columns).map { start in
      let squares = x[start..<start + columns].reduce(0) { $0 + $1 * $1 }
      return 1 / (squares / Double(columns) + eps).squareRoot()
    }
  }

  /// Turns pairs (i, i + E/2) of each head by position · frequency; x is `[T, heads · E]`.
  package static func rope(
    _ x: [Double], positions: [Int32], heads: Int, inverseFrequencies: [Double]
  ) -> [Double] {
    let half = inverseFrequencies.count
    var y = x
    for (row, position) in positions.enumerated() {
      for head in 0..<heads {
        for pair in 0..<half {
          // The angle is rounded as the engine's table rounds it; see RoPETable.
          let angle = Double(Float(position) * Float(inverseFrequencies[pair]))
          let first = (row * heads + head) * 2 * half + pair
          y[first] = x[first] * cosine(angle) - x[first + half] * sine(angle)
          y[first + half] = x[first + half] * cosine(angle) + x[first] * sine(angle)
        }
      }
    }
    return y
  }

  package static func logSumExp(_ x: some Collection<Double>) -> Double {
    let top = x.max() ?? 0
    return top + logarithm(x.reduce(0) { $0 + exponential($1 - top) })
  }

  package static func softmax(_ x: some Collection<Double>) -> [Double] {
    let total = logSumExp(x)
    return x.map { exponential($0 - total) }
  }

  /// `log p(target)` of each row of logits `[T, V]`.
  package static func logLikelihood(_ logits: [Double], targets: [Int32]) -> [Double] {
    let columns = targets.isEmpty ? 0 : logits.count / targets.count
    return targets.enumerated().map { row, target in
      let line = logits[row * columns..<(row + 1) * columns]
      return logits[row * columns + Int(target)] - logSumExp(line)
    }
  }

  /// `silu(gate) · up`.
  package static func swiglu(gate: [Double], up: [Double]) -> [Double] {
    zip(gate, up).map { gate, up in gate / (1 + exponential(-gate)) * up }
  }

  package static func geglu(gate: [Double], up: [Double]) -> [Double] {
    zip(gate, up).map { gate, up in
      let argument = (2 / Double.pi).squareRoot() * (gate + 0.044715 * gate * gate * gate)
      return gate / (1 + exponential(-2 * argument)) * up
    }
  }

  /// One AdamW step: the new parameter and moments of one element.
  package static func adamW(
    _ parameter: Double, first: Double, second: Double, gradient: Double, step: Int,
    learningRate: Double, configuration c: AdamWConfiguration
  ) -> (parameter: Double, first: Double, second: Double) {
    let (beta1, beta2) = (Double(c.beta1), Double(c.beta2))
    let first = beta1 * first + (1 - beta1) * gradient
    let second = beta2 * second + (1 - beta2) * gradient * gradient
    let corrected = first / (1 - power(beta1, Double(step)))
    let root = (second / (1 - power(beta2, Double(step)))).squareRoot()
    let decayed = parameter * (1 - learningRate * Double(c.weightDecay))
    return (decayed - learningRate * corrected / (root + Double(c.epsilon)), first, second)
  }
}
