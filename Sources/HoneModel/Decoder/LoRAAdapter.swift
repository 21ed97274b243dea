// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// The shape of a low-rank adapter; names are PEFT's.
public struct LoRAConfiguration: Codable, Sendable, Hashable {
  /// R, the rank of every update.
  public let loraRank: Int
  public let loraAlpha: Double
  public let targetModules: [TargetModule]
  /// The factor of the update, `alpha / rank`.
  public var loraScaling: Double { loraAlpha / Double(loraRank) }

  /// - Throws: ``ModelError`` (`invalid`) for a rank outside 1 … 4096, an alpha that is not
  ///   positive, or no target.
  public init(
    loraRank: Int, loraAlpha: Double, targetModules: [TargetModule] = TargetModule.allCases
  ) throws {
    guard (1...4096).contains(loraRank) else {
      throw ModelError(.invalid, "LoRA rank \(loraRank): expected 1 … 4096")
    }
    guard loraAlpha > 0, loraAlpha.isFinite else {
      throw ModelError(.invalid, "LoRA alpha \(loraAlpha): expected a positive number")
    }
    guard !targetModules.isEmpty else {
      let names = TargetModule.allCases.map(\.rawValue).joined(separator: ", ")
      throw ModelError(.invalid, "LoRA without target modules: name some of \(names)")
    }
    self.loraRank = loraRank
    self.loraAlpha = loraAlpha
    self.targetModules = TargetModule.allCases.filter(targetModules.contains)
  }
}

/// A low-rank update of one projection: `y += scaling · B · (A · x)`.
package struct LoRALinear: Sendable {
  /// `[R, K]`.
  package let a: Tensor
  /// `[N, R]`.
  package let b: Tensor

  package init(a: Tensor, b: Tensor) {
    self.a = a
    self.b = b
  }

  package init(rank: Int, outputs: Int, inputs: Int) {
    a = Tensor(rows: rank, columns: inputs)
    b = Tensor(rows: outputs, columns: rank)
  }
}

/// Low-rank updates of a decoder's projections, given to the forward pass as an argument.
///
/// The base weights are never written, so dropping the adapter restores the model. Only the
/// trainer that made it writes to its matrices.
/// - SeeAlso: Hu et al. 2021, arXiv 2106.09685, §4.1.
public struct LoRAAdapter: Sendable {
  public let configuration: LoRAConfiguration
  /// `[layer][module]`, nil where the projection has no update.
  package let layers: [[LoRALinear?]]

  package init(configuration: LoRAConfiguration, layers: [[LoRALinear?]]) {
    self.configuration = configuration
    self.layers = layers
  }

  /// A fresh adapter that changes nothing yet: A uniform in ±1/√K, which is PEFT's
  /// Kaiming-uniform with a = √5, and B zero.
  public init(
    configuration: LoRAConfiguration, model: ModelConfiguration, random: inout RandomSource
  ) {
    self.init(configuration: configuration, model: model)
    for linear in layers.flatMap({ $0 }) {
      guard let a = linear?.a else { continue }
      let bound = 1 / Double(a.columns).squareRoot()
      a.withElements { elements in
        for index in elements.indices {
          elements[index] = Float((2 * random.uniform() - 1) * bound)
        }
      }
    }
  }

  /// Matrices of zeros in the same places: what gradients and optimiser moments need.
  package init(configuration: LoRAConfiguration, model: ModelConfiguration) {
    self.configuration = configuration
    layers = (0..<model.numHiddenLayers).map { _ in
      TargetModule.allCases.map { module in
        guard configuration.targetModules.contains(module) else { return nil }
        let shape = module.shape(in: model)
        return LoRALinear(
          rank: configuration.loraRank, outputs: shape.outputs, inputs: shape.inputs)
      }
    }
  }

  package func linear(_ layer: Int, _ module: TargetModule) -> LoRALinear? {
    layers[layer][module.index]
  }

  /// - Throws: ``ModelError`` (`invalid`) if the adapter is for a model of other sizes.
  func checkFit(_ model: ModelConfiguration) throws {
    let fits =
      layers.count == model.numHiddenLayers
      && layers.allSatisfy { layer in
        zip(TargetModule.allCases, layer).allSatisfy { module, linear in
          guard let linear else { return true }
          let shape = module.shape(in: model)
          return linear.a.columns == shape.inputs && linear.b.rows == shape.outputs
        }
      }
    guard fits else {
      throw ModelError(
        .invalid,
        "the adapter's matrices do not fit the model; use the adapter with the model it was made "
          + "for")
    }
  }

  /// Every matrix, A before B, in a fixed order.
  package var parameters: [Tensor] {
    layers.flatMap { $0.compactMap { $0 }.flatMap { [$0.a, $0.b] } }
  }

  /// Trainable numbers.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// The first layer with an update; nothing below it needs a gradient.
  var lowestAdaptedLayer: Int? { layers.firstIndex { $0.contains { $0 != nil } } }
}
