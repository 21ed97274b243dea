// SPDX-License-Identifier: Apache-2.0
import HoneTesting
import Testing

@testable import HoneARC

@Suite struct ARCPageTests {
  private func page(
    _ puzzle: ARCTask, _ solutions: ARCSolution..., model: String = "a-model"
  ) throws -> String {
    let names = ["compact", "poe", "paper"]
    return try ARCPage(
      puzzle: puzzle, model: model, entries: zip(names, solutions).map { ($0, $1) }
    ).html()
  }

  // MARK: What it shows

  @Test(arguments: SelectionRule.allCases.filter { $0 != .oracle })
  func `the page has the cells of every grid`(rule: SelectionRule) throws {
    let puzzle = MadeUpPuzzle.puzzle(queryCount: 2)
    let solution = MadeUpPuzzle.solution(of: puzzle, rule: rule)
    let drawn = DrawnGrid.all(in: try page(puzzle, solution))
    func grids(_ label: String) -> [Grid] {
      drawn.filter { $0.label.hasPrefix(label) }.map(\.grid)
    }
    #expect(grids("input ") == puzzle.demonstrations.map(\.input))
    #expect(grids("output ") == puzzle.demonstrations.map(\.output))
    #expect(grids("test input ") == puzzle.queries.map(\.input))
    #expect(grids("right output ") == puzzle.queries.compactMap(\.output))
    #expect(grids("attempt ") == solution.attempts.flatMap { $0.map(\.grid) })
    let candidates = solution.queries.map { Set($0.candidates.map(\.grid)) }
    #expect(grids("candidate ").count == candidates.reduce(0) { $0 + $1.count })
    #expect(Set(grids("candidate ")) == candidates[0].union(candidates[1]))
  }

  @Test func `right and wrong are said where the output is known`() throws {
    let puzzle = MadeUpPuzzle.puzzle()
    let right = try page(puzzle, MadeUpPuzzle.solution(of: puzzle))
    #expect(right.contains("✓ right with attempt 1"))
    #expect(right.contains("class=\"miss\""))
    #expect(right.contains("of 81 cells wrong"))
    let wrong = try page(puzzle, MadeUpPuzzle.solution(of: puzzle, isRight: false))
    #expect(wrong.contains("✗ wrong") && !wrong.contains("✓"))
    let unknown = MadeUpPuzzle.puzzle(isKnown: false)
    let open = try page(unknown, MadeUpPuzzle.solution(of: unknown))
    #expect(!open.contains("✓") && !open.contains("✗") && !open.contains("class=\"miss\""))
  }

  @Test func `figures are those of the solution`() throws {
    let puzzle = MadeUpPuzzle.puzzle()
    let page = try page(puzzle, MadeUpPuzzle.solution(of: puzzle))
    // Costs 0.25, 0.375, 0.5 and 0.625.
    for text in [
      "<b>p 65 %</b>", "0.44 nats a view, 2 of 8 votes",
      "1.75 <span class=\"muted\">0.44 a view</span>",
      "<b>2 of 8</b> <span class=\"muted\">identity 1, rot180 1</span>",
      "10 replies, 2 of them without a grid: 4 different grids, scored under 4 views. 3.25 s, 12,345",
      "The right output costs 1.50 nats under the puzzle as it is, over 90 tokens.",
      "<td data-name=\"tokens trained\">98,765</td>", "<td data-name=\"loss\">1.80 → 0.42</td>",
    ] {
      let isThere = page.contains(text)
      #expect(isThere, "\(text)")
    }
  }

  @Test func `the rules that choose a candidate stand beside it`() throws {
    let puzzle = MadeUpPuzzle.puzzle()
    let solution = MadeUpPuzzle.solution(of: puzzle)
    let rows = try page(puzzle, solution).components(
      between: "<tr>\n<th scope=\"row\"><span", and: "</tr>")
    #expect(rows.count == 4)
    for (index, row) in rows.enumerated() {
      let grid = try #require(DrawnGrid.all(in: String(row)).first?.grid)
      for rule in SelectionRule.allCases where rule != .oracle {
        let places = solution.queries[0].attempts(by: rule).map(\.grid)
        let chosen = row.components(between: "<span class=\"chosen\">", and: "</span>")
        for place in 0..<2 {
          let line = chosen.first { $0.contains("<b>\(["1st", "2nd"][place])</b>") } ?? ""
          let isNamed = line.split { $0 == " " || $0 == "," }.contains { $0 == rule.rawValue }
          #expect(isNamed == (places.dropFirst(place).first == grid), "\(index) \(rule) \(place)")
        }
      }
    }
  }

