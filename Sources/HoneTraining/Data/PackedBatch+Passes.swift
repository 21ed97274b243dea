// SPDX-License-Identifier: Apache-2.0
import HoneModel

extension PackedBatch {
  /// Samples end to end in passes of at most `maxTokens` tokens, each attending only to itself; a
  /// longer sample has a pass of its own. Samples without a target are left out.
  package static func passes(
    of samples: some Sequence<TrainingSample>, maxTokens: Int
  ) -> [PackedBatch] {
    var passes: [PackedBatch] = []
    var current = PackedBatch()
    for sample in samples where sample.targetCount > 0 {
      if !current.ids.isEmpty, current.ids.count + sample.ids.count > maxTokens {
        passes.append(current)
        current = PackedBatch()
      }
      current.append(sample.ids, isTarget: sample.isTarget)
    }
    if !current.ids.isEmpty { passes.append(current) }
    return passes
  }
}
