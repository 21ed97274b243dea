// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import HoneTesting
import Testing

@testable import HoneModel

@Suite struct SamplerTests {
  /// The tokens that the filters leave with their probabilities, by the definitions and with no
  /// shortcut: sort, cut, sum.
  private func reference(
    _ logits: [Float], _ c: SamplingConfiguration
  ) -> [(id: Int, probability: Double)] {
    let probabilities = Reference.softmax(logits.map { Double($0) / c.temperature })
    var kept = probabilities.enumerated().map { (id: $0, probability: $1) }
      .sorted { $0.probability != $1.probability ? $0.probability > $1.probability : $0.id < $1.id }
    if c.topK > 0 { kept = Array(kept.prefix(c.topK)) }
    func normalize() {
      let sum = kept.reduce(0) { $0 + $1.probability }
      kept = kept.map { ($0.id, $0.probability / sum) }
    }
    normalize()
    if c.topP < 1 {
      var sum = 0.0
      let end = kept.firstIndex {
        sum += $0.probability
        return sum >= c.topP
      }
      if let end { kept = Array(kept[...end]) }
    }
    if c.minP > 0, let most = kept.first?.probability {
      kept = kept.filter { $0.probability >= c.minP * most }
    }
    normalize()
    return kept
  }

  private func candidates(
    _ logits: [Float], _ c: SamplingConfiguration
  ) -> [(id: Int, probability: Double)] {
    let found = Sampler(c).candidates(logits, top: logits.max() ?? 0)
    let sum = found.reduce(0) { $0 + $1.weight }
    return found.map { (Int($0.id), $0.weight / sum) }
  }

  @Test(arguments: [0, 1, 3, 50, 400], [1, 0.95, 0.5, 0.1, 1e-9])
  func `the filters leave what their definitions say`(topK: Int, topP: Double) throws {
    var random = RandomSource(seed: 1)
    for minP in [0, 0.001, 0.05, 0.6, 1] {
      for temperature in [0.2, 1, 3.7] {
        for spread in [0.5, 6, 40] as [Float] {
          let c = try SamplingConfiguration(
            temperature: temperature, topK: topK, topP: topP, minP: minP)
          let logits = random.floats(300, bound: spread)
          let (found, expected) = (candidates(logits, c), reference(logits, c))
          let what: Comment = "min-p \(minP), temperature \(temperature), spread \(spread)"
          #expect(found.map(\.id) == expected.map(\.id), what)
          expectClose(
            found.map { Float($0.probability) }, expected.map(\.probability), relative: 1e-4)
        }
      }
    }
  }

