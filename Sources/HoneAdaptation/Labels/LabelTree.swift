// SPDX-License-Identifier: Apache-2.0

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

  /// - Parameter labels: Tokens of each, one at least; none the beginning of another.
  package init(_ labels: [[Int32]]) {
    precondition(!labels.isEmpty)
    self.init(labels, Array(labels.indices), from: 0)
  }

  private init(_ labels: [[Int32]], _ places: [Int], from start: Int) {
    if places.count == 1 {
      self = .label(places[0])
      return
    }
    let first = labels[places[0]]
    var end = start
    while places.allSatisfy({ end < labels[$0].count && labels[$0][end] == first[end] }) {
      end += 1
    }
    precondition(places.allSatisfy { end < labels[$0].count }, "a label begins another")
    var byToken: [(token: Int32, places: [Int])] = []
    for place in places {
      let token = labels[place][end]
      if let index = byToken.firstIndex(where: { $0.token == token }) {
        byToken[index].places.append(place)
      } else {
        byToken.append((token, [place]))
      }
    }
    self = .choice(
      common: Array(first[start..<end]),
      branches: byToken.map {
        Branch(token: $0.token, rest: LabelTree(labels, $0.places, from: end + 1))
      })
  }
}
