// SPDX-License-Identifier: Apache-2.0

/// The most frequent of several answers to one item, as normalised.
///
/// Answers in which nothing was found count only if all are so; of equally frequent ones the
/// lexicographically smallest wins, as in arXiv 2411.07279.
package struct Vote: Sendable {
  /// As written by the first that voted for the winner.
  package let answer: String
  package let score: AnswerScore
  /// Every answer with its votes, in the order given; none if there was only one.
  package let candidates: [Candidate]

  /// - Parameter answers: At least one.
  package init(_ answers: [String], item: BenchItem, scorer: any AnswerScorer) {
    let scores = answers.map { scorer.score($0, for: item) }
    var votes: [String: Int] = [:]
    for score in scores { votes[score.normalized, default: 0] += 1 }
    let winner = votes.filter { !$0.key.isEmpty }.min {
      $0.value != $1.value
        ? $0.value > $1.value : $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
    }
    let place = scores.firstIndex { $0.normalized == winner?.key } ?? 0
    answer = answers[place]
    score = scores[place]
    candidates =
      answers.count < 2
      ? []
      : zip(answers, scores).enumerated().map { index, pair in
        Candidate(
          answer: pair.0, normalized: pair.1.normalized, source: "order \(index + 1)",
          score: Double(votes[pair.1.normalized] ?? 0))
      }
  }
}