  @Test func `a distribution as steep as a model's is cut alike`() throws {
    // A head of some, then a long tail: where the sampler's shortcut looks at a few only.
    let logits = (0..<5000).map { Float(-2.5 * logarithm(Double($0 * 7 % 5000 + 1))) }
    for (topK, topP, minP) in [
      (40, 0.9, 0.05), (0, 0.9, 0.05), (0, 0.999, 0), (200, 1, 0.01), (1000, 0.99, 0.001),
      (0, 1, 1e-4), (64, 0.5, 0.5), (0, 1, 0),
    ] {
      let c = try SamplingConfiguration(temperature: 1, topK: topK, topP: topP, minP: minP)
      #expect(
        candidates(logits, c).map(\.id) == reference(logits, c).map(\.id),
        "top-k \(topK), top-p \(topP), min-p \(minP)")
    }
  }

  @Test func `greedy takes the most likely token, the first of equals`() throws {
    for c in [
      SamplingConfiguration.greedy, try SamplingConfiguration(temperature: 5, topK: 1, seed: 3),
    ] {
      var sampler = Sampler(c)
      #expect(sampler.isGreedy)
      #expect(sampler.sample([0, 3, -1, 3]) == 1)
      #expect(sampler.sample([-5]) == 0)
    }
  }

  @Test func `equal logits are ordered by index`() throws {
    let logits: [Float] = [1, 2, 2, 1, 2]
    let two = try SamplingConfiguration(temperature: 1, topK: 2)
    #expect(candidates(logits, two).map(\.id) == [1, 2])
    let all = try SamplingConfiguration(temperature: 1)
    #expect(candidates(logits, all).map(\.id) == [1, 2, 4, 0, 3])
    let equal = try SamplingConfiguration(temperature: 1, minP: 1)
    #expect(candidates(logits, equal).map(\.id) == [1, 2, 4])
  }

  static let settings: [(Double, Int, Double, Double)] = [
    (1, 0, 1, 0), (0.5, 0, 1, 0), (2, 0, 1, 0), (1, 3, 1, 0), (1, 0, 0.7, 0), (1, 0, 1, 0.3),
    (1.5, 4, 0.9, 0.1),
  ]

  @Test(arguments: settings)
  func `draws are as frequent as they are likely`(
    temperature: Double, topK: Int, topP: Double, minP: Double
  ) throws {
    let logits: [Float] = [0.1, 2, -1, 1.2, 0.7, -3]
    let c = try SamplingConfiguration(
      temperature: temperature, topK: topK, topP: topP, minP: minP, seed: 11)
    var sampler = Sampler(c)
    let draws = 20_000
    var counts = [Int](repeating: 0, count: logits.count)
    for _ in 0..<draws { counts[Int(sampler.sample(logits))] += 1 }
    let expected = Dictionary(uniqueKeysWithValues: reference(logits, c).map { ($0.id, $0.1) })
    for (id, count) in counts.enumerated() {
      let p = expected[id] ?? 0
      // Five standard deviations of a binomial count.
      let bound = 5 * (Double(draws) * p * (1 - p)).squareRoot()
      #expect(abs(Double(count) - Double(draws) * p) <= bound, "token \(id): \(count) of \(p)")
    }
  }

  @Test func `a seed and a stream give their own draws, the same each time`() throws {
    let logits = [Float](repeating: 0, count: 50)
    func draws(seed: UInt64, stream: String) throws -> [Int32] {
      var sampler = Sampler(try SamplingConfiguration(temperature: 1, seed: seed), stream: stream)
      return (0..<20).map { _ in sampler.sample(logits) }
    }
    #expect(try draws(seed: 0, stream: "0") == draws(seed: 0, stream: "0"))
    #expect(try draws(seed: 0, stream: "0") != draws(seed: 1, stream: "0"))
    #expect(try draws(seed: 0, stream: "0") != draws(seed: 0, stream: "1"))
  }

  static let extremes: [[Float]] = [
    [.greatestFiniteMagnitude, 0, -.greatestFiniteMagnitude],
    [-.greatestFiniteMagnitude, -.greatestFiniteMagnitude], [0, -.infinity, -.infinity],
    [1e30, 1e30 - 1e25, 0], [.leastNonzeroMagnitude, 0], [-1e38, -1e38, -3e38],
  ]

  @Test(arguments: extremes)
  func `extreme logits are drawn from without harm`(logits: [Float]) throws {
    let likely = Set(logits.indices.filter { logits[$0] > -.infinity })
    for temperature in [Double.leastNonzeroMagnitude, 1e-3, 1, 1e300] {
      for (topK, topP, minP) in [(0, 1, 0), (2, 0.9, 0.1), (0, 0.5, 0), (0, 1, 1)]
        as [(Int, Double, Double)]
      {
        var sampler = Sampler(
          try SamplingConfiguration(temperature: temperature, topK: topK, topP: topP, minP: minP))
        for _ in 0..<20 {
          let id = Int(sampler.sample(logits))
          #expect(likely.contains(id), "\(id) at temperature \(temperature)")
        }
      }
    }
  }

  static let wrong: [(String, Double, Int, Double, Double)] = [
    ("temperature", -0.1, 0, 1, 0), ("temperature", .nan, 0, 1, 0),
    ("temperature", .infinity, 0, 1, 0), ("top-k", 1, -1, 1, 0), ("top-p", 1, 0, 0, 0),
    ("top-p", 1, 0, 1.1, 0), ("top-p", 1, 0, .nan, 0), ("min-p", 1, 0, 1, -0.1),
    ("min-p", 1, 0, 1, 1.1), ("min-p", 1, 0, 1, .nan),
  ]

  @Test(arguments: wrong)
  func `a setting out of its range is refused`(
    name: String, temperature: Double, topK: Int, topP: Double, minP: Double
  ) {
    let error = #expect(throws: ModelError.self) {
      try SamplingConfiguration(temperature: temperature, topK: topK, topP: topP, minP: minP)
    }
    #expect(error?.code == .invalid)
    #expect(error?.message.hasPrefix(name) == true)
  }
}
