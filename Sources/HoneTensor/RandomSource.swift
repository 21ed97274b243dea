// SPDX-License-Identifier: Apache-2.0

/// A seeded generator (xoshiro256**, Blackman & Vigna 2018) whose draws are the same on every
/// platform and for every Swift version, which the standard library's shuffles do not promise.
public struct RandomSource: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// - Parameter seed: Any value, 0 included.
  public init(seed: UInt64) {
    var mixer = seed
    // SplitMix64, as the generator's authors advise, so that near seeds give unlike states.
    func next() -> UInt64 {
      defer { mixer &+= Self.increment }
      return Self.splitMix64(mixer)
    }
    state = (next(), next(), next(), next())
  }

  public mutating func next() -> UInt64 {
    func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
    let result = rotate(state.1 &* 5, 7) &* 9
    let t = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= t
    state.3 = rotate(state.3, 45)
    return result
  }

  private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// A step of SplitMix64: a permutation that spreads every bit over all.
  package static func splitMix64(_ value: UInt64) -> UInt64 {
    var z = value &+ increment
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A generator of its own for a named purpose, so that adding draws to one does not shift another.
  public func derived(_ purpose: String) -> RandomSource {
    var copy = self
    var seed = copy.next()
    for byte in purpose.utf8 { seed = (seed ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return RandomSource(seed: seed)
  }

  /// A seed for something else.
  public func seed() -> UInt64 {
    var copy = self
    return copy.next()
  }

  /// A uniform number in [0, 1), 53 random bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A standard normal number (Box & Muller 1958; the second of the pair is dropped).
  public mutating func normal() -> Double {
    let radius = (-2 * logarithm(1 - uniform())).squareRoot()
    return radius * cosine(2 * .pi * uniform())
  }

  /// A uniform integer in 0..<bound, unbiased.
  public mutating func index(below bound: Int) -> Int {
    precondition(bound > 0)
    let bound = UInt64(bound)
    let limit = UInt64.max - UInt64.max % bound
    while true {
      let draw = next()
      if draw < limit { return Int(draw % bound) }
    }
  }

  /// The elements in a uniformly random order (Fisher & Yates).
  public mutating func shuffled<Element>(_ elements: some Sequence<Element>) -> [Element] {
    var result = Array(elements)
    for last in stride(from: result.count - 1, to: 0, by: -1) {
      result.swapAt(last, index(below: last + 1))
    }
    return result
  }
}
