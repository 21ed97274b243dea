// SPDX-License-Identifier: Apache-2.0
import HoneModel

/// What a token costs at least: multiply and add operations, and bytes of weights read.
///
/// Counted are the products with weights and adapters, a multiply-add as two operations: forward
/// 2 · parameters; a training step twice that, because frozen weights have no gradient of their
/// own, and 6 · parameters of the adapter. The head counts only for the tokens that it is run on.
/// Attention, norms, caches and the optimiser are left out, so the true share is a little larger.
package struct TokenCost: Codable, Sendable, Hashable {
  package let operations: Double
  package let weightBytes: Double

  init(operations: Double, weightBytes: Double) {
    self.operations = operations
    self.weightBytes = weightBytes
  }

  /// The share of the ceilings that a speed reaches, and which of them is the nearer one.
  package func share(of ceilings: MachineCeilings, tokensPerSecond: Double) -> CeilingShare {
    let compute = tokensPerSecond * operations / (ceilings.gigaflops * 1e9)
    let memory = tokensPerSecond * weightBytes / (ceilings.memoryReadGigabytesPerSecond * 1e9)
    return CeilingShare(share: max(compute, memory), bound: compute >= memory ? .compute : .memory)
  }
}

/// How near a speed comes to what the machine could do.
package struct CeilingShare: Codable, Sendable, Hashable {
  package enum Bound: String, Codable, Sendable { case compute, memory }
  /// 1 is the ceiling.
  package let share: Double
  package let bound: Bound
}

/// The sizes that ``TokenCost`` counts with.
struct ModelSizes: Sendable {
  /// Parameters of the layers' projections.
  let projections: Double
  let head: Double
  /// As they are stored in memory.
  let projectionBytes: Double
  let headBytes: Double

  init(_ model: ModelConfiguration, projectionBytes: Int, headBytes: Int) {
    let layer = TargetModule.allCases.reduce(0) { sum, module in
      let shape = module.shape(in: model)
      return sum + shape.outputs * shape.inputs
    }
    projections = Double(layer * model.numHiddenLayers)
    head = Double(model.vocabSize * model.hiddenSize)
    self.projectionBytes = Double(projectionBytes)
    self.headBytes = Double(headBytes)
  }

  /// - Parameters:
  ///   - tokens: Of one pass.
  ///   - headTokens: Those of them whose logits are computed.
  func forward(tokens: Int, headTokens: Int) -> TokenCost {
    let (tokens, headTokens) = (Double(tokens), Double(headTokens))
    return TokenCost(
      operations: 2 * (projections + head * headTokens / tokens),
      weightBytes: (projectionBytes + headBytes) / tokens)
  }

  /// - Parameters:
  ///   - tokens: Of one pass.
  ///   - targets: Those of them with loss.
  ///   - adapter: Parameters of the adapter.
  func training(tokens: Int, targets: Int, adapter: Int) -> TokenCost {
    let forward = forward(tokens: tokens, headTokens: targets)
    return TokenCost(
      operations: 2 * forward.operations + 6 * Double(adapter),
      weightBytes: 2 * forward.weightBytes)
  }
}
