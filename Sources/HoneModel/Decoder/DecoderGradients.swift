// SPDX-License-Identifier: Apache-2.0

/// Where a backward pass adds gradients.
package struct DecoderGradients: Sendable {
  /// Of the adapter's shape.
  package var adapter: LoRAAdapter?
  /// Of some of the decoder's own tensors.
  package var weights: DecoderTensors?

  package init(adapter: LoRAAdapter? = nil, weights: DecoderTensors? = nil) {
    self.adapter = adapter
    self.weights = weights
  }

  /// The first layer that needs a backward; nil if none does.
  var lowestLayer: Int? {
    [adapter?.lowestAdaptedLayer, weights?.lowestLayer].compactMap { $0 }.min()
  }
}
