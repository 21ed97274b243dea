// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// When a generated text ends.
package struct StopRule: Sendable {
  package let maxTokens: Int
  /// The text ends before the first of these.
  package let stopStrings: [String]
  package let endTokens: Set<Int32>
  fileprivate let stopBytes: [[UInt8]]

  package init(maxTokens: Int, stopStrings: [String] = [], endTokens: Set<Int32>) {
    self.maxTokens = maxTokens
    self.stopStrings = stopStrings.filter { !$0.isEmpty }
    stopBytes = self.stopStrings.map { Array($0.utf8) }
    self.endTokens = endTokens
  }
}

/// Why a text ended.
public enum FinishReason: String, Codable, Sendable {
  /// An end token or a stop string.
  case stop
  /// The token limit.
  case length
}

/// What a model wrote.
package struct GeneratedSequence: Sendable {
  /// All tokens drawn, the end token not among them.
  package fileprivate(set) var ids: [Int32] = []
  /// The text before the stop string, if one was met.
  package fileprivate(set) var text = ""
  package fileprivate(set) var finishReason: FinishReason?
}

/// Generates several texts at once, one token of each in every pass.
package struct BatchGenerator {
  let decoder: Decoder
  let tokenizer: Tokenizer
  let adapter: LoRAAdapter?
  let stop: StopRule
  let sampling: SamplingConfiguration
  /// Called after each pass, when every active text has a new token.
  private let onToken: () -> Void

  package init(
    decoder: Decoder, tokenizer: Tokenizer, adapter: LoRAAdapter?, stop: StopRule,
    sampling: SamplingConfiguration, onToken: @escaping () -> Void = {}
  ) {
    self.decoder = decoder
    self.tokenizer = tokenizer
    self.adapter = adapter
    self.stop = stop
    self.sampling = sampling
    self.onToken = onToken
  }

  fileprivate struct Stream {
    let index: Int
    let cache: KVCache
    var sampler: Sampler
    var decoder: StreamingDecoder
    var result = GeneratedSequence()
    /// The text so far. Stop strings are sought in bytes: as characters "\r\n" holds no "\n", and
    /// a letter handed out may still receive an accent.
    var bytes: [UInt8] = []
    /// Bytes already handed out.
    var emitted = 0
  }

  /// - Parameters:
  ///   - prompts: Caches and the tokens to run before the first new one.
  ///   - onText: Called with the prompt's index and each piece of text that is certain to stay.
  ///   - onFinish: Called once for each prompt, in the order in which they end.
  /// - Returns: One sequence for each prompt.
  package func run(
    _ prompts: [Decoder.Continuation], onText: (Int, String) -> Void = { _, _ in },
    onFinish: (Int, GeneratedSequence) -> Void = { _, _ in }
  ) throws -> [GeneratedSequence] {
    var finished = Array(repeating: GeneratedSequence(), count: prompts.count)
    var active = prompts.enumerated().map { index, prompt in
      Stream(
        index: index, cache: prompt.cache, sampler: Sampler(sampling, stream: index),
        decoder: StreamingDecoder(tokenizer))
    }
    if stop.maxTokens <= 0 || prompts.isEmpty { return finished }
    var logits = try decoder.nextLogits(prompts, adapter: adapter)
    while true {
      onToken()
      let greedy = decoder.device.argmax(logits)
      var next: [Decoder.Continuation] = []
      var going: [Stream] = []
      for (row, var stream) in active.enumerated() {
        guard logits[row, Int(greedy[row])].isFinite else {
          throw ModelError(
            .invalid,
            "the model computed a logit that is no finite number; its weights or adapter are broken"
          )
        }
        let id =
          stream.sampler.isGreedy
          ? greedy[row] : stream.sampler.sample(logits.rows(row..<row + 1).toArray())
        advance(&stream, with: id)
        let piece = stream.settledText(stop)
        if !piece.isEmpty { onText(stream.index, piece) }
        if stream.result.finishReason == nil {
          next.append(.init(cache: stream.cache, ids: [id]))
          going.append(stream)
        } else {
          finished[stream.index] = stream.result
          onFinish(stream.index, stream.result)
        }
      }
      if going.isEmpty { return finished }
      active = going
      logits = try decoder.nextLogits(next, adapter: adapter)
    }
  }

  private func advance(_ stream: inout Stream, with id: Int32) {
    let before = stream.bytes.count
    if stop.endTokens.contains(id) {
      stream.bytes += stream.decoder.finish().utf8
      stream.result.finishReason = .stop
    } else {
      stream.result.ids.append(id)
      stream.bytes += stream.decoder.append(id).utf8
      if stream.result.ids.count >= stop.maxTokens {
        stream.bytes += stream.decoder.finish().utf8
        stream.result.finishReason = .length
      }
    }
    // What was there before holds no stop string, so one must end in the new bytes.
    let ends = stop.stopBytes.compactMap { string in
      stream.bytes[max(0, before - string.count + 1)...].firstRange(of: string)?.lowerBound
    }
    if let end = ends.min() {
      stream.bytes.removeSubrange(end...)
      stream.result.finishReason = .stop
    }
    if stream.result.finishReason != nil {
      stream.result.text = String(decoding: stream.bytes, as: UTF8.self)
    }
  }
}

extension BatchGenerator.Stream {
  /// Text not handed out yet that no later stop string can take back.
  fileprivate mutating func settledText(_ stop: StopRule) -> String {
    var end = bytes.count
    if result.finishReason == nil {
      // Hold back the longest tail that could begin a stop string.
      for string in stop.stopBytes {
        for count in stride(from: min(string.count - 1, bytes.count), to: 0, by: -1)
        where bytes.suffix(count).elementsEqual(string.prefix(count)) {
          end = min(end, bytes.count - count)
          break
        }
      }
    }
    guard end > emitted else { return "" }
    defer { emitted = end }
    return String(decoding: bytes[emitted..<end], as: UTF8.self)
  }
}
