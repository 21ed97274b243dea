// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Labels in tokens, those that begin alike together: what tells them apart is all that has to be
/// run.
package indirect enum LabelTree: Sendable, Hashable {
  /// The place of the only label that is left.
  case label(Int)
  /// What is common to the labels from here on, and the tokens of which they have one each next.
  case choice(common: [Int32], branches: [Branch])

  package struct Branch: Sendable, Hashable {
    package let token: Int32
    package let rest: LabelTree
  }

  /// Nil where one label is the beginning of another, as equal ones are.
  ///
  /// - Parameter labels: Tokens of each, one at least.
  package init?(_ labels: [[Int32]]) {
    guard !labels.isEmpty, let tree = Self.of(labels, Array(labels.indices), from: 0) else {
      return nil
    }
    self = tree
  }

  private static func of(_ labels: [[Int32]], _ places: [Int], from start: Int) -> LabelTree? {
    if places.count == 1 { return .label(places[0]) }
    let first = labels[places[0]]
    var end = start
    while places.allSatisfy({ end < labels[$0].count && labels[$0][end] == first[end] }) {
      end += 1
    }
    guard places.allSatisfy({ end < labels[$0].count }) else { return nil }
    var byToken: [(token: Int32, places: [Int])] = []
    for place in places {
      let token = labels[place][end]
      if let index = byToken.firstIndex(where: { $0.token == token }) {
        byToken[index].places.append(place)
      } else {
        byToken.append((token, [place]))
      }
    }
    var branches: [Branch] = []
    for (token, places) in byToken {
      guard let rest = of(labels, places, from: end + 1) else { return nil }
      branches.append(Branch(token: token, rest: rest))
    }
    return .choice(common: Array(first[start..<end]), branches: branches)
  }

  /// The places of all labels here.
  private var places: [Int] {
    switch self {
    case .label(let place): [place]
    case .choice(_, let branches): branches.flatMap(\.rest.places)
    }
  }

  // MARK: On the way to one label

  /// What is chosen between on the way to a label: how many of its tokens come before, and which may
  /// come next.
  package func choices(to label: Int) -> [(offset: Int, tokens: [Int32])] {
    var result: [(offset: Int, tokens: [Int32])] = []
    var (tree, offset) = (self, 0)
    while case .choice(let common, let branches) = tree,
      let next = branches.first(where: { $0.rest.places.contains(label) })
    {
      offset += common.count
      result.append((offset, branches.map(\.token)))
      offset += 1
      tree = next.rest
    }
    return result
  }

  /// `log p` of each label, as far as a pass over one of them tells: labels that part from it at the
  /// same token share what that has.
  ///
  /// - Parameter logits: Of the tokens of each of ``choices(to:)``.
  package func logProbabilities(on label: Int, logits: [[Double]]) -> [Double] {
    var result = [Double](repeating: 0, count: places.count)
    var (tree, sum) = (self, 0.0)
    for values in logits {
      guard case .choice(_, let branches) = tree else { break }
      let total = logSumExp(values)
      var next = tree
      let before = sum
      for (branch, value) in zip(branches, values) {
        let places = branch.rest.places
        let part = before + value - total
        if places.contains(label) {
          (next, sum) = (branch.rest, part)
        } else {
          for place in places { result[place] = part - logarithm(Double(places.count)) }
        }
      }
      tree = next
    }
    result[label] = sum
    return result
  }
}
