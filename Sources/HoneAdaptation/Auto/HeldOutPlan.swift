// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Which demonstrations are held out, and what stands before them.
///
/// A demonstration that is there twice counts once: its copy before it would give it away.
struct HeldOutPlan: Sendable, Hashable {
  /// The first of each set of equal demonstrations, in a seeded order.
  let order: [Int]
  /// Pairs of demonstrations that give one input two outputs.
  let contradictions: Int

  init(_ demonstrations: [Demonstration], seed: UInt64) {
    let first = demonstrations.withoutCopies
    let outputs = Dictionary(grouping: first) { demonstrations[$0].input.trimmingWhitespace() }
    var random = RandomSource(seed: seed).derived("held out")
    order = random.shuffled(first)
    contradictions = outputs.values.count { $0.count > 1 }
  }

  /// Chains of all demonstrations, in each of which every one is predicted from those before it: the
  /// task's own order, whose pass can be answered behind, then rotations of the seeded one, so that
  /// all get their turn early and late.
  ///
  /// From four demonstrations on, those of ``folds`` follow the first.
  var chains: [[Int]] {
    let count = min(order.count, 4)
    var chains = count == 0 ? [] : [order.sorted()]
    for turn in [0, 2, 1, 3] where turn < count {
      let start = turn * order.count / count
      let chain = Array(order[start...] + order[..<start])
      if !chains.contains(chain) { chains.append(chain) }
    }
    return Array(chains.prefix(count))
  }

  /// The least number of demonstrations that must stand before one for its trial to count as one of
  /// answering in context: half of them.
  var minimumShots: Int { max(1, order.count / 2) }

  /// The two halves of a pilot, each a chain and the number of its last demonstrations that are held
  /// out of the training on the others; every demonstration is held out of one of them. None where
  /// too few would be left to train on.
  var folds: [(chain: [Int], heldOut: Int)] {
    let count = order.count
    guard count >= 4 else { return [] }
    let first = count / 2
    return [(order, count - first), (Array(order[first...] + order[..<first]), first)]
  }
}
