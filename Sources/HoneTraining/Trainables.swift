// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor

/// What a training writes to: an adapter's matrices, some of a decoder's own tensors, or both.
///
/// Values of the same shape hold gradients, moments and means.
package struct Trainables: Sendable {
  package var adapter: LoRAAdapter?
  package var weights: DecoderTensors?

  package init(adapter: LoRAAdapter? = nil, weights: DecoderTensors? = nil) {
    self.adapter = adapter
    self.weights = weights
  }

  /// Every tensor in a fixed order: the adapter's, then the decoder's.
  package var parameters: [Tensor] {
    (adapter?.parameters ?? []) + (weights?.parameters ?? [])
  }

  /// Trainable numbers.
  package var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// Whether each of ``parameters`` is a matrix that Muon is meant for.
  var isHiddenMatrix: [Bool] {
    (adapter?.parameters ?? []).map { _ in false } + (weights?.places ?? []).map(\.isHiddenMatrix)
  }

  /// Whether each of ``parameters`` belongs to the embeddings or the head.
  var isOfVocabulary: [Bool] {
    let updates = (adapter?.parameters ?? []).count
    let vocabulary =
      (adapter?.vocabulary.values.reduce(0) { $0 + ($1.magnitude == nil ? 2 : 3) }) ?? 0
    return Array(repeating: false, count: updates - vocabulary)
      + Array(repeating: true, count: vocabulary)
      + (weights?.places ?? []).map { $0 == .embedTokens || $0 == .lmHead }
  }

  package func zeros() -> Trainables {
    Trainables(adapter: adapter?.zeros(), weights: weights?.zeros())
  }

  /// Takes the values of another of the same shape.
  package func copy(from source: Trainables) {
    for (target, source) in zip(parameters, source.parameters) { target.copy(from: source) }
  }
}
