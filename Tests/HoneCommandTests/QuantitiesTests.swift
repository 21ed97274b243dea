// SPDX-License-Identifier: Apache-2.0
import Testing
import hone

@Suite struct QuantitiesTests {
  @Test(arguments: [
    (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (98_362_432, "98.4 MB"), (999_960, "1.0 MB"),
    (.max, "9.2 EB"),
  ])
  func `Bytes are written with three or four digits`(count: Int, text: String) {
    #expect(Quantities.bytes(count) == text)
  }

  @Test(arguments: [
    (0.0, 1, "0.0"), (-0.04, 1, "0.0"), (-0.05, 1, "-0.1"), (1.005, 1, "1.0"), (12.345, 2, "12.35"),
    (1e300, 1, "1e+300"), (.infinity, 1, "inf"), (2.5, 0, "3"),
  ])
  func `Numbers are rounded to so many digits`(value: Double, digits: Int, text: String) {
    #expect(Quantities.fixed(value, digits) == text)
  }

  @Test func `Control characters are made visible`() {
    #expect("a\u{1B}[2J\n\tb\u{9B}".visible() == "a\\u{1b}[2J\\n\\tb\\u{9b}")
    #expect("a\nb".visible(keeping: ["\n"]) == "a\nb")
  }
}
