// SPDX-License-Identifier: Apache-2.0
import HoneTensor

extension Decoder {
  /// A decoder that knows some of this one's tokens only, and shares all other weights.
  ///
  /// Rows of the embedding table and of the head are gathered into float32; token i of the result
  /// is `ids[i]` of this one. Where a task needs few tokens, the head costs next to nothing and no
  /// probability goes to the others.
  /// - SeeAlso: Franzen et al. 2025, arXiv 2505.07859, §3.
  package func reducingVocabulary(to ids: [Int32]) -> Decoder {
    precondition(!ids.isEmpty && ids.allSatisfy { $0 >= 0 && Int($0) < configuration.vocabSize })
    func gathered(_ matrix: WeightMatrix) -> WeightMatrix {
      let rows = Tensor(rows: ids.count, columns: matrix.columns)
      for (row, id) in ids.enumerated() { matrix.copyRow(Int(id), to: rows, at: row) }
      return WeightMatrix(rows)
    }
    let embedTokens = gathered(weights.embedTokens)
    return Decoder(
      configuration: configuration.withVocabSize(ids.count),
      weights: DecoderWeights(
        embedTokens: embedTokens, layers: weights.layers, norm: weights.norm,
        lmHead: configuration.tieWordEmbeddings ? embedTokens : gathered(weights.lmHead)),
      device: device)
  }

  /// A decoder with the same weights and scratch memory of its own, which goes with it.
  package func sharingWeights() -> Decoder {
    Decoder(configuration: configuration, weights: weights, device: device)
  }
}
