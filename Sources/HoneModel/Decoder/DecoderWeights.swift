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

  package init(
    projections: [WeightMatrix], biases: [Tensor?], inputLayerNorm: Tensor,
    postAttentionLayerNorm: Tensor
  ) {
    precondition(projections.count == TargetModule.allCases.count && biases.count == 4)
    self.projections = projections
    self.biases = biases
    self.inputLayerNorm = inputLayerNorm
    self.postAttentionLayerNorm = postAttentionLayerNorm
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

  /// Bytes of the head, as it is stored in memory.
  package var headByteCount: Int { lmHead.byteCount }

  /// A hash over every stored weight.
  package var checksum: UInt64 {
    var hashes = [embedTokens.checksum, WeightMatrix(norm).checksum, lmHead.checksum]
    for layer in layers {
      hashes += layer.projections.map(\.checksum)
      hashes += [layer.inputLayerNorm, layer.postAttentionLayerNorm].map {
        WeightMatrix($0).checksum
      }
      hashes += layer.biases.compactMap { $0 }.map { WeightMatrix($0).checksum }
    }
    var checksum = Checksum()
    for hash in hashes { checksum.combine(hash) }
    return checksum.value
  }
}
