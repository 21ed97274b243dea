// SPDX-License-Identifier: Apache-2.0
import Testing
import hone

@Suite struct TextTableTests {
  @Test func `Numbers stand to the right and lines have no trailing spaces`() {
    var table = TextTable([("NAME", .left), ("COUNT", .right), ("NOTE", .left)])
    table.append(["a", "1", "x"])
    table.append(["longer", "12345"])
    #expect(table.lines() == ["NAME    COUNT  NOTE", "a           1  x", "longer  12345"])
  }

  @Test func `A line never exceeds the width`() {
    var table = TextTable([("NAME", .left), ("COUNT", .right)])
    table.append([String(repeating: "x", count: 200), "1"])
    #expect(table.lines(width: 40).allSatisfy { $0.count <= 40 })
    #expect(table.lines(width: 40)[1].hasSuffix("…      1"))
  }
}
