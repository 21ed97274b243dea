// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTraining

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How much is run to measure a machine's rates.
struct RateSizes {
  /// A question's tokens, and those of a pass over a long prompt.
  var question: Int
  var pass: Int
  /// Cached tokens, behind which everything is measured a second time.
  var context: Int
  /// Of one text, and of each of many.
  var written: Int
  var writtenAtOnce: Int
  var streams: Int

  /// What fits the model's context.
  ///
  /// - Throws: ``KnowledgeError`` if that is too short.
  init(question: Int, context: Int, streams: Int, contextLength: Int) throws {
    guard question >= 1, context >= 1, streams >= 1 else {
      throw KnowledgeError(
        .invalidSetting,
        "\(question) question tokens, \(context) of context and \(streams) streams to measure "
          + "with: expected at least 1 of each")
    }
    guard contextLength >= 32 else {
      throw KnowledgeError(
        .invalidSetting,
        "the model's context of \(contextLength) tokens is too short to measure; expected at "
          + "least 32")
    }
    pass = min(Decoder.chunkTokens, contextLength / 4)
    self.question = min(question, pass / 2)
    written = min(16, pass / 4)
    writtenAtOnce = max(1, written / 3)
    self.context = min(context, contextLength - pass - written - 1)
    self.streams = streams
  }

  /// Less where one read token takes so long that three rounds would take longer than allowed.
  mutating func fit(secondsPerToken: Double, seconds: Double) {
    let wanted = secondsPerToken * Double(context + 4 * (3 * pass + 4 * question))
    guard wanted > seconds, wanted.isFinite else { return }
    pass = min(pass, max(2 * question, 64, Int(Double(pass) * seconds / wanted)))
    context = min(context, max(64, Int(Double(context) * seconds / wanted)))
  }
}

/// What is timed, each several times.
enum RateRun: CaseIterable {
  case shortRead, longRead, shortReadBehind, longReadBehind, shortAdapted, longAdapted
  case logits, scored
  case write, writeBehind, writeAdapted, batch, batchBehind, batchAdapted
  case train, fork, load
}

/// The runs on the engine itself. Speed does not depend on what tokens say, so they are random.
final class RateRuns {
  private let decoder: Decoder
  private let tokenizer: Tokenizer
  let sizes: RateSizes
  private let shortPrefix: KVCache
  private let longPrefix: KVCache
  private let question: [Int32]
  private let pass: [Int32]
  private let adapter: LoRAAdapter
  private let trainer: Trainer
  private let batch: [TrainingSample]
  /// In ``batch``.
  let trainedTokens: Int
  private let folder: String

