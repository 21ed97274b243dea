// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneModel

/// Whole texts are compared with the reference library in ``TokenizerTests``.
@Suite struct TokenizerNormalizerTests {
  private func nfc(_ scalars: [UInt32]) -> [UInt32] {
    let text = String(String.UnicodeScalarView(scalars.compactMap { Unicode.Scalar($0) }))
    return TextNormalizer.nfc.normalize(text).unicodeScalars.map(\.value)
  }

  @Test(
    arguments: [
      ([0x65, 0x301], [0xE9]),
      ([0x65, 0x323, 0x302], [0x1EC7]),
      ([0x65, 0x302, 0x323], [0x1EC7]),
      ([0x212B], [0xC5]),
      ([0x958], [0x915, 0x93C]),
      ([0x1112, 0x1161, 0x11AB], [0xD55C]),
      ([0xAC01, 0x11A8], [0xAC01, 0x11A8]),
      // A mark of the same class stands between.
      ([0x65, 0x300, 0x301], [0xE8, 0x301]),
      // Foundation on Linux takes U+E0049 for I here.
      ([0xE0049, 0x301], [0xE0049, 0x301]),
      ([0x301, 0x65], [0x301, 0x65]),
      ([], []),
    ] as [([UInt32], [UInt32])])
  func `form C is that of the standard`(scalars: [UInt32], expected: [UInt32]) {
    #expect(nfc(scalars) == expected)
  }

  @Test func `form C of form C is itself`() {
    var texts = RandomTexts(seed: 2)
    for _ in 0..<300 {
      let once = nfc(texts.next().unicodeScalars.map(\.value))
      #expect(nfc(once) == once)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `a very long run of marks does not take quadratic time`() {
    let marks = (0..<100_000).map { [0x301, 0x323, 0x327][$0 % 3] as UInt32 }
    #expect(nfc([0x71] + marks).count == 100_001)
  }
}
