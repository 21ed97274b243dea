// SPDX-License-Identifier: Apache-2.0
import HoneModel
import Testing

@testable import HoneBench

@Suite struct TokenCostTests {
  /// Projections of 2 · 36 parameters a layer, a head of 10 · 2.
  private var sizes: ModelSizes {
    get throws {
      let model = try ModelConfiguration(
        modelType: "llama", vocabSize: 10, hiddenSize: 2, intermediateSize: 10,
        numHiddenLayers: 2, numAttentionHeads: 1, numKeyValueHeads: 1, headDim: 2,
        maxPositionEmbeddings: 8, rmsNormEps: 0, ropeTheta: 10_000, tieWordEmbeddings: true,
        source: "test")
      return ModelSizes(model, projectionBytes: 608, headBytes: 80)
    }
  }

  @Test func `Sizes are those of the projections and the head`() throws {
    let sizes = try sizes
    // 4 · 2 · 2 for attention and 3 · 2 · 10 for the feed-forward part, two layers.
    #expect(sizes.projections == 152)
    #expect(sizes.head == 20)
  }

  @Test func `A forward pass is two operations a parameter, the head where it runs`() throws {
    let one = try sizes.forward(tokens: 1, headTokens: 1)
    #expect(one == TokenCost(operations: 344, weightBytes: 688))
    let prompt = try sizes.forward(tokens: 4, headTokens: 1)
    #expect(prompt == TokenCost(operations: 2 * 152 + 2 * 5, weightBytes: 172))
  }

  @Test func `A training step is twice a forward pass and six times the adapter`() throws {
    let step = try sizes.training(tokens: 4, targets: 2, adapter: 7)
    #expect(step.operations == 2 * (2 * 152 + 2 * 10) + 42)
    #expect(step.weightBytes == 344)
  }

  @Test func `The nearer ceiling is the bound`() {
    let ceilings = MachineCeilings(
      gigaflopsPerCore: 1, gigaflops: 2, memoryReadGigabytesPerSecond: 4, threads: 2)
    let memory = TokenCost(operations: 1e6, weightBytes: 1e9)
      .share(of: ceilings, tokensPerSecond: 3)
    #expect(memory == CeilingShare(share: 0.75, bound: .memory))
    let compute = TokenCost(operations: 1e9, weightBytes: 1e6)
      .share(of: ceilings, tokensPerSecond: 1)
    #expect(compute == CeilingShare(share: 0.5, bound: .compute))
  }
}
