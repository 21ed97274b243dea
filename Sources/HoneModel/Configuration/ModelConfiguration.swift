// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// The sizes and constants of a decoder, under the names of config.json.
public struct ModelConfiguration: Codable, Sendable, Hashable {
  public let modelType: String
  public let vocabSize: Int
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

  /// - Throws: ``ModelError`` (`invalid`) listing every value that breaks a rule.
  public init(
    modelType: String, vocabSize: Int, hiddenSize: Int, intermediateSize: Int,
    numHiddenLayers: Int, numAttentionHeads: Int, numKeyValueHeads: Int, headDim: Int,
    maxPositionEmbeddings: Int, rmsNormEps: Double, ropeTheta: Double,
    ropeScaling: RoPEScaling = .none, tieWordEmbeddings: Bool, attentionBias: Bool = false,
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
  }

  package var attentionShape: AttentionShape {
    AttentionShape(
      numAttentionHeads: numAttentionHeads, numKeyValueHeads: numKeyValueHeads, headDim: headDim)
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
