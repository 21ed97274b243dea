// SPDX-License-Identifier: Apache-2.0
import HoneARC

extension Candidate {
  /// Candidates of a test input as the store keeps them: one for each time that a grid was
  /// predicted, in that order, what scoring made of a grid with its first one.
  package static func storing(_ candidates: [ARCCandidate]) -> [Candidate] {
    candidates.flatMap { candidate in
      candidate.productions.enumerated().map { place, production in
        (
          production.index,
          Candidate(
            answer: candidate.grid.description, normalized: candidate.grid.description,
            source: production.view, score: nil, logLikelihood: production.cost.map { -$0 },
            viewLogLikelihoods: place == 0 && !candidate.scoringCosts.isEmpty
              ? candidate.scoringCosts.map { -$0 } : nil)
        )
      }
    }.sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// What programs answer to a test input, as the store keeps it.
  package static func storing(_ programs: [InducedCandidate]) -> [Candidate] {
    programs.map {
      Candidate(
        answer: $0.grid.description, normalized: $0.grid.description, source: "program",
        score: $0.confidence, program: $0)
    }
  }

  /// The candidates that ``storing(_:)`` made these of.
  ///
  /// - Returns: Without those that are no grids, as of a store that something else wrote.
  package static func puzzleCandidates(_ stored: [Candidate]) -> [ARCCandidate] {
    var costs: [Grid: [Double]] = [:]
    let predictions = stored.enumerated().compactMap { place, candidate -> Prediction? in
      guard let grid = Grid(digits: candidate.answer),
        // A view's description begins with its transform.
        let transform = GridTransform(name: String(candidate.source.prefix { $0 != " " })),
        let group = ViewGroup(undoing: transform)
      else { return nil }
      if let likelihoods = candidate.viewLogLikelihoods { costs[grid] = likelihoods.map { -$0 } }
      return Prediction(
        grid: grid, index: place, view: candidate.source, group: group,
        cost: candidate.logLikelihood.map { -$0 })
    }
    return ARCCandidate.merging(predictions).map { $0.scored(costs[$0.grid] ?? []) }
  }
}
