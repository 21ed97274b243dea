// SPDX-License-Identifier: Apache-2.0
import HoneTensor

extension Decoder {
  /// `−log p` of each of several replies to one prompt, in nats, all tokens of a reply summed.
  ///
  /// The prompt is run once; the replies run behind it side by side, some hundred tokens at a time.
  ///
  /// - Parameters:
  ///   - prompt: Not empty.
  ///   - replies: Tokens of each, the stop token among them; none empty.
  /// - Throws: `CancellationError`.
  package func costs(
    of replies: [[Int32]], behind prompt: [Int32], adapter: LoRAAdapter?
  ) throws -> [Double] {
    precondition(!prompt.isEmpty && replies.allSatisfy { !$0.isEmpty })
    let cache = KVCache(configuration)
    try run(Array(prompt.dropLast()), into: cache, adapter: adapter)
    let question = OptionQuestion(prompt: Array(prompt.suffix(1)), options: replies)
    return try logLikelihoods(of: [question], behind: cache, adapter: adapter)[0].map { -$0 }
  }
}
