// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import Testing

@Suite struct StrategyKindTests {
  @Test func `strategies are named as on the command line`() {
    #expect(
      StrategyKind.allCases.map(\.rawValue)
        == ["zero-shot", "icl", "icl-calibrated", "ttt", "auto"])
  }
}
