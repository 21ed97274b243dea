// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTesting
import Testing

@testable import HoneARC

/// One worked case for every function, in Tests/Fixtures/grid_functions.txt:
/// `name: input [| function before] [size HxW] -> picture@x,y …`, rows between slashes.
@Suite struct GridFunctionTests {
  struct Case: CustomTestStringConvertible {
    let name: String
    let input: String
    let before: String?
    let size: GridSize
    let output: String
    var testDescription: String { name }
  }

  static let cases: [Case] = {
    let path = Fixtures.path("grid_functions.txt")
    let bytes = (try? FileSystem.contents(path)).map { Array($0) } ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
      let sides = line.split(separator: " -> ", maxSplits: 1).map(String.init)
      let head = sides[0].split(separator: ": ", maxSplits: 1).map(String.init)
      guard sides.count == 2, head.count == 2 else { return nil }
      let sized = head[1].split(separator: " size ").map(String.init)
      let piped = sized[0].split(separator: " | ").map(String.init)
      let size = (sized.count > 1 ? sized[1] : "4x4").split(separator: "x").compactMap { Int($0) }
      return Case(
        name: head[0], input: piped[0], before: piped.count > 1 ? piped[1] : nil,
        size: GridSize(height: size[0], width: size[1]), output: sides[1])
    }
  }()

  @Test func `every function has a name of its own, a line on what it does, and a case`() {
    let names = FunctionTable.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Self.cases.map(\.name) == names)
    for function in FunctionTable.all {
      #expect(function.summary.hasSuffix(".") && function.summary.count <= 100)
      #expect(!function.name.contains("|") && !function.name.contains(":"))
    }
  }

  @Test(arguments: cases)
  func `a function draws what its case says`(_ expected: Case) throws {
    let store = StateStore(
      functions: FunctionTable.all, outputSize: expected.size, canvas: Canvas())
    var state = try store.insert(try #require(Grid(digits: expected.input.asRows)))
    for name in [expected.before, expected.name].compactMap({ $0 }) {
      let function = try #require(FunctionTable.all.firstIndex { $0.name == name })
      state = store.apply(function, to: state)
      try #require(state != StateStore.none)
    }
    let pictures = store.pictures(state)
    let drawn = pictures.indices.map { index -> String in
      let picture = pictures[index]
      let rows = (0..<picture.height).map { row in
        (0..<picture.width).map { "\(picture[row, $0])" }.joined()
      }
      return rows.joined(separator: "/") + "@\(picture.x),\(picture.y)"
    }
    #expect(drawn.joined(separator: " ") == expected.output)
  }

  @Test func `docs/arc-functions.md lists the functions as they are`() throws {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    let border = parts.lastIndex { $0 == "Tests" } ?? 0
    let path = parts[..<border].joined(separator: "/") + "/docs/arc-functions.md"
    let text = String(decoding: try FileSystem.contents(path), as: UTF8.self)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
    #expect(
      rows
        == FunctionTable.all.map { "| `\($0.name)` | \($0.signature) | \($0.summary) |" })
  }

  @Test func `no function breaks on a grid of any size, one cell, one line or noise`() throws {
    var random = RandomGrids(seed: 7)
    for (height, width) in [(1, 1), (1, 30), (30, 1), (2, 2), (30, 30), (7, 13)] {
      for colors in [1, 2, 10] {
        let grid = random.grid(height, width, colors: 0...UInt8(colors - 1))
        let store = StateStore(
          functions: FunctionTable.all, outputSize: GridSize(height: 30, width: 30),
          canvas: Canvas())
        let input = try store.insert(grid)
        for function in FunctionTable.all.indices {
          let once = store.apply(function, to: input)
          guard once != StateStore.none else { continue }
          for next in FunctionTable.all.indices where next % 7 == function % 7 {
            let twice = store.apply(next, to: once)
            guard twice != StateStore.none else { continue }
            let pictures = store.pictures(twice)
            for index in pictures.indices {
              let picture = pictures[index]
              #expect(picture.count > 0 && picture.count <= PictureLimits.maxArea)
              #expect((0..<picture.count).allSatisfy { picture.cells[$0] < 10 })
            }
          }
        }
      }
    }
  }
}

extension StateStore {
  /// The state of a grid.
  func insert(_ grid: Grid) throws -> Int32 {
    let state = grid.cells.withUnsafeBufferPointer { cells in
      cells.baseAddress.flatMap {
        insert(Picture(x: 0, y: 0, width: grid.width, height: grid.height, cells: $0))
      }
    }
    return try #require(state)
  }
}

extension String {
  var asRows: String { split(separator: "/").joined(separator: "\n") }
}