  @Test func `twelve candidates are shown, the rest is counted`() throws {
    let puzzle = MadeUpPuzzle.puzzle(side: 17)
    let page = try page(
      puzzle, MadeUpPuzzle.solution(of: puzzle, candidateCount: 20, side: 17))
    let candidates = DrawnGrid.all(in: page).filter { $0.label.hasPrefix("candidate") }
    #expect(candidates.count == 12)
    #expect(page.contains("and 8 others with 8 votes"))
  }

  @Test func `a page without candidates, scores or training says so`() throws {
    let puzzle = MadeUpPuzzle.puzzle()
    let empty = try page(puzzle, MadeUpPuzzle.solution(of: puzzle, candidateCount: 0, steps: 0))
    #expect(empty.contains("no attempt: there was no grid to choose"))
    #expect(!empty.contains("class=\"loss\""))
    let unscored = try page(
      puzzle, MadeUpPuzzle.solution(of: puzzle, rule: .hierarchical, isScored: false))
    #expect(unscored.contains("none scored"))
    #expect(
      unscored.contains("Not asked, for what they go by was not measured: product-of-experts"))
    #expect(try page(puzzle).contains("<h2>Test input 1</h2>"))
  }

  @Test func `a solution of another puzzle is refused`() throws {
    let solution = MadeUpPuzzle.solution(of: MadeUpPuzzle.puzzle(id: "other"))
    #expect(throws: ARCError.self) { try page(MadeUpPuzzle.puzzle(), solution) }
  }

  // MARK: Safety

  @Test func `nothing comes from elsewhere and no script is there`() throws {
    let puzzle = MadeUpPuzzle.puzzle()
    let page = try page(
      puzzle, MadeUpPuzzle.solution(of: puzzle),
      MadeUpPuzzle.solution(of: puzzle, rule: .hierarchical))
    for text in [
      "http:", "https:", "//", "<script", "src=", "url(", "@import", "javascript:", "{{", "}}",
    ] {
      #expect(!page.contains(text), "\(text)")
    }
    #expect(page.components(between: "href=\"", and: "\"") == ["data:,"])
  }

  private static let hostile = [
    "</title><script>document.title='x'</script>", "<img src=x onerror=alert(1)>", "<!-- <style>",
    "\"\u{301} onload=\u{301}\"<\u{338}b>\u{301}&\u{301}amp;'\u{301}", "{{style}} {{{policy}}}",
    "\u{1B}[31m\u{0}\n",
  ]

  @Test(arguments: hostile.indices)
  func `no name becomes markup`(index: Int) throws {
    let name = Self.hostile[index]
    let puzzle = MadeUpPuzzle.puzzle(id: name)
    let page = try ARCPage(
      puzzle: puzzle, model: name, entries: [(name, MadeUpPuzzle.solution(of: puzzle))]
    ).html()
    let plain = try ARCPage(
      puzzle: MadeUpPuzzle.puzzle(), model: "m",
      entries: [("s", MadeUpPuzzle.solution(of: MadeUpPuzzle.puzzle()))]
    ).html()
    for scalar in ["<", ">", "\"", "'"] as [Unicode.Scalar] {
      let counts = [page, plain].map { text in text.unicodeScalars.count { $0 == scalar } }
      #expect(counts[0] == counts[1], "\(scalar)")
    }
    #expect(!page.unicodeScalars.contains("\u{1B}") && !page.unicodeScalars.contains("\u{0}"))
  }

  // MARK: Size and browsers

  @Test func `a page of large grids stays small`() throws {
    let puzzle = MadeUpPuzzle.puzzle(side: 30, queryCount: 2)
    let page = try page(puzzle, MadeUpPuzzle.solution(of: puzzle, candidateCount: 30, side: 30))
    #expect(page.utf8.count < 500_000, "\(page.utf8.count)")
  }

  @Test(
    .enabled(if: Browser.path != nil, Comment(rawValue: Browser.missing)), arguments: [390, 1280])
  func `a browser opens the page without complaint`(width: Int) throws {
    let puzzle = MadeUpPuzzle.puzzle(id: Self.hostile[0], queryCount: 2)
    let page = try page(
      puzzle, MadeUpPuzzle.solution(of: puzzle),
      MadeUpPuzzle.solution(of: puzzle, rule: .hierarchical), model: Self.hostile[1])
    let folder = try TemporaryFolder()
    let visit = try Browser.visit(try folder.write("page.html", page), width: width)
    #expect(visit.console == [])
    #expect(DrawnGrid.all(in: page).count == DrawnGrid.all(in: visit.document.asWritten).count)
    #expect(!visit.document.contains("<title>x</title>"))
  }
}

extension String {
  /// A browser writes elements without content with an end tag.
  fileprivate var asWritten: String { replacing("\"></path>", with: "\"/>") }
}
