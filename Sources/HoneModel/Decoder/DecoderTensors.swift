// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// One of a decoder's own tensors.
package enum DecoderPlace: Hashable, Sendable {
  /// The gains of a layer's norms.
  package enum Gain: String, CaseIterable, Sendable {
    case input = "input_layernorm"
    case postAttention = "post_attention_layernorm"
    case query = "self_attn.q_norm"
    case key = "self_attn.k_norm"
  }

  case embedTokens
  case projection(Int, TargetModule)
  case bias(Int, TargetModule)
  case gain(Int, Gain)
  case norm
  case lmHead

  /// Its name in a Hugging Face folder.
  package var name: String {
    switch self {
    case .embedTokens: "model.embed_tokens.weight"
    case .projection(let layer, let module): "\(AdapterPlace(layer, module).name).weight"
    case .bias(let layer, let module): "\(AdapterPlace(layer, module).name).bias"
    case .gain(let layer, let gain): "model.layers.\(layer).\(gain.rawValue).weight"
    case .norm: "model.norm.weight"
    case .lmHead: "lm_head.weight"
    }
  }

  /// The layer it stands in; nil for what is outside.
  package var layer: Int? {
    switch self {
    case .projection(let layer, _), .bias(let layer, _), .gain(let layer, _): layer
    case .embedTokens, .norm, .lmHead: nil
    }
  }

  /// Whether it is a matrix that maps one hidden state to another, as Muon is meant for.
  package var isHiddenMatrix: Bool {
    if case .projection = self { true } else { false }
  }
}

/// Some of a decoder's own tensors in float32: those that are trained, their gradients, or an
/// optimiser's moments.
package struct DecoderTensors: Sendable {
  /// In the order of the forward pass.
  package private(set) var places: [DecoderPlace] = []
  private var tensors: [DecoderPlace: Tensor] = [:]

  package init() {}

  package subscript(place: DecoderPlace) -> Tensor? { tensors[place] }

  package mutating func add(_ tensor: Tensor, at place: DecoderPlace) {
    precondition(tensor.isContiguous && tensors[place] == nil)
    places.append(place)
    tensors[place] = tensor
  }

  /// All tensors, in the order of ``places``.
  package var parameters: [Tensor] { places.compactMap { tensors[$0] } }

  /// All tensors under their names in a Hugging Face folder.
  var byName: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $1) })
  }

  /// Zeros in the same places.
  package func zeros() -> DecoderTensors {
    var result = DecoderTensors()
    for (place, tensor) in zip(places, parameters) {
      result.add(Tensor(rows: tensor.rows, columns: tensor.columns), at: place)
    }
    return result
  }

  /// The first layer with a tensor, 0 if the embeddings are among them; nothing below it needs a
  /// gradient.
  var lowestLayer: Int? {
    tensors[.embedTokens] != nil ? 0 : places.compactMap(\.layer).min()
  }
}

extension Decoder {
  /// Whether ``places`` are all that the model has, under the names that its family gives them.
  package var canBeTrainedInFull: Bool {
    [ModelFamily.llama, .mistral, .qwen2, .qwen3].map(\.rawValue)
      .contains(configuration.modelType)
  }

  /// Every tensor of the decoder, in the order of the forward pass; a tied head is none of its own.
  package var places: [DecoderPlace] {
    var places: [DecoderPlace] = [.embedTokens]
    for (index, layer) in weights.layers.enumerated() {
      places.append(.gain(index, .input))
      for module in TargetModule.allCases {
        places.append(.projection(index, module))
        if module.index < layer.biases.count, layer.biases[module.index] != nil {
          places.append(.bias(index, module))
        }
      }
      if layer.queryNorm != nil { places.append(.gain(index, .query)) }
      if layer.keyNorm != nil { places.append(.gain(index, .key)) }
      places.append(.gain(index, .postAttention))
    }
    places.append(.norm)
    if !configuration.tieWordEmbeddings { places.append(.lmHead) }
    return places
  }

  /// Copies of some of its tensors in float32, as the file has them, which may be written.
  package func copies(of places: [DecoderPlace]) -> DecoderTensors {
    var result = DecoderTensors()
    for place in places {
      if let vector = vector(place) {
        result.add(vector.copied(), at: place)
        continue
      }
      guard let matrix = matrix(place) else { continue }
      let copy = Tensor(rows: matrix.rows, columns: matrix.columns)
      for row in 0..<matrix.rows { matrix.copyRow(row, to: copy, at: row) }
      result.add(copy, at: place)
    }
    return result
  }

  /// A decoder that reads these tensors in place of its own, and shares all others.
  package func with(_ tensors: DecoderTensors) -> Decoder {
    func matrix(_ place: DecoderPlace, _ own: WeightMatrix) -> WeightMatrix {
      tensors[place].map { WeightMatrix($0) } ?? own
    }
    let layers = weights.layers.enumerated().map { index, layer in
      DecoderLayerWeights(
        projections: TargetModule.allCases.map { module in
          matrix(.projection(index, module), layer.projections[module.index])
        },
        biases: [TargetModule.query, .key, .value, .output].map { module in
          tensors[.bias(index, module)] ?? layer.biases[module.index]
        },
        inputLayerNorm: tensors[.gain(index, .input)] ?? layer.inputLayerNorm,
        postAttentionLayerNorm: tensors[.gain(index, .postAttention)]
          ?? layer.postAttentionLayerNorm,
        queryNorm: tensors[.gain(index, .query)] ?? layer.queryNorm,
        keyNorm: tensors[.gain(index, .key)] ?? layer.keyNorm,
        attentionOutputNorm: layer.attentionOutputNorm,
        feedForwardOutputNorm: layer.feedForwardOutputNorm)
    }
    let embedTokens = matrix(.embedTokens, weights.embedTokens)
    return Decoder(
      configuration: configuration,
      weights: DecoderWeights(
        embedTokens: embedTokens, layers: layers, norm: tensors[.norm] ?? weights.norm,
        lmHead: configuration.tieWordEmbeddings ? embedTokens : matrix(.lmHead, weights.lmHead)),
      device: device)
  }

  private func matrix(_ place: DecoderPlace) -> WeightMatrix? {
    switch place {
    case .embedTokens: weights.embedTokens
    case .projection(let layer, let module): weights.layers[layer].projections[module.index]
    case .lmHead: weights.lmHead
    case .bias, .gain, .norm: nil
    }
  }

  private func vector(_ place: DecoderPlace) -> Tensor? {
    switch place {
    case .bias(let layer, let module): weights.layers[layer].biases[module.index]
    case .gain(let layer, .input): weights.layers[layer].inputLayerNorm
    case .gain(let layer, .postAttention): weights.layers[layer].postAttentionLayerNorm
    case .gain(let layer, .query): weights.layers[layer].queryNorm
    case .gain(let layer, .key): weights.layers[layer].keyNorm
    case .norm: weights.norm
    case .embedTokens, .projection, .lmHead: nil
    }
  }
}
