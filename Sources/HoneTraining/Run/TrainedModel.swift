// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor

/// A decoder with what is trained in its place: the weights that are trained are read instead of
/// the model's own, an adapter on top.
struct TrainedModel {
  let trained: Trainables
  /// The model as it was.
  let base: Decoder
  /// Reads the trained weights.
  let decoder: Decoder

  init(_ trained: Trainables, on base: Decoder) {
    self.trained = trained
    self.base = base
    decoder = trained.weights.map { base.with($0) } ?? base
  }

  /// What a configuration asks to be trained, at its start.
  ///
  /// - Throws: ``ModelError`` if the model cannot be trained that way.
  init(_ configuration: TrainingConfiguration, on base: Decoder) throws {
    let layers = base.configuration.numHiddenLayers
    let first = layers - min(layers, configuration.numLayers ?? layers)
    guard configuration.method == .full else {
      var random = RandomSource(seed: configuration.seed).derived("adapter")
      var adapter = LoRAAdapter(
        configuration: try configuration.loraConfiguration(), model: base.configuration,
        random: &random
      ).last(layers - first)
      if configuration.method == .dora { adapter = base.addingMagnitudes(to: adapter) }
      self.init(Trainables(adapter: adapter), on: base)
      return
    }
    guard base.canBeTrainedInFull else {
      throw TrainingError(
        .invalid,
        "fine-tune-type full: cannot train the weights of a \(base.configuration.modelType) model; "
          + "train an adapter (lora, dora)")
    }
    let places = base.places.filter { place in
      switch place {
      case .embedTokens: if first > 0 { return false }
      default: if let layer = place.layer, layer < first { return false }
      }
      return !configuration.frozenParts.contains { $0 == place.part }
    }
    guard !places.isEmpty else {
      throw TrainingError(.invalid, "freeze: leaves nothing to train; freeze less")
    }
    self.init(Trainables(weights: base.copies(of: places)), on: base)
  }

  /// Mean loss of samples, in nats a target.
  func loss(of samples: SampleSet) throws -> Double {
    try decoder.loss(of: samples, adapter: trained.adapter)
  }

  /// A hash over what is trained: equal for equal trainings.
  var checksum: UInt64 {
    var checksum = Checksum()
    for tensor in trained.parameters { checksum.combine(WeightMatrix(tensor).checksum) }
    return checksum.value
  }
}

extension DecoderPlace {
  fileprivate var part: TrainingConfiguration.FrozenPart? {
    switch self {
    case .embedTokens: .embedTokens
    case .lmHead: .lmHead
    case .norm, .gain: .norm
    case .bias: .bias
    case .projection(_, let module): .init(rawValue: module.rawValue)
    }
  }
}
