// SPDX-License-Identifier: Apache-2.0
import Testing
import hone

@Suite struct ProgressReporterTests {
  private func capabilities(color: Bool = false, unicode: Bool = false, width: Int = 80)
    -> Console.Capabilities
  {
    .init(isLive: true, hasColor: color, isUnicode: unicode, width: width)
  }

  @Test func `The bar fills with the fraction`() {
    let line = ProgressReporter.bar("training", 0.5, "loss 1.2", capabilities())
    #expect(line == "training ###############---------------  50%  loss 1.2")
  }

  @Test(arguments: [1, 10, 20, 40, 79, 80, 200], [0, 0.333, 1])
  func `The bar leaves the last column free`(width: Int, fraction: Double) {
    let line = ProgressReporter.bar(
      "training the adapter", fraction, "loss 1.2345", capabilities(unicode: true, width: width))
    #expect(line.count < max(2, width))
  }

  @Test func `Colour is used only where the terminal has it`() {
    #expect(ProgressReporter.bar("a", 0.5, "", capabilities(color: true)).contains("\u{1B}"))
    #expect(!ProgressReporter.bar("a", 0.5, "", capabilities()).contains("\u{1B}"))
  }

  @Test func `A plain line has no control characters`() {
    #expect(ProgressReporter.plainLine("training", 0.25, "loss 2") == "training: 25 %, loss 2")
  }
}
