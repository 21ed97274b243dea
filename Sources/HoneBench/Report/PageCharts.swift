// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// A tick of an axis: its place on the drawing and what stands beside it.
struct ChartTick {
  let place: String
  let label: String
}

/// Turns values into places along one direction of a drawing.
struct ChartAxis {
  private let low: Double
  private let high: Double
  private let isLogarithmic: Bool
  private let from: Double
  private let to: Double
  /// Values at which lines are drawn.
  let marks: [Double]

  /// Even steps, each 1, 2 or 5 times a power of ten.
  static func linear(
    _ range: ClosedRange<Double>, from: Double, to: Double, limits: ClosedRange<Double>? = nil
  ) -> ChartAxis {
    let span = max(range.upperBound - range.lowerBound, 1e-9)
    let step = roundStep(span / 4)
    var low = (range.lowerBound / step).rounded(.down) * step
    var high = (range.upperBound / step).rounded(.up) * step
    if let limits {
      low = max(low, limits.lowerBound)
      high = min(high, limits.upperBound)
    }
    if high <= low { high = low + step }
    let first = (low / step - 1e-9).rounded(.up)
    let marks = (0...20).map { (first + Double($0)) * step }.filter { $0 <= high + step / 1000 }
    return ChartAxis(
      low: low, high: high, isLogarithmic: false, from: from, to: to, marks: marks)
  }

  /// Even factors.
  static func logarithmic(_ range: ClosedRange<Double>, from: Double, to: Double) -> ChartAxis {
    let low = range.lowerBound / 1.3
    let high = range.upperBound * 1.3
    var marks: [Double] = []
    var power = 1e-9
    while power < high {
      marks += [1, 2, 5].map { $0 * power }.filter { $0 >= low && $0 <= high }
      power *= 10
    }
    // Few enough for their labels not to touch.
    while marks.count > 6 {
      marks = marks.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    }
    return ChartAxis(low: low, high: high, isLogarithmic: true, from: from, to: to, marks: marks)
  }

  func place(_ value: Double) -> Double {
    let share =
      isLogarithmic
      ? logarithm(value / low) / logarithm(high / low) : (value - low) / (high - low)
    return from + min(1, max(0, share)) * (to - from)
  }

  func ticks(_ label: (Double) -> String) -> [ChartTick] {
    marks.map { ChartTick(place: place($0).drawn, label: label($0)) }
  }

  private static func roundStep(_ step: Double) -> Double {
    var power = 1e-9
    while power * 10 <= step { power *= 10 }
    return [1, 2, 5, 10].map { $0 * power }.first { $0 >= step * 0.999 } ?? 10 * power
  }
}

extension Double {
  /// As a coordinate.
  var drawn: String { ReportNumber.fixed(self, 1) }
}

/// Accuracy over one kind of cost, a point for each column.
struct CostChart {
  struct Point {
    let name: String
    let color: String
    let x: String
    let y: String
    let low: String
    let high: String
    let labelX: String
    let labelY: String
    /// The end of a line from the point to its name.
    let leaderY: String
    let anchor: String
    let hint: String
  }

  let unit: String
  let isLogarithmic: Bool
  let xTicks: [ChartTick]
  let yTicks: [ChartTick]
  let points: [Point]

  /// The drawing's inside.
  private static let left = 40.0
  private static let right = 348.0
  private static let top = 24.0
  private static let bottom = 216.0
  private static let lineHeight = 13.0

  /// - Parameter cost: Of a column; those without any, and without accuracy, are left out.
  init?(
    _ columns: [EvidenceReport.Column], unit: String, cost: (EvidenceReport.Column) -> Double
  ) {
    let figures = columns.enumerated().compactMap { index, column -> Figure? in
      let average = column.series.average()
      let cost = cost(column)
      guard let value = average.value, value.isFinite, cost > 0, cost.isFinite else { return nil }
      return Figure(
        index: index, name: column.title, cost: cost, value: value,
        error: average.itemStandardError ?? 0)
    }
    guard let cheapest = figures.map(\.cost).min(), let dearest = figures.map(\.cost).max(),
      let worst = figures.map({ $0.value - $0.error }).min(),
      let best = figures.map({ $0.value + $0.error }).max()
    else { return nil }
    self.unit = unit
    isLogarithmic = dearest > 8 * cheapest
    let x: ChartAxis =
      isLogarithmic
      ? .logarithmic(cheapest...dearest, from: Self.left, to: Self.right)
      : .linear(0...dearest * 1.1, from: Self.left, to: Self.right)
    let margin = max(0.02, 0.15 * (best - worst))
    let y = ChartAxis.linear(
      (worst - margin)...(best + margin), from: Self.bottom, to: Self.top, limits: 0...1)
    xTicks = x.ticks(Self.short)
    yTicks = y.ticks { ReportNumber.fixed(100 * $0, 0) }
    let labels = Self.labels(figures, x, y)
    points = zip(figures, labels).map { figure, label in
      Point(
        name: figure.name, color: pageColor(figure.index), x: x.place(figure.cost).drawn,
        y: y.place(figure.value).drawn, low: y.place(figure.value - figure.error).drawn,
        high: y.place(figure.value + figure.error).drawn, labelX: label.x.drawn,
        labelY: label.y.drawn, leaderY: (label.y - 4).drawn,
        anchor: label.isBefore ? "end" : "start",
        hint: "\(figure.name): \(ReportNumber.percent(figure.value)) % for "
          + "\(ReportNumber.seconds(figure.cost)) \(unit)")
    }
  }

