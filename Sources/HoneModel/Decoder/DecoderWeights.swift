// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// The frozen weights of one decoder layer.
package struct DecoderLayerWeights: Sendable {
  /// The seven projections, at their ``TargetModule`` indices.
  let projections: [WeightMatrix]
  /// Biases of q, k, v and o, each `[1, N]`; nil where the model has none.
  let biases: [Tensor?]
  /// Gain before attention, `[1, D]`.
  let inputLayerNorm: Tensor
  /// Gain before the feed-forward part, `[1, D]`.
  let postAttentionLayerNorm: Tensor
  /// Gains of each query's and key's heads, `[1, E]`; nil where they are not normalised.
  let queryNorm: Tensor?
  let keyNorm: Tensor?
  /// Gains of the attention's and the feed-forward part's results, `[1, D]`; nil where they are
  /// added as they are.
  let attentionOutputNorm: Tensor?
  let feedForwardOutputNorm: Tensor?

  package init(
    projections: [WeightMatrix], biases: [Tensor?], inputLayerNorm: Tensor,
    postAttentionLayerNorm: Tensor, queryNorm: Tensor? = nil, keyNorm: Tensor? = nil,
    attentionOutputNorm: Tensor? = nil, feedForwardOutputNorm: Tensor? = nil
  ) {
    precondition(projections.count == TargetModule.allCases.count && biases.count == 4)
    self.projections = projections
    self.biases = biases
    self.inputLayerNorm = inputLayerNorm
    self.postAttentionLayerNorm = postAttentionLayerNorm
    self.queryNorm = queryNorm
    self.keyNorm = keyNorm
    self.attentionOutputNorm = attentionOutputNorm
    self.feedForwardOutputNorm = feedForwardOutputNorm
  }
}

/// All frozen weights of a decoder.
package struct DecoderWeights: Sendable {
  /// `[V, D]`.
  let embedTokens: WeightMatrix
  let layers: [DecoderLayerWeights]
  /// Gain before the head, `[1, D]`.
  let norm: Tensor
  /// `[V, D]`; the embedding table if they are tied.
  let lmHead: WeightMatrix

  package init(
    embedTokens: WeightMatrix, layers: [DecoderLayerWeights], norm: Tensor, lmHead: WeightMatrix
  ) {
    self.embedTokens = embedTokens
    self.layers = layers
    self.norm = norm
    self.lmHead = lmHead
  }

  /// Bytes of the layers' projections, as they are stored in memory.
  package var projectionByteCount: Int {
    layers.reduce(0) { $0 + $1.projections.reduce(0) { $0 + $1.byteCount } }
  }

  /// Bytes of all matrices in memory.
  ///
  /// - Parameters:
  ///   - isTied: Whether the head is the embedding table.
  ///   - training: Whether a gradient goes through them.
  package func byteCount(isTied: Bool, training: Bool) -> Int {
    let matrices = layers.flatMap(\.projections) + [embedTokens] + (isTied ? [] : [lmHead])
    return matrices.reduce(0) { $0 + (training ? $1.trainingByteCount : $1.byteCount) }
  }

  /// Whether all products with the projections and the head are quantised.
  var isQuantized: Bool {
    lmHead.isQuantized && layers.allSatisfy { $0.projections.allSatisfy(\.isQuantized) }
  }

  /// Bytes of the head, as it is stored in memory.
  package var headByteCount: Int { lmHead.byteCount }

  /// A hash over every stored weight.
  package var checksum: UInt64 {
    var hashes = [embedTokens.checksum, WeightMatrix(norm).checksum, lmHead.checksum]
    for layer in layers {
      hashes += layer.projections.map(\.checksum)
      let vectors =
        [
          layer.inputLayerNorm, layer.postAttentionLayerNorm, layer.queryNorm, layer.keyNorm,
          layer.attentionOutputNorm, layer.feedForwardOutputNorm,
        ]
        + layer.biases
      hashes += vectors.compactMap { $0 }.map { WeightMatrix($0).checksum }
    }
    var checksum = Checksum()
    for hash in hashes { checksum.combine(hash) }
    return checksum.value
  }
}
