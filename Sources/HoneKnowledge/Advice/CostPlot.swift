// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Cost against the number of queries, a line for each way, with the break-evens between having the
/// documents in the prompt and in the weights.
public struct CostPlot: Sendable {
  /// Where two lines cross.
  struct Mark {
    /// 1, 2, … from left to right.
    let number: Int
    let queries: Double
    let seconds: Double
    let below: KnowledgeWay
    let above: KnowledgeWay

    /// What it means, in words.
    var text: String {
      "at \(CostText.estimate(queries.rounded(.up))) queries \(above.title) undercuts \(below.title)"
    }
  }

  let costs: [WayCost]
  let preparations: Double
  /// What is asked for; nil for no such line.
  let demandQueries: Double?
  let recommended: KnowledgeWay?
  let marks: [Mark]
  let x: PlotAxis
  let y: PlotAxis

  /// - Parameters:
  ///   - costs: Of the ways to be drawn.
  ///   - preparations: Times that what is upfront is done.
  ///   - demandQueries: Is marked, if given.
  ///   - recommended: Is drawn above the others.
  public init(
    _ costs: [WayCost], preparations: Double = 1, demandQueries: Double? = nil,
    recommended: KnowledgeWay? = nil
  ) {
    self.costs = costs
    self.preparations = preparations
    self.demandQueries = demandQueries.flatMap { $0 > 0 ? $0 : nil }
    self.recommended = recommended
    marks = Self.marks(costs, preparations: preparations)
    let anchors = marks.map(\.queries) + [self.demandQueries].compactMap { $0 }
    let (low, high) = (anchors.min() ?? 10, anchors.max() ?? 10)
    // A straight line from nothing shows all at one scale only.
    let ends = costs.map { $0.seconds(queries: 1.5 * high, preparations: preparations) }
    let isLogarithmic =
      high > 20 * max(low, 1) || (ends.max() ?? 0) > 20 * max(ends.min() ?? 0, 1e-9)
    let domain =
      isLogarithmic
      ? Self.decade(max(1, low / 10), .down)...Self.decade(max(10, 2 * high), .up)
      : 0...1.5 * high
    x = PlotAxis(domain, isLogarithmic: isLogarithmic)
    let values = costs.flatMap { cost in
      [domain.lowerBound, domain.upperBound].map {
        cost.seconds(queries: $0, preparations: preparations)
      }
    }
    let top = max(values.max() ?? 1, 1e-6)
    let bottom = max(values.filter { $0 > 0 }.min() ?? top / 10, top * 1e-12)
    y = PlotAxis(
      isLogarithmic ? 0.7 * bottom...1.4 * top : 0...1.05 * top, isLogarithmic: isLogarithmic)
  }

  /// The plot of an advice.
  public init(_ advice: Advice) {
    self.init(
      advice.entries.map(\.cost), preparations: advice.demand.preparations,
      demandQueries: advice.demand.queries, recommended: advice.recommendation)
  }

  /// The ways in the order in which they are drawn: what comes later lies on top.
  var drawingOrder: [WayCost] {
    costs.filter { $0.way != recommended } + costs.filter { $0.way == recommended }
  }

  func seconds(_ cost: WayCost, _ queries: Double) -> Double {
    cost.seconds(queries: queries, preparations: preparations)
  }

  /// What a way costs, in words.
  func formula(_ cost: WayCost) -> String {
    let upfront = preparations * cost.upfrontSeconds
    return "\(upfront > 0 ? CostText.duration(upfront) : "nothing") upfront, "
      + "\(CostText.duration(cost.secondsPerQuery)) a query"
      + (cost.showsAllDocuments ? "" : ", documents in part")
  }

  private static func marks(_ costs: [WayCost], preparations: Double) -> [Mark] {
    let prompts = costs.filter(\.way.isInContext)
    let weights = costs.filter { !$0.way.isInContext }
    let crossings = prompts.flatMap { prompt in
      weights.compactMap { weight -> (BreakEven, Double, WayCost)? in
        let breakEven = BreakEven(prompt, weight)
        // Beyond a thousand million queries a crossing is none.
        guard let queries = breakEven.queries.map({ $0 * preparations }), queries < 1e9 else {
          return nil
        }
        return (breakEven, queries, prompt)
      }
    }.sorted { $0.1 < $1.1 }
    return crossings.enumerated().map { index, crossing in
      let (breakEven, queries, cost) = crossing
      return Mark(
        number: index + 1, queries: queries,
        seconds: cost.seconds(queries: queries, preparations: preparations),
        below: breakEven.cheaperBelow, above: breakEven.cheaperAbove)
    }
  }

  private static func decade(_ value: Double, _ rule: FloatingPointRoundingRule) -> Double {
    power(10, (logarithm(value) / logarithm(10)).rounded(rule))
  }
}
