// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor

/// How far one gradient of an adapter points where another does.
package struct GradientComparison: Encodable, Sendable {
  /// The cosine of one projection's gradients, A and B together.
  package struct Place: Codable, Sendable, Hashable {
    package let layer: Int
    package let module: TargetModule
    package let cosine: Double

    /// As Hugging Face names it.
    package var name: String { "model.layers.\(layer).\(module.parent).\(module.rawValue)" }
  }

  /// Of all parameters together.
  package let cosine: Double
  /// The difference's norm over the reference's.
  package let relativeError: Double
  /// Nil only for an adapter without a projection.
  package let worst: Place?
  /// Of all parameters in each layer.
  package let cosineByLayer: [Double]
  /// Of all layers' parameters of each kind of projection, by its name.
  package let cosineByModule: [String: Double]

  /// - Parameters:
  ///   - reference: The gradient that counts as right.
  ///   - other: Of an adapter of the same shape.
  init(_ reference: LoRAAdapter, _ other: LoRAAdapter) {
    var all = Products()
    var layers: [Products] = []
    var modules: [TargetModule: Products] = [:]
    var worst: Place?
    for layer in reference.layers.indices {
      var whole = Products()
      for module in TargetModule.allCases {
        guard let a = reference.linear(layer, module), let b = other.linear(layer, module)
        else { continue }
        var products = Products()
        products.add(a.a, b.a)
        products.add(a.b, b.b)
        whole.add(products)
        modules[module, default: Products()].add(products)
        let cosine = products.cosine
        if worst.map({ cosine < $0.cosine }) ?? true {
          worst = Place(layer: layer, module: module, cosine: cosine)
        }
      }
      layers.append(whole)
      all.add(whole)
    }
    cosine = all.cosine
    relativeError = all.relativeError
    self.worst = worst
    cosineByLayer = layers.map(\.cosine)
    cosineByModule = Dictionary(
      uniqueKeysWithValues: modules.map { ($0.key.rawValue, $0.value.cosine) })
  }

  /// The sums of products that cosine and relative error are made of.
  private struct Products {
    var dot = 0.0
    var squares = 0.0
    var otherSquares = 0.0
    var differenceSquares = 0.0

    mutating func add(_ a: Tensor, _ b: Tensor) {
      precondition(a.rows == b.rows && a.columns == b.columns)
      a.withElements { a in
        b.withElements { b in
          for index in a.indices {
            let (x, y) = (Double(a[index]), Double(b[index]))
            dot += x * y
            squares += x * x
            otherSquares += y * y
            differenceSquares += (x - y) * (x - y)
          }
        }
      }
    }

    mutating func add(_ other: Products) {
      dot += other.dot
      squares += other.squares
      otherSquares += other.otherSquares
      differenceSquares += other.differenceSquares
    }

    /// Two zeros point the same way, a zero and something else do not.
    var cosine: Double {
      let norms = squares.squareRoot() * otherSquares.squareRoot()
      if norms > 0 { return dot / norms }
      return squares == otherSquares ? 1 : 0
    }

    var relativeError: Double {
      if squares > 0 { return (differenceSquares / squares).squareRoot() }
      return differenceSquares > 0 ? 1 : 0
    }
  }
}
