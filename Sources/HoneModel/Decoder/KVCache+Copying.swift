// SPDX-License-Identifier: Apache-2.0
import HoneTensor

extension KVCache {
  /// Takes over what another fork of the same cache holds behind their shared tokens.
  ///
  /// Cheaper than a fork of that one where much is shared: only the tokens behind it are copied.
  package func copyOwn(from other: KVCache) {
    guard let shared, shared === other.shared else {
      preconditionFailure("the caches are no forks of one")
    }
    if self === other { return }
    removeLast(ownCount)
    reserve(other.ownCount)
    for layer in shared.layers.indices {
      let own = other.own(layer: layer, new: 0)
      write(layer: layer, keys: own.keys, values: own.values)
    }
    advance(other.ownCount)
  }
}
