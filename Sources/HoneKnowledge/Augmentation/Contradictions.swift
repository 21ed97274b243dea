// SPDX-License-Identifier: Apache-2.0

/// Statements that deny each other, by their numbers.
///
/// Each statement has one negation, so those that hang together are few, and the largest set of them
/// without a contradiction is found by trying.
/// - SeeAlso: Akyürek et al. 2024, arXiv 2401.08574, §3.2, which seeks it with a solver.
struct Contradictions {
  /// Statements of one cluster up to which all sets are tried; beyond, the likeliest come first.
  private static let mostTried = 16

  private var denied: [Int: Set<Int>] = [:]

  mutating func add(_ a: Int, _ b: Int) {
    denied[a, default: []].insert(b)
    denied[b, default: []].insert(a)
  }

  /// All but the largest consistent set: of several those whose members weigh least in all, and of
  /// these the later ones.
  func dropped(weight: (Int) -> Double) -> [Int] {
    var seen: Set<Int> = []
    return denied.keys.sorted().flatMap { start -> [Int] in
      if seen.contains(start) { return [] }
      let cluster = cluster(of: start)
      seen.formUnion(cluster)
      let kept = consistent(
        cluster.count > Self.mostTried
          ? cluster.sorted { (weight($1), $0) < (weight($0), $1) } : cluster.sorted(), weight)
      return cluster.subtracting(kept).sorted()
    }
  }

  private func cluster(of start: Int) -> Set<Int> {
    var found: Set<Int> = [start]
    var pending = [start]
    while let next = pending.popLast() {
      for other in denied[next] ?? [] where found.insert(other).inserted { pending.append(other) }
    }
    return found
  }

  private func consistent(_ members: [Int], _ weight: (Int) -> Double) -> Set<Int> {
    if members.count > Self.mostTried {
      return members.reduce(into: []) { kept, member in
        if denied[member, default: []].isDisjoint(with: kept) { kept.insert(member) }
      }
    }
    var best: Set<Int> = []
    var bestWeight = -Double.infinity
    func extend(_ kept: Set<Int>, from place: Int) {
      guard place < members.count else {
        let sum = kept.reduce(0) { $0 + weight($1) }
        if (best.count, bestWeight) < (kept.count, sum) { (best, bestWeight) = (kept, sum) }
        return
      }
      let member = members[place]
      if denied[member, default: []].isDisjoint(with: kept) {
        extend(kept.union([member]), from: place + 1)
      }
      extend(kept, from: place + 1)
    }
    extend([], from: 0)
    return best
  }
}
