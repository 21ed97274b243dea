// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// When a generated text ends.
package struct StopRule: Sendable {
  package let maxTokens: Int
  /// The text ends before the first of these.
  package let stopStrings: [String]
  package let endTokens: Set<Int32>
  /// Whether spaces, tabs and line ends at the beginning hold no stop string.
  package let skipsLeadingSpace: Bool
  fileprivate let stopBytes: [[UInt8]]

  package init(
    maxTokens: Int, stopStrings: [String] = [], endTokens: Set<Int32>,
    skipsLeadingSpace: Bool = false
  ) {
    self.maxTokens = maxTokens
    self.stopStrings = stopStrings.filter { !$0.isEmpty }
    stopBytes = self.stopStrings.map { Array($0.utf8) }
    self.endTokens = endTokens
    self.skipsLeadingSpace = skipsLeadingSpace
  }

  /// Where stop strings may begin in a text; nil if nowhere yet.
  fileprivate func searchStart(_ bytes: [UInt8]) -> Int? {
    guard skipsLeadingSpace else { return 0 }
    return bytes.firstIndex { !($0 == 0x20 || 0x09...0x0D ~= $0) }
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
  /// Tokens that a guess had right, each of which saved a pass.
  package fileprivate(set) var acceptedTokens = 0
  /// Passes that gave its tokens, the prompt's among them.
  package fileprivate(set) var passes = 0
  /// Tokens that came out of the prompt's pass: one, and those of a guess that were right.
  package fileprivate(set) var promptPassTokens = 0
}

/// Generates several texts at once: in every pass one token of each, and more of those that were
/// guessed right.
///
/// Guesses change no greedy text. Guessed tokens are run behind the last one in one pass, and kept
/// as far as each is the most likely token behind those before it: so every token is the model's
/// own choice. A pass takes no more guesses than leave every row's sums in the order that they have
/// without any (``CPUDevice/fewRows``), so the logits are the same to the last bit. Only float32
/// products of more texts than that are summed in another order as texts end.
/// Leviathan et al. 2023, arXiv 2211.17192, with the draft given instead of a model that drafts.
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
    var sampler: Sampler
    var decoder: StreamingDecoder
    var guesses: GuessFollower
    /// Guessed tokens at the end of the coming pass.
    var drafted = 0
    var result = GeneratedSequence()
    /// The text so far. Stop strings are sought in bytes: as characters "\r\n" holds no "\n", and
    /// a letter handed out may still receive an accent.
    var bytes: [UInt8] = []
    /// Bytes already handed out.
    var emitted = 0
  }

  /// - Parameters:
  ///   - prompts: Caches and the tokens to run before the first new one.
  ///   - guesses: For each prompt what may follow it, the likeliest first; empty for none. Only
  ///     greedy texts heed them.
  ///   - draws: For each prompt what tells its draws from other prompts'; empty for its place.
  ///   - onText: Called with the prompt's index and each piece of text that is certain to stay.
  ///   - onFinish: Called once for each prompt, in the order in which they end.
  /// - Returns: One sequence for each prompt. The caches then hold all tokens but the
  ///   one that ended the text.
  package func run(
    _ prompts: [Decoder.Continuation], guesses: [[[Int32]]] = [], draws: [String] = [],
    onText: (Int, String) -> Void = { _, _ in },
    onFinish: (Int, GeneratedSequence) -> Void = { _, _ in }
  ) throws -> [GeneratedSequence] {
    precondition(guesses.isEmpty || guesses.count == prompts.count)
    precondition(draws.isEmpty || draws.count == prompts.count)
    var finished = Array(repeating: GeneratedSequence(), count: prompts.count)
    if stop.maxTokens <= 0 || prompts.isEmpty { return finished }
    let heedsGuesses = sampling.isGreedy && !guesses.isEmpty
    var streams = prompts.indices.map { index in
      Stream(
        index: index,
        sampler: Sampler(sampling, stream: draws.isEmpty ? "\(index)" : draws[index]),
        decoder: StreamingDecoder(tokenizer),
        guesses: GuessFollower(heedsGuesses ? guesses[index] : [], endTokens: stop.endTokens))
    }
    // Of the same order as the streams.
    var next = prompts
    while true {
      if heedsGuesses { addDrafts(&streams, to: &next) }
      let logits = try logits(next, streams)
      onToken()
      let greedy = decoder.device.argmax(logits)
      var row = 0
      for place in streams.indices {
        try take(
          &streams[place], &next[place], logits: logits, greedy: greedy, row: row, onText: onText)
        row += 1 + streams[place].drafted
        guard streams[place].result.finishReason != nil else { continue }
        finished[streams[place].index] = streams[place].result
        onFinish(streams[place].index, streams[place].result)
      }
      for place in streams.indices.reversed() where streams[place].result.finishReason != nil {
        streams.remove(at: place)
        next.remove(at: place)
      }
      if streams.isEmpty { return finished }
    }
  }

  /// Puts what the guesses expect behind the tokens to run, within the bounds of one pass.
  private func addDrafts(_ streams: inout [Stream], to next: inout [Decoder.Continuation]) {
    let tokens = next.reduce(0) { $0 + $1.ids.count }
    let few = CPUDevice.fewRows
    var rows = min(Decoder.chunkTokens - tokens, Decoder.headRows - streams.count)
    // Quantised products have the same order for any number of rows.
    if tokens <= few, !decoder.weights.isQuantized { rows = min(rows, few - tokens) }
    let room = rows / streams.count
    for place in streams.indices {
      // The pass adds one token of the model's own.
      let most = min(
        room, few - next[place].ids.count, stop.maxTokens - streams[place].result.ids.count - 1)
      let draft = streams[place].guesses.draft(atMost: most)
      next[place].ids += draft
      streams[place].drafted = draft.count
    }
  }

  /// Logits behind the last token of each stream and behind each one of its draft.
  private func logits(
    _ next: [Decoder.Continuation], _ streams: [Stream]
  ) throws -> Tensor {
    guard streams.contains(where: { $0.drafted > 0 }) else {
      return try decoder.nextLogits(next, adapter: adapter)
    }
    var end = 0
    let rows = zip(next, streams).flatMap { continuation, stream in
      end += continuation.ids.count
      return end - 1 - stream.drafted..<end
    }
    return decoder.logits(
      try decoder.hiddenStates(next, adapter: adapter, rows: rows), adapter: adapter)
  }

  /// Takes a stream's tokens out of a pass: those of its draft that are right, and one more.
  ///
  /// - Parameters:
  ///   - next: Receives the last of them, to be run in the next pass.
  ///   - row: The first of the stream's logits.
  private func take(
    _ stream: inout Stream, _ next: inout Decoder.Continuation, logits: Tensor, greedy: [Int32],
    row: Int, onText: (Int, String) -> Void
  ) throws {
    let isPrompt = stream.result.passes == 0
    let draft = next.ids.count - stream.drafted
    var accepted = 0
    while true {
      let row = row + accepted
      guard logits[row, Int(greedy[row])].isFinite else { throw ModelError.brokenLogits }
      let id =
        stream.sampler.isGreedy
        ? greedy[row] : stream.sampler.sample(logits.rows(row..<row + 1).toArray())
      advance(&stream, with: id)
      let piece = stream.settledText(stop)
      if !piece.isEmpty { onText(stream.index, piece) }
      guard stream.result.finishReason == nil, accepted < stream.drafted,
        next.ids[draft + accepted] == id
      else { break }
      accepted += 1
    }
    next.cache.removeLast(stream.drafted - accepted)
    stream.result.passes += 1
    stream.result.acceptedTokens += accepted
    if isPrompt { stream.result.promptPassTokens = stream.result.ids.count }
    if let last = stream.result.ids.last, stream.result.finishReason == nil {
      stream.guesses.follow(stream.result.ids, drafted: stream.drafted, accepted: accepted)
      // The array's memory serves all passes.
      next.ids.removeAll(keepingCapacity: true)
      next.ids.append(last)
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
    var end: Int?
    let start = stop.searchStart(stream.bytes) ?? stream.bytes.count
    for string in stop.stopBytes {
      let from = min(max(start, before - string.count + 1), stream.bytes.count)
      let found = stream.bytes[from...].firstRange(of: string)
      if let found { end = min(end ?? found.lowerBound, found.lowerBound) }
    }
    if let end {
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
