// SPDX-License-Identifier: Apache-2.0
import HoneTensor

extension RandomSource {
  /// One of the elements, of which there must be one.
  mutating func element<Element>(of elements: [Element]) -> Element {
    elements[index(below: elements.count)]
  }

  /// That many different elements, or all if there are fewer, in a random order.
  mutating func elements<Element>(_ count: Int, of elements: [Element]) -> [Element] {
    Array(shuffled(elements).prefix(count))
  }

  /// Options in a random order, each behind a space, and the places of the right ones.
  mutating func options(
    right: [String], wrong: [String]
  ) -> (options: [String], correct: [Int]) {
    let order = shuffled(right.map { ($0, true) } + wrong.map { ($0, false) })
    return (order.map { " " + $0.0 }, order.indices.filter { order[$0].1 })
  }
}