  /// - Parameters:
  ///   - batchTokens: Of a training step, in sequences of `sequenceTokens`.
  init(
    decoder: Decoder, tokenizer: Tokenizer, sizes: RateSizes, batchTokens: Int,
    sequenceTokens: Int, loraRank: Int
  ) throws {
    self.decoder = decoder
    self.tokenizer = tokenizer
    self.sizes = sizes
    let ids = RandomIDs(decoder: decoder, tokenizer: tokenizer)
    question = ids.draw(sizes.question, "question")
    pass = ids.draw(sizes.pass, "pass")
    shortPrefix = KVCache(decoder.configuration)
    try decoder.run(question, into: shortPrefix, adapter: nil)
    longPrefix = KVCache(decoder.configuration)
    try decoder.run(ids.draw(sizes.context, "context"), into: longPrefix, adapter: nil)
    var random = RandomSource(seed: 0).derived("adapter")
    adapter = LoRAAdapter(
      configuration: try LoRAConfiguration(loraRank: loraRank, loraAlpha: 2 * Double(loraRank)),
      model: decoder.configuration, random: &random)
    trainer = Trainer(
      decoder: decoder, adapter: adapter,
      schedule: try LearningRateSchedule(
        kind: .constant, peak: 1e-6, warmupSteps: 0, totalSteps: 1))
    let length = min(sequenceTokens, batchTokens)
    batch = (0..<max(1, batchTokens / length)).map { index in
      var sample = TrainingSample()
      sample.append(ids.draw(length, "sequence \(index)"), isTarget: true)
      return sample
    }
    trainedTokens = batch.count * length
    folder =
      FileManager.default.temporaryDirectory.path + "/hone-rates-\(UUID().uuidString)"
    try adapter.save(path: folder)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Seconds of one run; of a token where it writes, of one fork where it forks.
  func seconds(_ run: RateRun) throws -> Double {
    switch run {
    case .shortRead: try read(question, into: KVCache(decoder.configuration))
    case .longRead: try read(pass, into: KVCache(decoder.configuration))
    case .shortReadBehind: try read(question, into: longPrefix.fork())
    case .longReadBehind: try read(pass, into: longPrefix.fork())
    case .shortAdapted:
      try read(question, into: KVCache(decoder.configuration), adapter: adapter)
    case .longAdapted: try read(pass, into: KVCache(decoder.configuration), adapter: adapter)
    case .logits:
      try time {
        _ = try decoder.nextLogits(
          [.init(cache: KVCache(decoder.configuration), ids: question)], adapter: nil)
      }
    case .scored:
      try time {
        _ = try decoder.logLikelihoods(
          .init(cache: KVCache(decoder.configuration), ids: question + pass.prefix(1)), from: 1,
          adapter: nil)
      }
    case .write: try write(behind: shortPrefix)
    case .writeBehind: try write(behind: longPrefix)
    case .writeAdapted: try write(behind: shortPrefix, adapter: adapter)
    case .batch: try writeAtOnce(behind: shortPrefix)
    case .batchBehind: try writeAtOnce(behind: longPrefix)
    case .batchAdapted:
      try writeAtOnce(behind: shortPrefix, adapter: adapter)
    case .train: try time { _ = try trainer.step(batch) }
    case .fork: time { for _ in 0..<16 { _ = longPrefix.fork() } } / 16
    case .load:
      try time { _ = try LoRAAdapter.load(path: folder, model: decoder.configuration) }
    }
  }

  private func time(_ work: () throws -> Void) rethrows -> Double {
    try ContinuousClock().measure(work).inSeconds
  }

  private func read(
    _ ids: [Int32], into cache: KVCache, adapter: LoRAAdapter? = nil
  ) throws -> Double {
    try time { try decoder.run(ids, into: cache, adapter: adapter) }
  }

  private func write(behind prefix: KVCache, adapter: LoRAAdapter? = nil) throws -> Double {
    try write(sizes.written, behind: prefix, streams: 1, adapter: adapter)
  }

  private func writeAtOnce(behind prefix: KVCache, adapter: LoRAAdapter? = nil) throws -> Double {
    try write(
      sizes.writtenAtOnce, behind: prefix, streams: sizes.streams, adapter: adapter)
  }

  /// A pass that writes a token in each text, the one that reads the texts' first left out.
  private func write(
    _ tokens: Int, behind prefix: KVCache, streams: Int, adapter: LoRAAdapter?
  ) throws -> Double {
    let clock = ContinuousClock()
    var first: ContinuousClock.Instant?
    let generator = BatchGenerator(
      decoder: decoder, tokenizer: tokenizer, adapter: adapter,
      stop: StopRule(maxTokens: tokens + 1, endTokens: []), sampling: .greedy,
      onToken: { if first == nil { first = clock.now } })
    _ = try generator.run(
      (0..<streams).map { .init(cache: prefix.fork(), ids: [pass[$0 % pass.count]]) })
    return (clock.now - (first ?? clock.now)).inSeconds / Double(tokens)
  }
}

/// Pseudo-random tokens.
struct RandomIDs {
  private let bound: Int

  init(decoder: Decoder, tokenizer: Tokenizer) {
    bound = max(1, min(tokenizer.vocabSize, decoder.configuration.vocabSize))
  }

  func draw(_ count: Int, _ purpose: String) -> [Int32] {
    var random = RandomSource(seed: 0).derived(purpose)
    return (0..<count).map { _ in Int32(random.index(below: bound)) }
  }
}
