// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// The shape of a low-rank adapter; names are PEFT's.
public struct LoRAConfiguration: Codable, Sendable, Hashable {
  /// R, the rank of every update.
  public let loraRank: Int
  public let loraAlpha: Double
  public let targetModules: [TargetModule]
  public let vocabularyModules: [VocabularyModule]
  /// The factor of the update, `alpha / rank`.
  public var loraScaling: Double { loraAlpha / Double(loraRank) }

  /// - Throws: ``ModelError`` (`invalid`) for a rank outside 1 … 4096, an alpha that is not
  ///   positive, or no target.
  public init(
    loraRank: Int, loraAlpha: Double, targetModules: [TargetModule] = TargetModule.allCases,
    vocabularyModules: [VocabularyModule] = []
  ) throws {
    guard (1...4096).contains(loraRank) else {
      throw ModelError(.invalid, "LoRA rank \(loraRank): expected 1 … 4096")
    }
    guard loraAlpha > 0, loraAlpha.isFinite else {
      throw ModelError(.invalid, "LoRA alpha \(loraAlpha): expected a positive number")
    }
    guard !(targetModules.isEmpty && vocabularyModules.isEmpty) else {
      let names = TargetModule.allCases.map(\.rawValue).joined(separator: ", ")
      throw ModelError(.invalid, "LoRA without target modules: name some of \(names)")
    }
    self.loraRank = loraRank
    self.loraAlpha = loraAlpha
    self.targetModules = TargetModule.allCases.filter(targetModules.contains)
    self.vocabularyModules = VocabularyModule.allCases.filter(vocabularyModules.contains)
  }
}

