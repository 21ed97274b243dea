// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// The keys and values of one sequence so far, `[tokens, K·E]` for each layer.
///
/// Forks share what they have in common: ``fork()`` costs no copy, and a batch of forks reads the
/// shared part once. Not Sendable; it belongs to the model's owner.
package final class KVCache {
  /// Tokens that several caches share, never written again.
  final class SharedPrefix {
    let layers: [AttentionGroup.KeyValues]
    let count: Int
    init(layers: [AttentionGroup.KeyValues], count: Int) {
      self.layers = layers
      self.count = count
    }
  }

  private(set) var shared: SharedPrefix?
  /// Tokens after the shared prefix.
  private(set) var ownCount = 0
  private var layers: [AttentionGroup.KeyValues]
  private var capacity = 0
  private let width: Int

  /// Tokens held, the shared prefix included: the position of the next one.
  package var count: Int { (shared?.count ?? 0) + ownCount }

  package init(_ configuration: ModelConfiguration) {
    width = configuration.keyValueWidth
    let empty = Tensor(rows: 0, columns: width)
    layers = Array(
      repeating: .init(keys: empty, values: empty), count: configuration.numHiddenLayers)
  }

  private init(shared: SharedPrefix, width: Int) {
    self.shared = shared
    self.width = width
    let empty = Tensor(rows: 0, columns: width)
    layers = Array(repeating: .init(keys: empty, values: empty), count: shared.layers.count)
  }

  /// Another cache with the same content, to be continued differently.
  ///
  /// The content so far is shared by both from now on; what this one itself shared before is
  /// copied once, so that a cache never has more than one prefix.
  package func fork() -> KVCache {
    if shared == nil || ownCount > 0 { freeze() }
    guard let shared else { preconditionFailure("freeze() made a shared prefix") }
    return KVCache(shared: shared, width: width)
  }

  private func freeze() {
    let total = count
    let frozen = layers.indices.map { layer -> AttentionGroup.KeyValues in
      let own = layers[layer]
      guard let prefix = shared?.layers[layer], let prefixCount = shared?.count else {
        return .init(keys: own.keys.rows(0..<ownCount), values: own.values.rows(0..<ownCount))
      }
      func joined(_ first: Tensor, _ second: Tensor) -> Tensor {
        let result = Tensor(rows: total, columns: width)
        result.rows(0..<prefixCount).copy(from: first)
        result.rows(prefixCount..<total).copy(from: second.rows(0..<ownCount))
        return result
      }
      return .init(
        keys: joined(prefix.keys, own.keys), values: joined(prefix.values, own.values))
    }
    shared = SharedPrefix(layers: frozen, count: total)
    // The frozen rows may lie in this cache's own memory, which is therefore left to them.
    let empty = Tensor(rows: 0, columns: width)
    layers = Array(repeating: .init(keys: empty, values: empty), count: layers.count)
    capacity = 0
    ownCount = 0
  }

  /// Makes room for `tokens` more.
  func reserve(_ tokens: Int) {
    let needed = ownCount + tokens
    guard needed > capacity else { return }
    capacity = max(needed, min(2 * capacity, capacity + 4096), 32)
    layers = layers.map { old in
      func grown(_ tensor: Tensor) -> Tensor {
        let result = Tensor(rows: capacity, columns: width)
        result.rows(0..<ownCount).copy(from: tensor.rows(0..<ownCount))
        return result
      }
      return .init(keys: grown(old.keys), values: grown(old.values))
    }
  }

  /// Writes the keys and values of new tokens behind the present ones of a layer.
  func write(layer: Int, keys: Tensor, values: Tensor) {
    precondition(ownCount + keys.rows <= capacity)
    let rows = ownCount..<ownCount + keys.rows
    layers[layer].keys.rows(rows).copy(from: keys)
    layers[layer].values.rows(rows).copy(from: values)
  }

  /// The own keys and values of a layer, with `new` tokens just written.
  func own(layer: Int, new: Int) -> AttentionGroup.KeyValues {
    let rows = 0..<ownCount + new
    return .init(keys: layers[layer].keys.rows(rows), values: layers[layer].values.rows(rows))
  }

  /// Counts tokens that every layer has written.
  func advance(_ tokens: Int) { ownCount += tokens }

  /// Forgets the last tokens; only own ones can be forgotten.
  package func removeLast(_ tokens: Int) {
    precondition(tokens >= 0 && tokens <= ownCount)
    ownCount -= tokens
  }
}
