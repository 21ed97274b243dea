// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneTensor
import Testing

@Suite struct GridGrammarTests {
  @Test(arguments: GridFormatName.allCases)
  func `every grid's reply is accepted, and only where it ends`(name: GridFormatName) {
    let format = name.format
    let grammar = GridGrammar(format)
    for grid in GridTexts.many(60, seed: 2) {
      var state = grammar.start
      var ends: [String] = []
      let bytes = Array(format.reply(of: grid).utf8)
      for (index, byte) in bytes.enumerated() {
        guard let next = grammar.state(after: byte, in: state) else {
          Issue.record("byte \(index) of \(grid) is refused")
          return
        }
        state = next
        if grammar.isComplete(state) {
          ends.append(String(decoding: bytes[...index], as: UTF8.self))
        }
      }
      #expect(ends.last == format.reply(of: grid))
      #expect(ends.allSatisfy { format.grid(fromText: $0) != nil })
      #expect(name != .numpy || ends.count == 1)
    }
  }

  /// A text with something put in, left out, replaced, doubled or cut off.
  private func damaged(_ text: String, _ random: inout RandomSource) -> String {
    var bytes = Array(text.utf8)
    let alphabet = bytes + Array("0129 []\n#BlueRed\tx".utf8)
    for _ in 0...random.index(below: 2) {
      guard !bytes.isEmpty else { break }
      let place = random.index(below: bytes.count)
      switch random.index(below: 6) {
      case 0: bytes.insert(alphabet[random.index(below: alphabet.count)], at: place)
      case 1: bytes.remove(at: place)
      case 2: bytes[place] = alphabet[random.index(below: alphabet.count)]
      case 3: bytes.removeSubrange(place...)
      case 4: bytes.append(alphabet[random.index(below: alphabet.count)])
      default:
        let end = min(bytes.count, place + 1 + random.index(below: 8))
        bytes.insert(contentsOf: bytes[place..<end], at: place)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(arguments: GridFormatName.allCases)
  func `damaged replies are accepted exactly if they are grids again`(name: GridFormatName) {
    let format = name.format
    let grammar = GridGrammar(format)
    var random = RandomSource(seed: 3)
    var accepted = 0
    for count in 0..<1000 {
      let grid = GridTexts.random(&random, maxSide: count % 10 == 0 ? 30 : 4)
      let text = damaged(format.reply(of: grid), &random)
      let isGrid = GridTexts.isReply(text, name)
      #expect(grammar.accepts(text) == isGrid, "\(text.debugDescription)")
      if isGrid { #expect(format.grid(fromText: text).map(format.reply) == text) }
      if isGrid { accepted += 1 }
    }
    // Both verdicts are common enough to mean something.
    #expect((10...900).contains(accepted), "\(accepted) accepted")
  }

  @Test(arguments: GridFormatName.allCases)
  func `ragged and oversized grids are refused`(name: GridFormatName) {
    let format = name.format
    func text(_ widths: [Int]) -> String {
      let rows = widths.map { width in
        Array(repeating: format.cells[1], count: width).joined(separator: format.cellSeparator)
      }
      return format.opening + rows.joined(separator: format.rowSeparator) + format.closing
        + format.terminator
    }
    let grammar = GridGrammar(format)
    for widths in [
      [2, 1], [1, 2], [3, 3, 2], [3, 3, 4], [31], [30, 31], [0], [1, 0], [0, 1],
    ] {
      #expect(!grammar.accepts(text(widths)), "\(widths)")
    }
    #expect(!grammar.accepts(text(Array(repeating: 1, count: 31))))
    #expect(grammar.accepts(text(Array(repeating: 30, count: 30))))
    let small = GridGrammar(format, maxSide: 2)
    #expect(small.accepts(text([2, 2])) && small.accepts(text([1])))
    #expect(!small.accepts(text([3])) && !small.accepts(text([1, 1, 1])))
  }

  @Test func `an end that begins another way to go on leaves both open`() {
    struct LineEnded: GridFormat {
      let name = "lines"
      let opening = ""
      let cells = ["a", "b"]
      let cellSeparator = ""
      let rowSeparator = "\n"
      let closing = "\n"
      let terminator = ""
    }
    let grammar = GridGrammar(LineEnded(), maxSide: 3)
    for text in ["a\n", "ab\n", "ab\nba\n", "a\na\nb\n"] { #expect(grammar.accepts(text)) }
    for text in ["", "a", "\n", "ab\nba", "ab\na\n", "a\n\n", "a\na\na\na\n", "abab\n"] {
      #expect(!grammar.accepts(text))
    }
  }
}
