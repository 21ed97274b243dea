// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// The row norms that adapters with magnitudes (DoRA) divide by: `‖W + scaling · B · A‖` of each
/// output, computed when they are first asked for.
///
/// - SeeAlso: Liu et al. 2024, arXiv 2402.09353, §4.1 and §4.3.
final class MagnitudeCache {
  struct Entry {
    /// `[1, N]`, magnitude over norm: what each output is multiplied with.
    let factors: Tensor
    /// `[1, N]`.
    let inverseNorms: Tensor
  }

  private struct Record {
    /// Keeps the identity that it is found by.
    let magnitude: TensorBuffer
    /// `[1, N]`, squared norms of the base's rows.
    let baseSquares: Tensor
    var entry: Entry?
  }

  private var records: [ObjectIdentifier: Record] = [:]

  /// To be called when an adapter's matrices were written to.
  func forgetNorms() {
    for key in records.keys { records[key]?.entry = nil }
  }

  func entry(
    for linear: LoRALinear, of weight: WeightMatrix, scaling: Float, on device: CPUDevice
  ) -> Entry {
    guard let magnitude = linear.magnitude else { preconditionFailure("no magnitude to look up") }
    let key = ObjectIdentifier(magnitude.buffer)
    if let entry = records[key]?.entry { return entry }
    // Adapters come and go; more than a few large ones' are not kept.
    if records[key] == nil, records.count > 4096 { records = [:] }
    let squares = records[key]?.baseSquares ?? Self.squaredNorms(of: weight)
    let (a, b) = (linear.a, linear.b)
    let (r, n) = (b.rows, b.columns)
    let base = Tensor(rows: r, columns: n)
    device.linear(into: base, a, weight)
    let gram = Tensor(rows: r, columns: r)
    device.matrixProduct(into: gram, a, a, transposeB: true, alpha: scaling * scaling)
    // ‖w + s·b·A‖² = ‖w‖² + b · (2s·A·w + s²·A·Aᵀ·b)
    let mixed = Tensor(rows: r, columns: n)
    device.matrixProduct(into: mixed, gram, b)
    device.add(into: mixed, base, alpha: 2 * scaling)
    let sums = squares.copied()
    device.addColumnSums(into: sums, b, times: mixed)
    let entry = Entry(factors: Tensor(rows: 1, columns: n), inverseNorms: sums)
    for column in 0..<n {
      let inverse = 1 / max(sums[0, column], 1e-30).squareRoot()
      sums[0, column] = inverse
      entry.factors[0, column] = magnitude[0, column] * inverse
    }
    records[key] = Record(magnitude: magnitude.buffer, baseSquares: squares, entry: entry)
    return entry
  }

  /// `[1, N]`.
  static func squaredNorms(of weight: WeightMatrix) -> Tensor {
    let result = Tensor(rows: 1, columns: weight.rows)
    let row = Tensor(rows: 1, columns: weight.columns)
    for index in 0..<weight.rows {
      weight.copyRow(index, to: row, at: 0)
      row.withElements { elements in
        result[0, index] = Float(elements.reduce(0.0) { $0 + Double($1) * Double($1) })
      }
    }
    return result
  }
}

extension Decoder {
  /// To be called when the matrices of an adapter that it has seen were written to.
  package func adapterDidChange() { magnitudes.forgetNorms() }

  /// The adapter with the magnitudes of the base's own rows (DoRA), which change nothing yet where
  /// B is zero.
  package func addingMagnitudes(to adapter: LoRAAdapter) -> LoRAAdapter {
    adapter.mapped { layer, module, linear in
      let magnitude = MagnitudeCache.squaredNorms(
        of: weights.layers[layer].projections[module.index])
      magnitude.withElements { elements in
        for index in elements.indices { elements[index] = elements[index].squareRoot() }
      }
      return LoRALinear(a: linear.a, b: linear.b, magnitude: magnitude, scaling: linear.scaling)
    }
  }
}
