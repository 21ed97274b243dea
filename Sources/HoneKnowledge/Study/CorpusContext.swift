// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor

/// Documents as they stand before a question.
package struct CorpusContext: Sendable {
  package let ids: [Int32]
  /// Documents shown, of all there are.
  package let shown: Int
  package let total: Int
  /// Of all documents shown together, however many fit.
  package let totalTokens: Int

  package var isComplete: Bool { shown == total }

  /// Shows all documents, or as many, drawn by seed, as fit.
  ///
  /// - Parameter maxTokens: Of the whole context.
  package init(_ documents: [Document], tokenizer: Tokenizer, maxTokens: Int, seed: UInt64) {
    func encode(_ text: String, continuing: Bool) -> [Int32] {
      tokenizer.encode(
        text, addSpecialTokens: false, parseSpecialTokens: false, continuing: continuing)
    }
    let opening = encode(
      "Read these texts, and use them to answer the questions behind them.\n\n", continuing: false)
    let closing = encode("\n", continuing: true)
    let texts = documents.map { encode($0.text + "\n", continuing: true) }
    let around = tokenizer.prefixTokenIDs.count + opening.count + closing.count
    var room = maxTokens - around
    var chosen = Set(texts.indices)
    let tokens = texts.reduce(0) { $0 + $1.count }
    totalTokens = around + tokens
    if tokens > room {
      chosen = []
      var random = RandomSource(seed: seed).derived("context")
      for index in random.shuffled(texts.indices) where texts[index].count <= room {
        room -= texts[index].count
        chosen.insert(index)
      }
    }
    // What is drawn keeps the corpus's order. Where nothing fits there is nothing to announce.
    ids =
      chosen.isEmpty && !documents.isEmpty
      ? []
      : tokenizer.prefixTokenIDs + opening + chosen.sorted().flatMap { texts[$0] } + closing
    shown = chosen.count
    total = documents.count
  }
}
