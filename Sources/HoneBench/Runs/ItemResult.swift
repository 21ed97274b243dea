// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneKnowledge

/// An answer that was considered for an item.
package struct Candidate: Codable, Sendable, Hashable {
  package let answer: String
  /// As compared; see ``AnswerScore/normalized``.
  package let normalized: String
  /// Where it came from, such as `order 3`.
  package let source: String
  /// What a selection rule made of it, such as its votes; nil where there was no choice.
  package let score: Double?
  /// Log-likelihood of the answer in nats; nil where it was not computed.
  package let logLikelihood: Double?
  /// The same under each of several views that judge; nil where there are none.
  package let viewLogLikelihoods: [Double]?
  /// The program that made it; nil where a model wrote it.
  package let program: InducedCandidate?
  /// How likely it is as an option of a question; nil where it was not one of a few.
  package let option: OptionScore?
  /// Whether a training text gave the question's answer away; nil where nothing was trained.
  package let isCovered: Bool?

  package init(
    answer: String, normalized: String, source: String, score: Double? = nil,
    logLikelihood: Double? = nil, viewLogLikelihoods: [Double]? = nil,
    program: InducedCandidate? = nil, option: OptionScore? = nil, isCovered: Bool? = nil
  ) {
    self.answer = answer
    self.normalized = normalized
    self.source = source
    self.score = score
    self.logLikelihood = logLikelihood
    self.viewLogLikelihoods = viewLogLikelihoods
    self.program = program
    self.option = option
    self.isCovered = isCovered
  }
}

/// The answer of one strategy to one item.
package struct ItemResult: Sendable, Hashable {
  package let cell: CellKey
  /// ``BenchItem/id``.
  package let item: String
  /// The item's place among those that the cell asks, from 0.
  package let position: Int
  /// As the model wrote it, without white space at its ends.
  package let answer: String
  /// As compared with the expected one.
  package let normalized: String
  /// 1 for right, 0 for wrong, between them where the suite gives partial credit.
  package let score: Double
  /// More than one where a strategy votes or ranks; the order is the strategy's.
  package let candidates: [Candidate]
  /// Log-likelihood of the expected answer and its line end behind the prompt, in nats; the mean
  /// over orders where several vote; nil where it was not computed.
  package let expectedLogLikelihood: Double?
  /// Tokens run and generated behind what all items share, and the item's share of the seconds of
  /// the batch it was answered in.
  package let cost: Cost

  package var isCorrect: Bool { score >= 1 }

  package init(
    cell: CellKey, item: String, position: Int, answer: String, normalized: String, score: Double,
    candidates: [Candidate] = [], expectedLogLikelihood: Double? = nil, cost: Cost
  ) {
    self.cell = cell
    self.item = item
    self.position = position
    self.answer = answer
    self.normalized = normalized
    self.score = score
    self.candidates = candidates
    self.expectedLogLikelihood = expectedLogLikelihood
    self.cost = cost
  }
}
