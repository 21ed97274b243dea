// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneTensor
import Testing

@Suite struct GridFormatTests {
  private static let grid = Grid(height: 2, width: 3, cells: [0, 1, 2, 3, 4, 5])
  private static let column = Grid(height: 3, width: 1, cells: [7, 8, 9])

  @Test(arguments: [
    (GridFormatName.numpy, ["[[0 1 2]\n [3 4 5]]", "[[7]\n [8]\n [9]]", "#"]),
    (.cells, ["012\n345", "7\n8\n9", "\n"]),
    (.words, ["Black Blue Red\nGreen Yellow Gray", "Orange\nPurple\nBrown", ""]),
  ])
  func `grids are written as published`(name: GridFormatName, texts: [String]) {
    #expect(name.format.name == name.rawValue)
    #expect(name.format.text(of: Self.grid) == texts[0])
    #expect(name.format.text(of: Self.column) == texts[1])
    #expect(name.format.reply(of: Self.grid) == texts[0] + texts[2])
  }

  @Test(arguments: GridFormatName.allCases)
  func `every grid is read back, with or without its terminator`(name: GridFormatName) {
    let format = name.format
    for grid in GridTexts.many(60, seed: 1) {
      for text in [format.text(of: grid), format.reply(of: grid)] {
        #expect(format.grid(fromText: text) == grid)
        #expect(format.lenientGrid(fromText: text) == grid)
      }
    }
  }

  @Test(arguments: GridFormatName.allCases)
  func `texts off the format are not read strictly`(name: GridFormatName) {
    let format = name.format
    let reply = format.reply(of: Self.grid)
    let long = Grid(height: 1, width: 31) { _, _ in 1 }
    let high = Grid(height: 31, width: 1) { _, _ in 1 }
    for text in [
      "", " ", "#", reply + " ", " " + reply, reply + "\n\n", reply + "##",
      String(reply.dropFirst()) + "x", reply.replacing("\n", with: "\r\n"),
      reply.replacing("\n", with: "\n\n"), format.opening + format.closing,
      format.text(of: long), format.text(of: high),
    ] {
      #expect(format.grid(fromText: text) == nil, "\(text.debugDescription)")
    }
  }

  static let looseTexts: [(GridFormatName, String, [[Int]]?)] = [
    (GridFormatName.numpy, "[[0 1]\n [2 3]]#", [[0, 1], [2, 3]]),
    (.numpy, "[[0 1]\n [2 3]]", [[0, 1], [2, 3]]),
    (.numpy, "  [[0  1]\n[2   3] ]  \n", [[0, 1], [2, 3]]),
    (.numpy, "0 1\n2 3# and so on", [[0, 1], [2, 3]]),
    // The published reader deals cells out evenly.
    (.numpy, "[[0 1 2]\n [3]]", [[0, 1], [2, 3]]),
    (.numpy, "[[0 1]\r\n [2 3]]", [[0, 1], [2, 3]]),
    (.numpy, "[[0 1]\n [2]]", nil), (.numpy, "[[0 1]\n\n [2 3]]", nil),
    (.numpy, "[[0 10]]", nil), (.numpy, "[[0 x]]", nil), (.numpy, "", nil), (.numpy, "#", nil),
    (.numpy, "[[]]", nil), (.numpy, "[[0, 1]]", nil),
    (.cells, "\n0 1\n23 ", [[0, 1], [2, 3]]), (.cells, "01\n2", nil), (.cells, "ab", nil),
    (.words, "```\nBlack Red\nBrown  Pink\n```", [[0, 2], [9, 6]]), (.words, "black", nil),
    (.words, "Black Red\nPink", nil),
  ]

  @Test(arguments: looseTexts)
  func `loose texts are read as published`(name: GridFormatName, text: String, rows: [[Int]]?) {
    #expect(name.format.lenientGrid(fromText: text)?.rows == rows)
  }

  @Test func `no grid beyond the limit is read loosely`() {
    let line = String(repeating: "1", count: 31)
    #expect(CellGridFormat().lenientGrid(fromText: line) == nil)
    let lines = Array(repeating: "1", count: 31).joined(separator: "\n")
    #expect(CellGridFormat().lenientGrid(fromText: lines) == nil)
    #expect(CellGridFormat().lenientGrid(fromText: String(line.dropLast()))?.width == 30)
  }
}
