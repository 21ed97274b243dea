// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import HoneKnowledge

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct CostPlotTests {
  private static let linear = CostPlot(
    [
      AdviceFixtures.cost(.inContext, 0, 1), AdviceFixtures.cost(.inContextCached, 20, 0.5),
      AdviceFixtures.cost(.fineTuned, 60, 0.2), AdviceFixtures.cost(.augmented, 65, 0.2),
    ], demandQueries: 100, recommended: .augmented)
  /// Crossings that lie close together, far to the right.
  private static let close = CostPlot(
    [
      AdviceFixtures.cost(.inContext, 0, 1e-3), AdviceFixtures.cost(.inContextCached, 20, 2e-3),
      AdviceFixtures.cost(.fineTuned, 60, 9.9e-4), AdviceFixtures.cost(.augmented, 60.1, 9.9e-4),
    ], demandQueries: 3, recommended: .inContext)
  /// Nothing crosses, nothing is asked for.
  private static let parallel = CostPlot([
    AdviceFixtures.cost(.inContext, 0, 1e-9), AdviceFixtures.cost(.augmented, 1e9, 1e9),
  ])
  private static let free = CostPlot([AdviceFixtures.cost(.inContext, 0, 0)])

  private static func advised() throws -> CostPlot {
    CostPlot(
      Advice(
        try AdviceFixtures.model(tokens: 50_000),
        demand: try Demand(queriesPerMonth: 5000, revisionsPerMonth: 2, months: 3)))
  }

  private static func plots() throws -> [CostPlot] {
    [linear, close, parallel, free, try advised()]
  }

  private func withoutColor(_ line: String) -> String {
    line.replacing(/\u{1B}\[[0-9]+m/, with: "")
  }

  // MARK: Terminal

  @Test(arguments: [20, 40, 60, 80, 200], [true, false])
  func `Lines fit the terminal and name every way`(width: Int, isUnicode: Bool) throws {
    for plot in try Self.plots() {
      let lines = plot.lines(width: width, isUnicode: isUnicode)
      #expect(lines.allSatisfy { $0.count <= max(40, min(80, width)) })
      #expect(lines.allSatisfy { $0.last != " " })
      let text = lines.joined(separator: "\n")
      for cost in plot.costs { #expect(text.contains(cost.way.title)) }
      if !isUnicode { #expect(text.allSatisfy { $0.isASCII }) }
      #expect(plot.lines(width: width, isUnicode: isUnicode) == lines)
    }
  }

  @Test func `At 80 columns nothing is cut short`() throws {
    for plot in try Self.plots() {
      let lines = plot.lines()
      #expect(!lines.contains { $0.contains("…") })
      for mark in plot.marks {
        #expect(lines.contains("\(mark.number) \(mark.text)"))
        // And its number stands among the lines.
        #expect(lines.contains { $0.contains("│") && $0.contains("\(mark.number)") })
      }
    }
  }

  @Test func `Colours change nothing but the colours`() throws {
    for plot in try Self.plots() {
      let colored = plot.lines(hasColor: true)
      #expect(colored.map(withoutColor) == plot.lines())
      #expect(colored.contains { $0.contains("\u{1B}[") })
    }
  }

  @Test func `Each crossing of prompt and weights is marked, and no other`() {
    let plot = Self.linear
    #expect(plot.marks.map(\.number) == [1, 2, 3, 4])
    #expect(plot.marks.map { $0.queries.rounded() } == [75, 81, 133, 150])
    #expect(plot.marks.map(\.above) == [.fineTuned, .augmented, .fineTuned, .augmented])
    #expect(Self.parallel.marks.isEmpty)
    let last = Self.linear.lines().last
    #expect(last == "┊ 100 queries: those asked for")
  }

  @Test func `Revisions move the crossings`() {
    let costs = [
      AdviceFixtures.cost(.inContext, 0, 1), AdviceFixtures.cost(.augmented, 100, 0.5),
    ]
    #expect(CostPlot(costs).marks.map(\.queries) == [200])
    #expect(CostPlot(costs, preparations: 3).marks.map(\.queries) == [600])
  }

  // MARK: Axes

  @Test func `What differs by decades is drawn on logarithmic axes`() throws {
    #expect(!Self.linear.x.isLogarithmic && !Self.linear.y.isLogarithmic)
    #expect(Self.close.x.isLogarithmic && Self.close.y.isLogarithmic)
    for plot in try Self.plots() {
      for mark in plot.marks {
        #expect(plot.x.range.contains(mark.queries))
        #expect(plot.y.range.contains(mark.seconds))
      }
      if let queries = plot.demandQueries { #expect(plot.x.range.contains(queries)) }
    }
  }

  @Test func `A place on an axis and its value belong together`() {
    for axis in [
      PlotAxis(0...300, isLogarithmic: false), PlotAxis(0.1...1e6, isLogarithmic: true),
    ] {
      for position in [0, 0.25, 0.5, 1] {
        #expect(abs(axis.position(axis.value(at: position)) - position) < 1e-12)
      }
      #expect(axis.position(-5) == 0)
      #expect(axis.position(1e9) == 1)
    }
    let ticks = PlotAxis(0...230, isLogarithmic: false).timeTicks.map(\.label)
    #expect(ticks == ["0 s", "60 s", "2 min", "3 min"])
    let counts = PlotAxis(1...2000, isLogarithmic: true).countTicks.map(\.label)
    #expect(counts == ["1", "10", "100", "1 k"])
  }

  // MARK: SVG

  @Test func `The picture is well-formed XML that loads nothing`() throws {
    for plot in try Self.plots() {
      let svg = plot.svg(title: "<docs> & \u{7}\"more\"")
      let parser = XMLParser(data: Data(svg.utf8))
      #expect(parser.parse())
      #expect(svg.contains(#"&lt;docs&gt; &amp; \u{7}"more""#))
      for cost in plot.costs { #expect(svg.contains(">\(cost.way.title)</text>")) }
      for mark in plot.marks { #expect(svg.contains(">\(mark.text)</text>")) }
      #expect(svg.contains("prefers-color-scheme:dark"))
      #expect(!svg.contains("nan") && !svg.contains("inf"))
      #expect(!svg.contains("href") && !svg.contains("url(") && !svg.contains("<script"))
    }
  }

  @Test func `No two labels of the picture overlap`() throws {
    for plot in try Self.plots() {
      let boxes = Self.textBoxes(plot.svg(title: "Title"))
      #expect(boxes.count > plot.costs.count)
      for (index, first) in boxes.enumerated() {
        #expect(first.left >= 0 && first.right <= 780, "\(first.text)")
        for second in boxes[(index + 1)...] {
          let isApart =
            first.right <= second.left || second.right <= first.left
            || first.bottom <= second.top || second.bottom <= first.top
          #expect(isApart, "\(first.text) | \(second.text)")
        }
      }
    }
  }

  private struct Box {
    let text: String
    let left, right, top, bottom: Double
  }

  /// Where texts stand, at 6.6 units a letter.
  private static func textBoxes(_ svg: String) -> [Box] {
    let pattern =
      /<text class="([^"]*)" x="([0-9.-]+)" y="([0-9.-]+)"( text-anchor="([a-z]+)")?>([^<]*)</
    return svg.matches(of: pattern).compactMap { match in
      guard let x = Double(match.output.2), let y = Double(match.output.3) else { return nil }
      let width = 6.6 * Double(match.output.6.count)
      let left =
        match.output.5 == "end" ? x - width : match.output.5 == "middle" ? x - width / 2 : x
      return Box(
        text: String(match.output.6), left: left, right: left + width, top: y - 9, bottom: y + 2)
    }
  }
}
