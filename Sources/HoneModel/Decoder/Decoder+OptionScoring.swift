// SPDX-License-Identifier: Apache-2.0
import HoneTensor

extension Decoder {
  /// A prompt with several texts that may follow it.
  package struct OptionQuestion: Sendable {
    /// Not empty.
    package let prompt: [Int32]
    /// Tokens of each; none empty.
    package let options: [[Int32]]

    package init(prompt: [Int32], options: [[Int32]]) {
      precondition(!prompt.isEmpty && options.allSatisfy { !$0.isEmpty })
      self.prompt = prompt
      self.options = options
    }
  }

  /// `log p` of each option of each question, in nats, all tokens of an option summed.
  ///
  /// Prompts with their options run side by side, some hundred tokens at a time, so that many short
  /// questions cost little more than one text of their length. A prompt is run once for each of its
  /// options, the prefix never again.
  ///
  /// - Parameters:
  ///   - prefix: What stands before every question, run already; nil for nothing. Its content stays.
  /// - Throws: `CancellationError`.
  package func logLikelihoods(
    of questions: [OptionQuestion], behind prefix: KVCache? = nil, adapter: LoRAAdapter?
  ) throws -> [[Double]] {
    var sums = questions.map { [Double](repeating: 0, count: $0.options.count) }
    var batch: [(question: Int, option: Int, Continuation)] = []
    var room = Self.chunkTokens
    func flush() throws {
      guard !batch.isEmpty else { return }
      var rows: [Int] = []
      var targets: [Int32] = []
      var owners: [(question: Int, option: Int)] = []
      var start = 0
      for (question, option, continuation) in batch {
        let ids = questions[question].options[option]
        rows += start + questions[question].prompt.count - 1..<start + continuation.ids.count
        targets += ids
        owners += Array(repeating: (question, option), count: ids.count)
        start += continuation.ids.count
      }
      let hidden = try hiddenStates(batch.map(\.2), adapter: adapter, rows: rows)
      forEachLogits(hidden, adapter: adapter) { part, logits in
        let values = device.logLikelihood(logits, targets: Array(targets[part]))
        for (row, value) in zip(part, values) {
          sums[owners[row].question][owners[row].option] += Double(value)
        }
      }
      batch = []
      room = Self.chunkTokens
    }
    for (index, question) in questions.enumerated() {
      for (option, ids) in question.options.enumerated() {
        let all = question.prompt + ids.dropLast()
        if all.count > room { try flush() }
        let cache = prefix.map { $0.count > 0 ? $0.fork() : KVCache(configuration) }
        batch.append(
          (index, option, Continuation(cache: cache ?? KVCache(configuration), ids: all)))
        room -= all.count
      }
    }
    try flush()
    return sums
  }
}
