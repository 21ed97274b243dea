// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneARC

@Suite struct GridPictureTests {
  @Test func `a small grid is one path a colour`() {
    let svg = GridPicture(digits("011/011/220"), cell: 10, label: "input").svg
    #expect(
      svg == "<svg class=\"grid\" viewBox=\"0 0 3 3\" width=\"30\" height=\"30\" role=\"img\" "
        + "aria-label=\"input, 3 by 3\"><path class=\"k1\" d=\"M0 0h3v3h-3z\"/>"
        + "<path class=\"k0\" d=\"M0 0h1v2h-1zM2 2h1v1h-1z\"/>"
        + "<path class=\"k2\" d=\"M0 2h2v1h-2z\"/>"
        + "<path class=\"mesh\" d=\"M0 1h3M0 2h3M1 0v3M2 0v3\"/></svg>")
  }

  @Test(arguments: [(1, 1), (1, 7), (13, 2), (30, 30)])
  func `a picture has the cells of its grid`(height: Int, width: Int) {
    for salt in 0..<9 {
      let grid = MadeUpPuzzle.grid(height: height, width: width, salt: salt)
      let svg = GridPicture(grid, cell: 5, label: "x").svg
      #expect(DrawnGrid.all(in: svg).map(\.grid) == [grid])
    }
  }

  @Test func `wrong cells are crossed out`() {
    let right = digits("12/34")
    let svg = GridPicture(digits("12/35"), cell: 9, label: "x", right: right).svg
    #expect(svg.contains("<path class=\"miss\" d=\"M1.3 1.3l.4 .4m0-.4l-.4 .4\"/>"))
    for other in [right, digits("123/456"), digits("43/21")] {
      #expect(!GridPicture(other, cell: 9, label: "x", right: right).svg.contains("miss"))
    }
  }
}
