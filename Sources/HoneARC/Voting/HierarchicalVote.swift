// SPDX-License-Identifier: Apache-2.0

/// The vote in two stages: each group of views names three grids, then all that was named is
/// counted together.
///
/// A group with a single prediction, or an unanimous one, names its grid three times: five views
/// of one prediction each outvote six predictions under the identity.
///
/// - SeeAlso: Akyürek et al. 2024, arXiv 2411.07279, §4.
public struct HierarchicalVote: Sendable, Hashable {
  /// Who wins ties.
  public enum Order: Sendable, Hashable {
    /// The grid that more of the identity's predictions have, then the one predicted first; one
    /// that was not predicted comes last.
    case deterministic
    /// As the authors' program: the most frequent grid is the first seen, but the second and the
    /// third are counted from the last seen, so that the second of two that tie can get lost;
    /// between the final second and third, the identity decides, otherwise the third is taken.
    case compatible
  }

  /// What a group named.
  public struct GroupVote: Codable, Sendable, Hashable {
    /// nil for the group of all predictions.
    public let group: ViewGroup?
    public let predictionCount: Int
    /// Three.
    public let choices: [Choice]
  }

  public struct Choice: Codable, Sendable, Hashable {
    public enum Origin: String, Codable, Sendable, Hashable {
      case predicted
      /// Put together, for want of another prediction, from the most frequent rows.
      case rowMajority = "row-majority"
      case columnMajority = "column-majority"
    }
    public let grid: Grid
    /// How many of those who chose have it.
    public let votes: Int
    public let origin: Origin
  }

  /// What each group named: all predictions first, then the groups that there are.
  public let groups: [GroupVote]
  /// What was counted in the second stage: the grids named, the most frequent first, and those
  /// that became attempts before others that are as frequent.
  public let ranking: [Choice]
  /// The first two of the ranking; one if there is no other.
  public let attempts: [Attempt]

  /// - Parameter candidates: Of one test input; without any, there are no attempts.
  public init(_ candidates: [ARCCandidate], order: Order = .deterministic) {
    let predictions = ARCCandidate.predictions(of: candidates)
    guard !predictions.isEmpty else {
      (groups, ranking, attempts) = ([], [], [])
      return
    }
    let identity = Tally(predictions.filter { $0.group == .identity }.map(\.grid))
    let named = ([nil] + ViewGroup.allCases).compactMap { group -> GroupVote? in
      let grids = predictions.filter { group == nil || $0.group == group }.map(\.grid)
      if grids.isEmpty { return nil }
      let ballot = Ballot(grids, identity: identity, seen: predictions.map(\.grid), order)
      return GroupVote(group: group, predictionCount: grids.count, choices: ballot.topThree)
    }
    groups = named
    let pool = named.flatMap(\.choices)
    let origins = Dictionary(pool.map { ($0.grid, $0.origin) }) { first, other in
      first == .predicted ? first : other
    }
    let ballot = Ballot(
      pool.map(\.grid), identity: identity, seen: predictions.map(\.grid) + pool.map(\.grid), order)
    let top = ballot.topThree
    var chosen = [top[0], top[1]]
    if order == .compatible, top[1].votes == top[2].votes, !identity.items.isEmpty,
      identity[top[1].grid] <= identity[top[2].grid]
    {
      chosen[1] = top[2]
    }
    if chosen[1].grid == chosen[0].grid { chosen.removeLast() }
    attempts = chosen.map { Attempt(grid: $0.grid, votes: $0.votes) }
    let others = ballot.descending.filter { grid in !chosen.contains { $0.grid == grid } }.map {
      Choice(grid: $0, votes: ballot.counts[$0], origin: .predicted)
    }
    ranking = (chosen + others).map {
      Choice(grid: $0.grid, votes: $0.votes, origin: origins[$0.grid] ?? $0.origin)
    }
  }
}

/// Grids to choose three from.
private struct Ballot {
  let grids: [Grid]
  let counts: Tally<Grid>
  /// From the most frequent on, as the order breaks ties.
  let descending: [Grid]
  private let order: HierarchicalVote.Order

  /// - Parameters:
  ///   - grids: At least one.
  ///   - identity: The predictions under the identity.
  ///   - seen: All grids in the order in which they are first seen.
  init(
    _ grids: [Grid], identity: Tally<Grid>, seen: [Grid], _ order: HierarchicalVote.Order
  ) {
    self.grids = grids
    self.order = order
    let counts = Tally(grids)
    self.counts = counts
    switch order {
    case .compatible:
      descending = counts.ascending.reversed()
    case .deterministic:
      let place = Dictionary(
        seen.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
      let key = { (grid: Grid) in (-counts[grid], -identity[grid], place[grid] ?? seen.count) }
      descending = counts.items.sorted { key($0) < key($1) }
    }
  }

  /// The three most frequent, as far as there are three; others are put together from the lines
  /// that most have, and may still be one of the three.
  var topThree: [HierarchicalVote.Choice] {
    // Where two tie, the authors' second is counted from the other end than their first.
    let first = order == .compatible ? counts.first : descending[0]
    let second = descending.count > 1 ? descending[1] : first
    let third = descending.count > 2 ? descending[2] : first
    var choices = [choice(first, .predicted)]
    for grid in [second, third] {
      choices.append(
        choices.contains { $0.grid == grid } ? fillIn(for: choices) : choice(grid, .predicted))
    }
    return choices
  }

  private func fillIn(for choices: [HierarchicalVote.Choice]) -> HierarchicalVote.Choice {
    let rows = MajorityGrid.ofRows(grids)
    if !choices.contains(where: { $0.grid == rows }) { return choice(rows, .rowMajority) }
    return choice(MajorityGrid.ofColumns(grids), .columnMajority)
  }

  private func choice(
    _ grid: Grid, _ origin: HierarchicalVote.Choice.Origin
  ) -> HierarchicalVote.Choice {
    .init(grid: grid, votes: counts[grid], origin: origin)
  }
}
