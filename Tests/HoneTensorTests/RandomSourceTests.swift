// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import Testing

@Suite struct RandomSourceTests {
  /// From a computation apart from this package, itself checked against the published first values
  /// of SplitMix64 (seed 1234567) and of xoshiro256** (state 1, 2, 3, 4).
  static let firstDraws: [(seed: UInt64, draws: [UInt64])] = [
    (
      0,
      [0x99ec_5f36_cb75_f2b4, 0xbf6e_1f78_4956_452a, 0x1a5f_849d_4933_e6e0, 0x6aa5_94f1_262d_2d2c]
    ),
    (
      1,
      [0xb3f2_af6d_0fc7_10c5, 0x853b_5596_4736_4cea, 0x92f8_9756_082a_4514, 0x642e_1c7b_c266_a3a7]
    ),
    (
      42,
      [0x1578_0b2e_0c2e_c716, 0x6104_d986_6d11_3a7e, 0xae17_5332_39e4_99a1, 0xecb8_ad47_03b3_60a1]
    ),
    (
      .max,
      [0x8f55_20d5_2a7e_ad08, 0xc476_a018_caa1_802d, 0x81de_31c0_d260_469e, 0xbf65_8d7e_065f_3c2f]
    ),
  ]

  @Test(arguments: firstDraws)
  func `the first draws are those of the published generator`(seed: UInt64, draws: [UInt64]) {
    var random = RandomSource(seed: seed)
    #expect((0..<4).map { _ in random.next() } == draws)
  }

  /// Pearson's statistic for equally likely outcomes.
  static func chiSquare(_ counts: [Int]) -> Double {
    let mean = Double(counts.reduce(0, +)) / Double(counts.count)
    return counts.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) / mean }
  }

  @Test(arguments: [1, 2, 3, 7, 64, 100])
  func `indices are uniform below their bound`(bound: Int) {
    var random = RandomSource(seed: 110)
    var counts = [Int](repeating: 0, count: bound)
    for _ in 0..<1000 * bound { counts[random.index(below: bound)] += 1 }
    // Mean plus five standard deviations of the statistic.
    let freedom = Double(bound - 1)
    #expect(Self.chiSquare(counts) <= freedom + 5 * (2 * freedom).squareRoot() + 1e-9)
  }

  @Test func `a bound that does not divide the range has no favourites`() {
    // For a bound of ¾ · 2⁶³ the remainder alone would draw the lower third one and a half times
    // as often as the rest.
    var random = RandomSource(seed: 111)
    let bound = 3 << 61
    let thirds = (0..<30_000).map { _ in random.index(below: bound) / (1 << 61) }
    let counts = (0..<3).map { third in thirds.count { $0 == third } }
    #expect(Self.chiSquare(counts) < 20, "\(counts)")
    #expect((0..<100).allSatisfy { _ in random.index(below: .max) < .max })
  }

  @Test func `every order of four elements is equally likely`() {
    var random = RandomSource(seed: 112)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<24_000 { counts[random.shuffled(0..<4), default: 0] += 1 }
    #expect(counts.count == 24)
    #expect(Self.chiSquare(Array(counts.values)) < 23 + 5 * (2.0 * 23).squareRoot())
  }

  @Test func `shuffling keeps the elements`() {
    var random = RandomSource(seed: 113)
    #expect(random.shuffled([Int]()).isEmpty)
    #expect(random.shuffled([5]) == [5])
    let shuffled = random.shuffled(0..<1000)
    #expect(shuffled != Array(0..<1000))
    #expect(shuffled.sorted() == Array(0..<1000))
  }

  @Test func `uniform and normal draws have their moments`() {
    var random = RandomSource(seed: 114)
    let uniform = (0..<100_000).map { _ in random.uniform() }
    #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(uniform.reduce(0, +) / 1e5 - 0.5) < 0.005)
    let normal = (0..<100_000).map { _ in random.normal() }
    #expect(normal.allSatisfy { $0.isFinite })
    #expect(abs(normal.reduce(0, +) / 1e5) < 0.016)
    #expect(abs(normal.reduce(0) { $0 + $1 * $1 } / 1e5 - 1) < 0.025)
    #expect(abs(normal.reduce(0) { $0 + $1 * $1 * $1 * $1 } / 1e5 - 3) < 0.15)
  }

  @Test func `a derived generator depends on its purpose and disturbs nothing`() {
    var random = RandomSource(seed: 115)
    let untouched = random
    let purposes = ["", "a", "b", "aa", "ab", "ba", "dropout", "shuffle", "dropout "]
    let streams = purposes.map { purpose in
      var derived = random.derived(purpose)
      return (0..<4).map { _ in derived.next() }
    }
    #expect(Set(streams).count == purposes.count)
    var again = random.derived("dropout")
    #expect((0..<4).map { _ in again.next() } == streams[6])
    var copy = untouched
    #expect((0..<4).map { _ in random.next() } == (0..<4).map { _ in copy.next() })
    var other = RandomSource(seed: 116).derived("dropout")
    #expect(other.next() != streams[6][0])
  }
}
