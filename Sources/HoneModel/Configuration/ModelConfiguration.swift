// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// The sizes and constants of a decoder, under the names of config.json.
public struct ModelConfiguration: Codable, Sendable, Hashable {
  public let modelType: String
  public private(set) var vocabSize: Int
  public let hiddenSize: Int
  public let intermediateSize: Int
  public let numHiddenLayers: Int
  public let numAttentionHeads: Int
  public let numKeyValueHeads: Int
  public let headDim: Int
  /// The longest sequence, in tokens, that the model was made for.
  public let maxPositionEmbeddings: Int
  public let rmsNormEps: Double
  public let ropeTheta: Double
  public let ropeScaling: RoPEScaling
  /// The output head is the embedding table.
  public let tieWordEmbeddings: Bool
  /// The attention projections have biases.
  public let attentionBias: Bool
  /// Queries and keys are normalised head by head before they are rotated.
  public let usesQueryKeyNorm: Bool
  /// Tokens that a layer of sliding attention sees, its own included.
  public let slidingWindow: Int?
  /// What each layer's attention sees.
  public let layerTypes: [LayerType]
  /// The rotary base of the layers of sliding attention, which are then not scaled; nil where all
  /// layers are alike.
  public let ropeLocalBaseFreq: Double?
  public let hiddenActivation: GateActivation
  /// The results of attention and feed-forward are normalised before they are added.
  public let usesPostNorms: Bool
  /// The factor of the embeddings.
  public let embeddingScale: Double
  /// Attention scores are divided by its root; nil for the head dimension.
  public let queryPreAttnScalar: Double?
  /// The bound of the attention scores, if there is one.
  public let attnLogitSoftcapping: Double?
  /// The bound of the logits, if there is one.
  public let finalLogitSoftcapping: Double?