  private struct Figure {
    let index: Int
    let name: String
    let cost: Double
    let value: Double
    let error: Double
  }

  /// A rectangle that a name or a point takes.
  private struct Box {
    var x: ClosedRange<Double>
    var y: ClosedRange<Double>

    func overlaps(_ other: Box) -> Bool { x.overlaps(other.x) && y.overlaps(other.y) }
  }

  private struct Label {
    let x: Double
    let y: Double
    let isBefore: Bool
    let box: Box
  }

  /// Names beside their points; where they would cover a point or another name, on its other side,
  /// or higher or lower.
  private static func labels(_ figures: [Figure], _ x: ChartAxis, _ y: ChartAxis) -> [Label] {
    let places = figures.map { (x: x.place($0.cost), y: y.place($0.value)) }
    var taken = places.map { Box(x: ($0.x - 5)...($0.x + 5), y: ($0.y - 5)...($0.y + 5)) }
    return zip(figures, places).map { figure, place in
      let width = 6.4 * Double(figure.name.count)
      let heights = [0.0] + (1...12).flatMap { [-Double($0), Double($0)] }
      let candidates = heights.flatMap { height in
        [false, true].map { isBefore -> Label in
          let start = isBefore ? place.x - 8 : place.x + 8
          let middle = place.y + height * lineHeight
          return Label(
            x: start, y: middle + 4, isBefore: isBefore,
            box: Box(
              x: isBefore ? (start - width)...start : start...(start + width),
              y: (middle - 5)...(middle + 5)))
        }
      }
      let fitting = candidates.filter { label in
        label.box.x.lowerBound >= 0 && label.box.x.upperBound <= 360
          && label.box.y.lowerBound >= top - 6 && label.box.y.upperBound <= bottom
      }
      let free = fitting.first { label in !taken.contains { $0.overlaps(label.box) } }
      let label = free ?? fitting.first ?? candidates[0]
      taken.append(label.box)
      return label
    }
  }

  /// `500`, `20 k`, `1.5 M`
  static func short(_ value: Double) -> String {
    let units = ["", " k", " M", " G", " T"]
    var value = value
    var unit = 0
    while value >= 999.5, unit + 1 < units.count {
      value /= 1000
      unit += 1
    }
    let digits = value == value.rounded() || value >= 100 ? 0 : value < 1 ? 2 : 1
    return ReportNumber.fixed(value, digits) + units[unit]
  }
}

/// The losses of one column's trainings over their steps.
struct LossChart {
  let name: String
  let color: String
  let caption: String
  let xTicks: [ChartTick]
  let yTicks: [ChartTick]
  /// A thin line for each training, and the mean of those that got so far.
  let lines: [Line]
  let mean: String

  struct Line {
    let path: String
    let hint: String
  }

  private static let left = 40.0
  private static let right = 348.0
  private static let top = 24.0
  private static let bottom = 186.0
  /// More lines and points than these are only ink.
  private static let most = (lines: 150, points: 100)

  init?(_ column: EvidenceReport.Column, index: Int) {
    let trainings = column.series.trainings.filter { !$0.losses.isEmpty }
    let steps = trainings.map(\.losses.count).max() ?? 0
    let highest = trainings.flatMap(\.losses).filter(\.isFinite).max() ?? 0
    guard steps > 0, highest > 0 else { return nil }
    let x = ChartAxis.linear(
      1...Double(max(2, steps)), from: Self.left, to: Self.right,
      limits: 1...Double(max(2, steps)))
    let y = ChartAxis.linear(0...highest, from: Self.bottom, to: Self.top)
    // Several steps make one point where there are many.
    let width = (steps + Self.most.points - 1) / Self.most.points
    func path(_ losses: [Double]) -> String {
      stride(from: 0, to: losses.count, by: width).reduce(into: "") { path, first in
        let values = losses[first..<min(first + width, losses.count)].filter(\.isFinite)
        guard !values.isEmpty else { return }
        let value = values.reduce(0, +) / Double(values.count)
        let step = Double(first + 1) + Double(width - 1) / 2
        path += "\(path.isEmpty ? "M" : "L")\(x.place(step).drawn) \(y.place(value).drawn)"
      }
    }
    let every = max(1, (trainings.count + Self.most.lines - 1) / Self.most.lines)
    let drawn = trainings.enumerated().filter { $0.offset % every == 0 }.map(\.element)
    name = column.title
    color = pageColor(index)
    xTicks = x.ticks { ReportNumber.whole(Int($0.rounded())) }
    yTicks = y.ticks { ReportNumber.fixed($0, highest < 1 ? 2 : 1) }
    lines = drawn.map { training in
      let last = training.losses.last.map { ReportNumber.fixed($0, 3) } ?? ""
      return Line(
        path: path(training.losses),
        hint: "\(training.task ?? "all tasks"), seed \(training.seed): \(last) at the end")
    }
    let means = (0..<steps).map { step -> Double in
      let values = trainings.compactMap { step < $0.losses.count ? $0.losses[step] : nil }
        .filter(\.isFinite)
      return values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
    }
    mean = path(means)
    let count = trainings.count == 1 ? "1 training" : "\(trainings.count) trainings"
    let ends = means.last.map { ReportNumber.fixed($0, 3) } ?? ""
    caption =
      (drawn.count == trainings.count ? count : "\(count), \(drawn.count) of them drawn")
      + "; mean \(ReportNumber.fixed(means[0], 3)) at first, \(ends) at the end"
  }
}

/// The style's name of a column's colour.
func pageColor(_ index: Int) -> String { "c\(index % 8)" }