/// A low-rank update of one projection: `y += scaling · B · (A · x)`; with a magnitude m the rows of
/// `W + scaling · B · A` are then brought to the length m (DoRA: Liu et al. 2024, arXiv 2402.09353).
package struct LoRALinear: Sendable {
  /// `[R, K]`.
  package let a: Tensor
  /// Bᵀ `[R, N]`; PEFT's files hold B `[N, R]`.
  package let b: Tensor
  /// `[1, N]`, the length of each row of the updated weight; nil where it is as it comes.
  package let magnitude: Tensor?
  /// This update's own factor; nil for ``LoRAConfiguration/loraScaling``.
  package let scaling: Double?

  package init(a: Tensor, b: Tensor, magnitude: Tensor? = nil, scaling: Double? = nil) {
    self.a = a
    self.b = b
    self.magnitude = magnitude
    self.scaling = scaling
  }

  package init(rank: Int, outputs: Int, inputs: Int) {
    self.init(
      a: Tensor(rows: rank, columns: inputs), b: Tensor(rows: rank, columns: outputs))
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
  /// Updates of the embedding table, A `[R, V]` and Bᵀ `[R, D]`, and of the head.
  package let vocabulary: [VocabularyModule: LoRALinear]

  package init(
    configuration: LoRAConfiguration, layers: [[LoRALinear?]],
    vocabulary: [VocabularyModule: LoRALinear] = [:]
  ) {
    self.configuration = configuration
    self.layers = layers
    self.vocabulary = vocabulary
  }

  /// A fresh adapter that changes nothing yet: A uniform in ±1/√K, which is PEFT's
  /// Kaiming-uniform with a = √5, and B zero; for embeddings A zero and B normal.
  public init(
    configuration: LoRAConfiguration, model: ModelConfiguration, random: inout RandomSource
  ) {
    self.init(configuration: configuration, model: model)
    vocabulary[.embedTokens]?.b.withElements { elements in
      for index in elements.indices { elements[index] = Float(random.normal()) }
    }
    for linear in layers.flatMap({ $0 }) + [vocabulary[.lmHead]] {
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
    vocabulary = Dictionary(
      uniqueKeysWithValues: configuration.vocabularyModules.map { module in
        let shape = module.shape(in: model)
        return (
          module,
          LoRALinear(
            rank: configuration.loraRank, outputs: shape.outputs, inputs: shape.inputs)
        )
      })
  }

  /// Matrices of zeros in the same places.
  package func zeros() -> LoRAAdapter {
    func zeros(_ tensor: Tensor) -> Tensor { Tensor(rows: tensor.rows, columns: tensor.columns) }
    func zeros(_ linear: LoRALinear) -> LoRALinear {
      LoRALinear(
        a: zeros(linear.a), b: zeros(linear.b), magnitude: linear.magnitude.map(zeros),
        scaling: linear.scaling)
    }
    return LoRAAdapter(
      configuration: configuration, layers: layers.map { $0.map { $0.map(zeros) } },
      vocabulary: vocabulary.mapValues(zeros))
  }

  /// An adapter with something else for each projection's update.
  func mapped(_ transform: (Int, TargetModule, LoRALinear) -> LoRALinear) -> LoRAAdapter {
    LoRAAdapter(
      configuration: configuration,
      layers: layers.enumerated().map { layer, modules in
        zip(TargetModule.allCases, modules).map { module, linear in
          linear.map { transform(layer, module, $0) }
        }
      }, vocabulary: vocabulary)
  }

  /// Takes the values of an adapter of the same shape.
  package func copy(from source: LoRAAdapter) {
    for (target, source) in zip(parameters, source.parameters) { target.copy(from: source) }
  }

  /// The updates of the last layers only, and those outside of layers.
  package func last(_ count: Int) -> LoRAAdapter {
    LoRAAdapter(
      configuration: configuration,
      layers: layers.enumerated().map { index, modules in
        index < layers.count - count ? modules.map { _ in nil } : modules
      }, vocabulary: vocabulary)
  }

  package func linear(_ layer: Int, _ module: TargetModule) -> LoRALinear? {
    layers[layer][module.index]
  }

  /// The same of a matrix outside of layers.
  func update(_ module: VocabularyModule, hidden: Tensor) -> LowRankUpdate? {
    vocabulary[module].map {
      LowRankUpdate(a: $0.a, b: $0.b, hidden: hidden, scaling: Float(scaling(of: $0)))
    }
  }

  /// A module's update with the memory for its hidden rows; nil where there is none.
  func update(_ layer: Int, _ module: TargetModule, hidden: Tensor?) -> LowRankUpdate? {
    guard let linear = linear(layer, module), let hidden else { return nil }
    return LowRankUpdate(
      a: linear.a, b: linear.b, hidden: hidden, scaling: Float(scaling(of: linear)))
  }

  /// The factor of an update.
  package func scaling(of linear: LoRALinear) -> Double {
    linear.scaling ?? configuration.loraScaling
  }

  /// - Throws: ``ModelError`` (`invalid`) if the adapter is for a model of other sizes.
  func checkFit(_ model: ModelConfiguration) throws {
    let fits =
      layers.count == model.numHiddenLayers
      && layers.allSatisfy { layer in
        zip(TargetModule.allCases, layer).allSatisfy { module, linear in
          guard let linear else { return true }
          let shape = module.shape(in: model)
          return linear.a.columns == shape.inputs && linear.b.columns == shape.outputs
            && linear.a.rows == linear.b.rows
            && linear.magnitude.map { $0.columns == shape.outputs } ?? true
        }
      }
    let vocabularyFits = vocabulary.allSatisfy { module, linear in
      let shape = module.shape(in: model)
      return linear.a.columns == shape.inputs && linear.b.columns == shape.outputs
        && linear.a.rows == linear.b.rows
    }
    guard fits && vocabularyFits else {
      throw ModelError(
        .invalid,
        "the adapter's matrices do not fit the model; use the adapter with the model it was made "
          + "for")
    }
  }

  /// Every matrix in a fixed order: A, B and, where there is one, the magnitude.
  package var parameters: [Tensor] {
    let outside = VocabularyModule.allCases.compactMap { vocabulary[$0] }
    return (layers.flatMap { $0.compactMap { $0 } } + outside).flatMap {
      [$0.a, $0.b] + ($0.magnitude.map { [$0] } ?? [])
    }
  }

  /// Whether it is one of DoRA's.
  package var usesMagnitudes: Bool { layers.contains { $0.contains { $0?.magnitude != nil } } }

  /// Trainable numbers.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// The first layer with an update; nothing below it needs a gradient.
  var lowestAdaptedLayer: Int? {
    vocabulary[.embedTokens] != nil ? 0 : layers.firstIndex { $0.contains { $0 != nil } }
  }
}
