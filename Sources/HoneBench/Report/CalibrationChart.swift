// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneTensor

/// The accuracies that `auto` expected in a run, and what came of them.
struct CalibrationChart {
  /// A prediction.
  struct Dot {
    let color: String
    let x: String
    let y: String
    let hint: String
  }

  /// The mean of a tenth of the range, and one standard error of what came.
  struct Mean {
    let x: String
    let y: String
    let low: String
    let high: String
    let hint: String
  }

  /// A strategy's colour and name.
  struct Key {
    let name: String
    let color: String
    let x: String
    let y: String
    let labelX: String
    let labelY: String
  }

  let xTicks: [ChartTick]
  let yTicks: [ChartTick]
  let dots: [Dot]
  let means: [Mean]
  let keys: [Key]
  /// Where the mark of the means is explained.
  let meanKey: Key
  /// The calibration error, in lines that are no longer than the drawing.
  let caption: [String]
  /// Of the drawing, which is ``width`` wide.
  let height: Double

  static let width = 360.0
  /// The drawing's inside.
  private static let left = 40.0
  private static let right = 348.0
  private static let top = 24.0
  private static let bottom = 332.0
  private static let lineHeight = 18.0

  /// - Parameter place: Of the run in the report.
  /// - Returns: Nil where nothing was chosen, or no prediction can be checked.
  init?(_ place: Int, in report: EvidenceReport) {
    guard let summary = report.runs[place].choices, let error = summary.calibrationError else {
      return nil
    }
    func column(_ name: String) -> Int? {
      report.columns.firstIndex { $0.run == place && $0.series.name == name }
    }
    // One that was not run is checked by the answers of auto.
    func color(_ strategy: CandidateStrategy) -> String {
      pageColor(column(strategy.rawValue) ?? column(BenchStrategy.auto.rawValue) ?? 0)
    }
    let x = ChartAxis.linear(0...1, from: Self.left, to: Self.right, limits: 0...1)
    let y = ChartAxis.linear(0...1, from: Self.bottom, to: Self.top, limits: 0...1)
    func ticks(_ axis: ChartAxis) -> [ChartTick] {
      (0...5).map {
        ChartTick(place: axis.place(Double($0) / 5).drawn, label: "\(20 * $0)")
      }
    }
    xTicks = ticks(x)
    yTicks = ticks(y)
    dots = summary.predictions.map { prediction in
      let (expected, actual) = (prediction.expected.mean, prediction.actual)
      return Dot(
        color: color(prediction.strategy), x: x.place(expected).drawn, y: y.place(actual).drawn,
        hint: "\(prediction.strategy.rawValue), \(prediction.cell.task.visible()), "
          + "seed \(prediction.cell.seed): expected \(ReportNumber.percent(expected)) %, "
          + "actual \(ReportNumber.percent(actual)) % of \(prediction.answers) answers")
    }
    means = summary.bins.map { bin in
      let error = bin.standardError ?? 0
      return Mean(
        x: x.place(bin.expected).drawn, y: y.place(bin.actual).drawn,
        low: y.place(bin.actual - error).drawn, high: y.place(bin.actual + error).drawn,
        hint: "mean of \(bin.count): expected \(ReportNumber.percent(bin.expected)) %, "
          + "actual \(ReportNumber.percent(bin.actual)) ± "
          + "\(ReportNumber.percent(bin.standardError)) %")
    }
    let predicted = Set(summary.predictions.map(\.strategy))
    var (keys, line) = Self.keys(
      CandidateStrategy.allCases.filter(predicted.contains).map { ($0.rawValue, color($0)) })
    self.keys = keys
    line += Self.lineHeight
    meanKey = Self.key(
      "mean of a tenth, ± one standard error", color: "", x: Self.left, y: line)
    height = line + 12
    let count = summary.predictions.count
    caption = [
      "\(ReportNumber.whole(count)) \(count == 1 ? "prediction" : "predictions"), "
        + "calibration error \(ReportNumber.fixed(error, 3)): on average the",
      "expected and the actual mean of a tenth lie "
        + "\(ReportNumber.fixed(100 * error, 1)) points apart.",
    ]
  }

  /// Names side by side, in as many lines as they need.
  ///
  /// - Returns: The last line's height, too.
  private static func keys(_ names: [(name: String, color: String)]) -> ([Key], Double) {
    var keys: [Key] = []
    var (x, y) = (left, bottom + 50)
    for (name, color) in names {
      let width = 30 + 6.2 * Double(name.count)
      if x > left, x + width > right { (x, y) = (left, y + lineHeight) }
      keys.append(key(name, color: color, x: x, y: y))
      x += width
    }
    return (keys, y)
  }

  private static func key(_ name: String, color: String, x: Double, y: Double) -> Key {
    Key(
      name: name, color: color, x: (x + 5).drawn, y: y.drawn, labelX: (x + 14).drawn,
      labelY: (y + 4).drawn)
  }

  /// The drawing as a template that is filled in with the chart, for pages and for files of its own;
  /// its classes are those of Page/page.css.
  static let template = """
    <g class="grid">{{#yTicks}}<line x1="40" x2="348" y1="{{place}}" y2="{{place}}"/>\
    <text x="34" y="{{place}}" dy="4" text-anchor="end">{{label}}</text>{{/yTicks}}\
    {{#xTicks}}<line x1="{{place}}" x2="{{place}}" y1="24" y2="332"/>\
    <text x="{{place}}" y="347" text-anchor="middle">{{label}}</text>{{/xTicks}}\
    <line class="diagonal" x1="40" y1="332" x2="348" y2="24"/></g>
    <text class="axis" x="348" y="364" text-anchor="end">expected accuracy, %</text>\
    <text class="axis" x="8" y="10">actual accuracy, %</text>
    <g class="dots">{{#dots}}<circle class="{{color}}" cx="{{x}}" cy="{{y}}" r="3">\
    <title>{{hint}}</title></circle>
    {{/dots}}</g>
    <g class="means">{{#means}}<g><title>{{hint}}</title>\
    <line x1="{{x}}" x2="{{x}}" y1="{{low}}" y2="{{high}}"/>\
    <circle cx="{{x}}" cy="{{y}}" r="5"/></g>
    {{/means}}</g>
    <g class="keys">{{#keys}}<circle class="{{color}}" cx="{{x}}" cy="{{y}}" r="4"/>\
    <text x="{{labelX}}" y="{{labelY}}">{{name}}</text>{{/keys}}</g>
    {{#meanKey}}<g class="means"><circle cx="{{x}}" cy="{{y}}" r="4"/></g>\
    <text x="{{labelX}}" y="{{labelY}}">{{name}}</text>{{/meanKey}}
    """
}
