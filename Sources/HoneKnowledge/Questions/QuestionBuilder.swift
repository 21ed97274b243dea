// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Builds questions about any English documents by rules, without a model.
///
/// Sentences that say one thing plainly (`Quillfeather is maintained by Maren Oduya.`) give three
/// kinds of questions, each with four options of which one is right:
/// - `forward`: the sentence cut before its final name or noun phrase. What the documents state,
///   word for word: it measures recall.
/// - `reversed`: `Who` or `What` in the subject's place, the subject as the answer; none if a
///   sentence anywhere has the two in this order.
/// - `linked`: two sentences of which the first ends with the second's subject, that subject
///   described and not named; none if one sentence names both ends.
///
/// The rules prefer to make no question over making a doubtful one. An option is wrong as far as
/// the documents tell: it is of the right one's kind, and no sentence names it beside what is asked
/// for. What the documents leave out may still make it right.
/// - SeeAlso: Berglund et al. 2023, arXiv 2309.12288 (reversals); Lampinen et al. 2025, arXiv
///   2505.00661, §2 (splits).
public struct QuestionBuilder: Sendable {
  /// The splits in the order of ``questions(limit:seed:)``.
  public static let splits = ["forward", "reversed", "linked"]
  static let optionCount = 4

  let table: FactTable

  /// - Parameter documents: Those that the questions shall be about, all of them: what is stated
  ///   anywhere decides which options are wrong.
  public init(documents: [Document]) {
    table = FactTable(documents)
  }

  /// Questions, in the order of their splits and, within each, of the sentences.
  ///
  /// - Parameters:
  ///   - limit: Questions at most. Where there are more, each split gives equally many as far as it
  ///     has them; which ones, the seed decides.
  ///   - seed: Decides the wrong options and their order too. A question comes out the same
  ///     whatever the limit.
  public func questions(limit: Int, seed: UInt64) -> [ChoiceItem] {
    guard limit > 0 else { return [] }
    let random = RandomSource(seed: seed)
    let drafts = [forward(), reversed(), linked()].map { drafts in
      var items: [(order: Int, item: ChoiceItem)] = []
      var seen: Set<[String]> = []
      var order = random.derived("order")
      for (place, draft) in order.shuffled(Array(drafts.enumerated())) {
        guard items.count < limit else { break }
        guard let item = draft.item(random, table),
          seen.insert([item.prompt, item.options[item.correct[0]]]).inserted
        else { continue }
        items.append((place, item))
      }
      return items
    }
    let shares = Self.shares(of: limit, among: drafts.map(\.count))
    return zip(drafts, shares).flatMap { items, share in
      items.prefix(share).sorted { $0.order < $1.order }.map(\.item)
    }
  }

  /// Splits a number as evenly as the counts allow.
  static func shares(of limit: Int, among counts: [Int]) -> [Int] {
    var shares = counts.map { _ in 0 }
    var left = min(limit, counts.reduce(0, +))
    while left > 0 {
      for place in counts.indices where shares[place] < counts[place] && left > 0 {
        shares[place] += 1
        left -= 1
      }
    }
    return shares
  }
}
