// SPDX-License-Identifier: Apache-2.0

/// Who makes the attempts: the model's candidates, programs, or both.
public enum AttemptChoice: String, Sendable, Hashable, Codable, CaseIterable {
  /// The recipe's rule, on the model's candidates.
  case model
  /// The best programs, each answer once.
  case programs
  /// Programs where one that can be believed reproduces all demonstrations of the first test input's
  /// search, else the model.
  ///
  /// - SeeAlso: Li et al. 2024, arXiv 2411.02272, §2, equation 5; there, programs that reproduce all
  ///   demonstrations count by how many of them there are.
  case ensemble
  /// The answers that are likeliest to be right by ``AnswerCalibration/stockModel``, whoever made
  /// them.
  case calibrated

  /// The attempts at each test input of a puzzle, the best first.
  public func attempts(
    _ queries: [ARCSolution.Query], rule: SelectionRule
  ) -> [[Attempt]] {
    switch self {
    case .model: queries.map { $0.attempts(by: rule) }
    case .programs: queries.map { Self.fromPrograms($0, all: true) }
    case .calibrated: queries.map { Self.likeliest($0, .stockModel) }
    case .ensemble:
      if queries.first?.programs.first?.isConvincing == true {
        queries.map { query in
          let attempts = Self.fromPrograms(query, all: false)
          // Another test input of the puzzle may have none.
          return attempts.isEmpty ? query.attempts(by: rule) : attempts
        }
      } else {
        queries.map { query in
          let attempts = query.attempts(by: rule)
          // A model that wrote no grid leaves the rest to programs that almost fit.
          return attempts.isEmpty ? Self.fromPrograms(query, all: true) : attempts
        }
      }
    }
  }

  /// - Parameter all: Whether programs that cannot be believed count, too.
  private static func fromPrograms(_ query: ARCSolution.Query, all: Bool) -> [Attempt] {
    let chosen = query.programs.filter { all || $0.isConvincing }.prefix(ARCTask.maxAttempts)
    return chosen.enumerated().map { place, induced in
      let candidate = query.candidates.first { $0.grid == induced.grid }
      // One answer is right at most.
      let earlier = chosen.prefix(place).reduce(1) { $0 * (1 - $1.confidence) }
      return Attempt(
        grid: induced.grid, votes: candidate?.votes ?? 0, program: induced,
        isAgreed: candidate != nil, probability: earlier * induced.confidence)
    }
  }

  private static func likeliest(
    _ query: ARCSolution.Query, _ calibration: AnswerCalibration
  ) -> [Attempt] {
    let replies = query.candidates.reduce(0) { $0 + $1.votes }
    let written = query.candidates.map { candidate in
      let program = query.programs.first { $0.grid == candidate.grid }
      let costs = candidate.scoringCosts
      return Attempt(
        grid: candidate.grid, votes: candidate.votes, program: program, isAgreed: program != nil,
        probability: calibration.probability(
          confidence: program?.confidence,
          voteShare: Double(candidate.votes) / Double(max(1, replies)),
          nats: costs.isEmpty ? nil : costs.reduce(0, +) / Double(costs.count)))
    }
    let known = Set(written.map(\.grid))
    let induced = query.programs.filter { !known.contains($0.grid) }.map { program in
      Attempt(
        grid: program.grid, votes: 0, program: program,
        probability: calibration.probability(
          confidence: program.confidence, voteShare: 0, nats: nil))
    }
    // Equals in their own order, programs first.
    return (induced + written).enumerated().sorted {
      ($1.element.probability ?? 0, $0.offset) < ($0.element.probability ?? 0, $1.offset)
    }.prefix(ARCTask.maxAttempts).map(\.element)
  }
}
