// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Which samples each training step takes: by seed, each sample once an epoch, in an order of its
/// own for each.
///
/// It depends on nothing but its parameters, so training that resumes at a step goes on as if it
/// had never stopped; there is no state to save.
public struct DataOrder: Sendable {
  /// One step's samples.
  public struct Batch: Sendable, Hashable {
    /// Counted from 0.
    public let step: Int
    /// Counted from 0.
    public let epoch: Int
    /// Its place in the epoch, counted from 0.
    public let index: Int
    /// Whether an epoch ends with it.
    public let isLastOfEpoch: Bool
    /// Positions in the ``SampleSet``.
    public let samples: [Int]
  }

  private let tokenCounts: [Int]
  private let batchSize: Int
  private let tokensPerBatch: Int?
  private let seed: UInt64
  private let shuffles: Bool
  /// The step that each epoch begins with, as far as known; the batches of the last one asked for.
  private var firstSteps = [0]
  private var current: (epoch: Int, batches: [[Int]])?

  /// - Parameters:
  ///   - tokenCounts: The tokens of each sample, ``SampleSet/tokenCounts``.
  ///   - batchSize: Samples of a batch at most; the last of an epoch has what is left.
  ///   - tokensPerBatch: Tokens of a batch at most, if a sample does not have more; nil for no
  ///     limit.
  ///   - seed: Decides the order.
  ///   - shuffles: Otherwise every epoch has the order of the file.
  /// - Throws: ``TrainingError`` if there is no sample or a size is not positive.
  public init(
    tokenCounts: [Int], batchSize: Int, tokensPerBatch: Int? = nil, seed: UInt64,
    shuffles: Bool = true
  ) throws {
    guard !tokenCounts.isEmpty else {
      throw TrainingError(.invalid, "no samples to order; expected at least one")
    }
    guard batchSize > 0 else {
      throw TrainingError(.invalid, "batch size \(batchSize): expected 1 or more")
    }
    if let tokensPerBatch, tokensPerBatch < 1 {
      throw TrainingError(.invalid, "tokens per batch \(tokensPerBatch): expected 1 or more")
    }
    self.tokenCounts = tokenCounts
    self.batchSize = batchSize
    self.tokensPerBatch = tokensPerBatch
    self.seed = seed
    self.shuffles = shuffles
  }

  /// The batches of an epoch, as positions of samples; the same for every call.
  public func batches(ofEpoch epoch: Int) -> [[Int]] {
    var order = Array(tokenCounts.indices)
    if shuffles {
      var random = RandomSource(seed: seed).derived("epoch \(epoch)")
      order = random.shuffled(order)
    }
    var result: [[Int]] = []
    var batch: [Int] = []
    var tokens = 0
    for sample in order {
      let isFull =
        batch.count >= batchSize
        || tokensPerBatch.map { tokens + tokenCounts[sample] > $0 } ?? false
      if isFull, !batch.isEmpty {
        result.append(batch)
        (batch, tokens) = ([], 0)
      }
      batch.append(sample)
      tokens += tokenCounts[sample]
    }
    result.append(batch)
    return result
  }

  /// How many steps so many epochs take.
  public mutating func steps(ofEpochs epochs: Int) -> Int {
    if epochs <= 0 { return 0 }
    // Without a limit on tokens every epoch has as many.
    if tokensPerBatch == nil {
      let (steps, isTooMany) = epochs.multipliedReportingOverflow(by: stepsOfEvenEpoch)
      return isTooMany ? .max : steps
    }
    while firstSteps.count <= epochs { findNextEpoch() }
    return firstSteps[epochs]
  }

  /// The samples of a step; a step below 0 counts as 0.
  ///
  /// Steps asked for in order cost nothing beyond their epoch's shuffle; with `tokensPerBatch` a
  /// resumed step costs one shuffle for each epoch before it.
  public mutating func batch(at step: Int) -> Batch {
    let step = max(0, step)
    let (epoch, first) = place(of: step)
    if current?.epoch != epoch { current = (epoch, batches(ofEpoch: epoch)) }
    let batches = current?.batches ?? []
    let index = step - first
    return Batch(
      step: step, epoch: epoch, index: index, isLastOfEpoch: index == batches.count - 1,
      samples: batches[index])
  }

  private var stepsOfEvenEpoch: Int { (tokenCounts.count - 1) / batchSize + 1 }

  private mutating func place(of step: Int) -> (epoch: Int, firstStep: Int) {
    if tokensPerBatch == nil {
      let epoch = step / stepsOfEvenEpoch
      return (epoch, epoch * stepsOfEvenEpoch)
    }
    while (firstSteps.last ?? 0) <= step { findNextEpoch() }
    let epoch = (firstSteps.firstIndex { $0 > step } ?? 1) - 1
    return (epoch, firstSteps[epoch])
  }

  /// Goes through the last epoch whose beginning is known, to learn where the next begins.
  private mutating func findNextEpoch() {
    let epoch = firstSteps.count - 1
    current = (epoch, batches(ofEpoch: epoch))
    firstSteps.append(firstSteps[epoch] + (current?.batches.count ?? 0))
  }
}
