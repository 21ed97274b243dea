// SPDX-License-Identifier: Apache-2.0
import HoneModel

extension Decoder {
  /// Mean cross-entropy of the targets of some samples, in nats; 0 without any.
  ///
  /// - Parameter onSample: Receives the index of each sample before it is run.
  /// - Throws: `CancellationError`.
  package func loss(
    of samples: some Collection<TrainingSample>, adapter: LoRAAdapter?,
    onSample: (Int) -> Void = { _ in }
  ) throws -> Double {
    var (sum, count) = (0.0, 0)
    for (index, sample) in samples.enumerated() {
      onSample(index)
      guard let first = sample.isTarget.indices.dropFirst().first(where: { sample.isTarget[$0] })
      else { continue }
      let likelihoods = try logLikelihoods(
        Continuation(cache: KVCache(configuration), ids: sample.ids), from: first,
        adapter: adapter)
      let targets = zip(likelihoods, sample.isTarget[first...]).filter { $0.1 }
      sum -= targets.reduce(0) { $0 + Double($1.0) }
      count += targets.count
    }
    return sum / Double(max(1, count))
  }
}
