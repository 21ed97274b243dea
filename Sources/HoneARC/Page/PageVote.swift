// SPDX-License-Identifier: Apache-2.0

/// How the replies to a test input fell on candidates, and what each rule makes of them.
struct PageVote {
  let voteName: String
  let voteColor: String
  let summary: String
  let candidates: [PageCandidate]
  let hasCandidates: Bool
  let rest: String?
  let unasked: String?
  let hasGroups: Bool
  let groups: [PageGroup]

  /// Candidates that are shown.
  static let mostShown = 12

  init(_ entry: PageEntry, attempts: [Attempt], index: Int, right: Grid?) {
    let query = entry.solution.queries[index]
    let rule = entry.solution.recipe.inference.rule
    voteName = entry.name
    voteColor = entry.color
    let all = Self.ranked(query.candidates, attempts: attempts, rule: rule)
    let shown = all.prefix(Self.mostShown)
    let replies = all.reduce(0) { $0 + $1.votes }
    summary = Self.summary(query, replies: replies)
    let rules = SelectionRule.allCases.filter { $0 != .oracle }
    let asked = rules.filter { $0.isApplicable(to: query.candidates) }
    let choices = asked.map { (rule: $0, grids: query.attempts(by: $0).map(\.grid)) }
    let scale = PageScale(shown.map(\.grid), room: 96, largest: 14)
    candidates = shown.enumerated().map { place, candidate in
      PageCandidate(
        candidate, number: place + 1, replies: replies, choices: choices, right: right,
        scale)
    }
    hasCandidates = !candidates.isEmpty
    let others = all.dropFirst(Self.mostShown)
    rest = others.isEmpty ? nil : Self.rest(Array(others), right: right)
    let silent = rules.filter { !asked.contains($0) }.map(\.rawValue)
    unasked =
      silent.isEmpty || all.isEmpty
      ? nil : "Not asked, for what they go by was not measured: " + silent.joined(separator: ", ")
    let vote = HierarchicalVote(
      query.candidates, order: rule == .hierarchicalCompat ? .compatible : .deterministic)
    let numbers = Dictionary(
      all.enumerated().map { ($1.grid, $0 + 1) }, uniquingKeysWith: { first, _ in first })
    groups = vote.groups.map { PageGroup($0, numbers: numbers, scale) }
    hasGroups = !groups.isEmpty
  }

  /// The attempts first, then as the rule would go on.
  private static func ranked(
    _ candidates: [ARCCandidate], attempts: [Attempt], rule: SelectionRule
  ) -> [ARCCandidate] {
    let places = Dictionary(
      attempts.enumerated().map { ($1.grid, $0) }, uniquingKeysWith: { first, _ in first })
    func cost(_ candidate: ARCCandidate) -> Double {
      if rule.needsScoring { return candidate.expertsCost ?? .infinity }
      return rule == .generationProbability ? candidate.generationCost ?? .infinity : 0
    }
    return candidates.enumerated().sorted {
      let keys = [$0, $1].map { item in
        (
          places[item.element.grid] ?? .max, cost(item.element), -item.element.votes, item.offset
        )
      }
      return keys[0] < keys[1]
    }.map(\.element)
  }

  private static func summary(_ query: ARCSolution.Query, replies: Int) -> String {
    let scored = query.candidates.filter { !$0.scoringCosts.isEmpty }
    let views = scored.first?.scoringCosts.count ?? 0
    return PageNumber.count(replies + query.failedReplies, "reply", "replies")
      + (query.failedReplies > 0 ? ", \(query.failedReplies) of them without a grid" : "")
      + ": " + PageNumber.count(query.candidates.count, "different grid")
      + (scored.isEmpty
        ? ", none scored"
        : scored.count < query.candidates.count
          ? ", \(scored.count) scored under \(PageNumber.count(views, "view"))"
          : ", scored under \(PageNumber.count(views, "view"))")
      + ". \(PageNumber.duration(query.seconds)), \(PageNumber.count(query.tokens, "token"))."
  }

  private static func rest(_ others: [ARCCandidate], right: Grid?) -> String {
    let votes = others.reduce(0) { $0 + $1.votes }
    let hasRight = others.contains { $0.grid == right }
    return "and \(PageNumber.count(others.count, "other")) with \(PageNumber.count(votes, "vote"))"
      + (hasRight ? ", the right output among them" : "")
  }
}

extension ARCCandidate {
  /// The sum that the product of experts goes by.
  fileprivate var expertsCost: Double? {
    scoringCosts.isEmpty || scoringCosts.contains(where: \.isNaN)
      ? nil : scoringCosts.reduce(0, +)
  }
}

struct PageCandidate {
  let candidateNumber: String
  let figure: PageFigure
  let isRight: Bool
  let votesGiven: String
  let byGroup: String
  let generation: String
  let experts: String
  let expertsPerView: String?
  let choosers: [Choosers]

  /// The rules that give it a place.
  struct Choosers {
    let place: String
    let rules: String
  }

  init(
    _ candidate: ARCCandidate, number: Int, replies: Int,
    choices: [(rule: SelectionRule, grids: [Grid])], right: Grid?,
    _ scale: PageScale
  ) {
    candidateNumber = "\(number)"
    figure = PageFigure(candidate.grid, scale, label: "candidate \(number)", shrinks: false)
    isRight = candidate.grid == right
    votesGiven = "\(candidate.votes) of \(replies)"
    byGroup = ViewGroup.allCases.compactMap { group in
      let count = candidate.productions.count { $0.group == group }
      return count == 0 ? nil : "\(group.rawValue) \(count)"
    }.joined(separator: ", ")
    generation = PageNumber.nats(candidate.generationCost)
    experts = PageNumber.nats(candidate.expertsCost)
    expertsPerView = candidate.expertsCost.map {
      "\(PageNumber.nats($0 / Double(candidate.scoringCosts.count))) a view"
    }
    choosers = ["1st", "2nd"].enumerated().compactMap { place, name in
      let rules = choices.filter { $0.grids.dropFirst(place).first == candidate.grid }
        .map(\.rule.rawValue)
      if rules.isEmpty { return nil }
      let isUnanimous = rules.count == choices.count && rules.count > 1
      return Choosers(
        place: name,
        rules: isUnanimous ? "all \(rules.count) rules" : rules.joined(separator: ", "))
    }
  }
}

/// What a group named in the first stage of the hierarchical vote.
struct PageGroup {
  struct Choice {
    let choiceName: String
    let choiceVotes: String
    /// Of a grid that is no candidate, the picture.
    let picture: String
  }

  let groupName: String
  let predictions: String
  let choices: [Choice]

  init(_ vote: HierarchicalVote.GroupVote, numbers: [Grid: Int], _ scale: PageScale) {
    groupName = vote.group?.rawValue ?? "all"
    predictions = "\(vote.predictionCount)"
    choices = vote.choices.map { choice in
      if let number = numbers[choice.grid] {
        return Choice(
          choiceName: number > PageVote.mostShown ? "another" : "#\(number)",
          choiceVotes: "×\(choice.votes)", picture: "")
      }
      let name = choice.origin == .columnMajority ? "by columns" : "by rows"
      return Choice(
        choiceName: name, choiceVotes: "",
        picture: GridPicture(choice.grid, cell: max(2, scale.cell / 2), label: name).svg)
    }
  }
}
