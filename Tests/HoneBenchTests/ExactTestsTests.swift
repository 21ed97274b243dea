// SPDX-License-Identifier: Apache-2.0
import HoneBench
import Testing

@Suite struct ExactTestsTests {
  // scipy.stats.binomtest(first, first + second).pvalue
  @Test(arguments: [
    (0, 0, 1.0), (1, 0, 1.0), (3, 3, 1.0), (9, 1, 0.021484375), (1, 9, 0.021484375),
    (40, 20, 0.01348929373119186), (0, 1100, 0.0), (5200, 5000, 0.04878796312682234),
  ])
  func `an even split has the binomial's two-sided probability`(
    first: Int, second: Int, expected: Double
  ) {
    let value = ExactTests.evenSplit(first, second)
    #expect(abs(value - expected) < 1e-6, "\(value)")
  }

  // All signs written out; scipy.stats.wilcoxon(method="exact") where there are no ties.
  @Test(arguments: [
    ([], 1.0), ([0, 0], 1.0), ([0.5], 1.0), ([1, 2, 3, 4, 5], 0.0625),
    ([1, 2, 3, 4, 5, -0.5], 0.0625), ([-1, -2, -3, -4, -5], 0.0625),
    ([1, 1, 1, 1, -1], 0.375), ([0.3 - 0.2, 0.2 - 0.1, -0.1], 1.0),
    ([5, 4, 3, -1, 2, 6, 7, 8, -2.5, 9], 0.013671875),
  ])
  func `the signed-rank test counts out all signs`(differences: [Double], expected: Double) {
    let value = ExactTests.signedRank(differences)
    #expect(abs(value - expected) < 1e-9, "\(value)")
  }
}