  /// - Parameter layerTypes: One for each layer; nil for sliding attention in all of them where
  ///   there is a window, else full.
  /// - Throws: ``ModelError`` (`invalid`) listing every value that breaks a rule.
  public init(
    modelType: String, vocabSize: Int, hiddenSize: Int, intermediateSize: Int,
    numHiddenLayers: Int, numAttentionHeads: Int, numKeyValueHeads: Int, headDim: Int,
    maxPositionEmbeddings: Int, rmsNormEps: Double, ropeTheta: Double,
    ropeScaling: RoPEScaling = .none, tieWordEmbeddings: Bool, attentionBias: Bool = false,
    usesQueryKeyNorm: Bool = false, slidingWindow: Int? = nil, layerTypes: [LayerType]? = nil,
    ropeLocalBaseFreq: Double? = nil, hiddenActivation: GateActivation = .silu,
    usesPostNorms: Bool = false, embeddingScale: Double = 1, queryPreAttnScalar: Double? = nil,
    attnLogitSoftcapping: Double? = nil, finalLogitSoftcapping: Double? = nil,
    source: String
  ) throws {
    var problems: [String] = []
    func check(_ name: String, _ value: Int, in range: ClosedRange<Int>) {
      if !range.contains(value) {
        problems.append(
          "\(name) is \(value), expected \(range.lowerBound) … \(range.upperBound)")
      }
    }
    // Far above any decoder, low enough that products of two of them cannot overflow.
    check("vocab_size", vocabSize, in: 1...16_777_216)
    check("hidden_size", hiddenSize, in: 1...1_048_576)
    check("intermediate_size", intermediateSize, in: 1...4_194_304)
    check("num_hidden_layers", numHiddenLayers, in: 1...4096)
    check("num_attention_heads", numAttentionHeads, in: 1...4096)
    check("num_key_value_heads", numKeyValueHeads, in: 1...4096)
    check("head_dim", headDim, in: 2...4096)
    check("max_position_embeddings", maxPositionEmbeddings, in: 1...1_073_741_824)
    if headDim % 2 != 0 { problems.append("head_dim is \(headDim), expected an even number") }
    if numKeyValueHeads > 0, numAttentionHeads % numKeyValueHeads != 0 {
      problems.append(
        "num_attention_heads \(numAttentionHeads) is no multiple of num_key_value_heads "
          + "\(numKeyValueHeads)")
    }
    if !(rmsNormEps >= 0 && rmsNormEps < 1) {
      problems.append("rms_norm_eps is \(rmsNormEps), expected 0 … 1")
    }
    if !(ropeTheta > 0 && ropeTheta.isFinite) {
      problems.append("rope_theta is \(ropeTheta), expected a positive number")
    }
    if case .yarn = ropeScaling, !(ropeTheta > 1) {
      problems.append("rope_theta is \(ropeTheta), expected more than 1 for yarn")
    }
    let scales: [(String, Double?)] = [
      ("rope_local_base_freq", ropeLocalBaseFreq), ("embedding scale", embeddingScale),
      ("query_pre_attn_scalar", queryPreAttnScalar),
      ("attn_logit_softcapping", attnLogitSoftcapping),
      ("final_logit_softcapping", finalLogitSoftcapping),
    ]
    for (name, value) in scales {
      // What float32 cannot hold is no scale.
      if let value, !(value > 1e-30 && value < 1e30) {
        problems.append("\(name) is \(value), expected a positive number")
      }
    }
    if let slidingWindow { check("sliding_window", slidingWindow, in: 1...1_073_741_824) }
    if let layerTypes {
      if layerTypes.count != numHiddenLayers {
        problems.append(
          "layer_types has \(layerTypes.count) entries, expected one for each of the "
            + "\(numHiddenLayers) layers")
      }
      if slidingWindow == nil, layerTypes.contains(.slidingAttention) {
        problems.append("layer_types has sliding attention, but sliding_window is missing")
      }
    }
    if !problems.isEmpty {
      throw ModelError(
        .invalid,
        "\(source): the model's configuration is wrong; get the file again or convert it again\n  "
          + problems.joined(separator: "\n  "))
    }
    self.modelType = modelType
    self.vocabSize = vocabSize
    self.hiddenSize = hiddenSize
    self.intermediateSize = intermediateSize
    self.numHiddenLayers = numHiddenLayers
    self.numAttentionHeads = numAttentionHeads
    self.numKeyValueHeads = numKeyValueHeads
    self.headDim = headDim
    self.maxPositionEmbeddings = maxPositionEmbeddings
    self.rmsNormEps = rmsNormEps
    self.ropeTheta = ropeTheta
    self.ropeScaling = ropeScaling
    self.tieWordEmbeddings = tieWordEmbeddings
    self.attentionBias = attentionBias
    self.usesQueryKeyNorm = usesQueryKeyNorm
    self.slidingWindow = slidingWindow
    self.ropeLocalBaseFreq = ropeLocalBaseFreq
    self.hiddenActivation = hiddenActivation
    self.usesPostNorms = usesPostNorms
    self.embeddingScale = embeddingScale
    self.queryPreAttnScalar = queryPreAttnScalar
    self.attnLogitSoftcapping = attnLogitSoftcapping
    self.finalLogitSoftcapping = finalLogitSoftcapping
    self.layerTypes =
      layerTypes
      ?? Array(
        repeating: slidingWindow == nil ? .fullAttention : .slidingAttention, count: numHiddenLayers
      )
  }

  /// The same with another number of tokens.
  func withVocabSize(_ count: Int) -> ModelConfiguration {
    var copy = self
    copy.vocabSize = count
    return copy
  }

  package func attentionShape(layer: Int) -> AttentionShape {
    AttentionShape(
      numAttentionHeads: numAttentionHeads, numKeyValueHeads: numKeyValueHeads, headDim: headDim,
      slidingWindow: layerTypes[layer] == .slidingAttention ? slidingWindow : nil,
      scale: queryPreAttnScalar.map { Float(1 / $0.squareRoot()) },
      softcap: attnLogitSoftcapping.map { Float($0) })
  }

  /// H · E, the width of all query heads.
  var queryWidth: Int { numAttentionHeads * headDim }
  /// K · E, the width of all key heads.
  var keyValueWidth: Int { numKeyValueHeads * headDim }

  /// Weights in all, the tied head counted once.
  public var parameterCount: Int {
    let attention = hiddenSize * (2 * queryWidth + 2 * keyValueWidth)
    let layer = attention + 3 * hiddenSize * intermediateSize + 2 * hiddenSize
    return (tieWordEmbeddings ? 1 : 2) * vocabSize * hiddenSize + numHiddenLayers * layer
      + hiddenSize
  }
}
