// SPDX-License-Identifier: Apache-2.0

extension Decoder {
  /// Bytes that a training pass takes from the arena.
  ///
  /// - Parameters:
  ///   - tokens: Of the largest pass.
  ///   - lossTokens: Targets of the largest pass.
  ///   - rank: Of the adapter; 0 without one.
  ///   - keepsDirections: Whether each output is kept before a magnitude's factor, too.
  package static func activationBytes(
    tokens: Int, lossTokens: Int, rank: Int, keepsDirections: Bool, recomputes: Bool,
    _ c: ModelConfiguration
  ) -> Int {
    let attention = c.queryWidth + 2 * c.keyValueWidth
    let outputs = attention + c.queryWidth + 2 * c.hiddenSize + 2 * c.intermediateSize
    // Projected, attended, middle, gate, up and what the norms and the softmax leave.
    let state =
      attention + c.queryWidth + c.hiddenSize + 2 * c.intermediateSize + 2 + c.numAttentionHeads
      + rank * TargetModule.allCases.count + (keepsDirections ? outputs : 0)
    let layers = c.numHiddenLayers
    let kept = recomputes ? state + c.hiddenSize : state * layers
    let inputs = (layers + 2) * c.hiddenSize
    let scratch =
      2 * c.hiddenSize + 2 * c.intermediateSize + 3 * c.queryWidth + attention
    let head = min(Decoder.headRows, lossTokens) * (c.vocabSize + 4 * c.hiddenSize)
    return 4 * (tokens * (kept + inputs + scratch) + head)
  }
}
