// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTraining

/// A loss curve on the terminal and as SVG.
struct LossCurveDrawing {
  private let curve: LossCurve
  private let steps: ClosedRange<Int>
  private let losses: ClosedRange<Double>

  init(_ curve: LossCurve) {
    self.curve = curve
    let points = curve.training + curve.validation
    let values = points.map(\.loss)
    steps = (points.map(\.step).min() ?? 0)...(points.map(\.step).max() ?? 0)
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    losses = low...(high > low ? high : low + 1)
  }

  private func x(_ step: Int) -> Double {
    Double(step - steps.lowerBound) / Double(max(1, steps.count - 1))
  }

  /// 0 at the lowest loss, 1 at the highest.
  private func y(_ loss: Double) -> Double {
    (loss - losses.lowerBound) / (losses.upperBound - losses.lowerBound)
  }

  /// At most 80 columns: the training's losses as means over the steps of a column, the
  /// validations' above them.
  func lines(_ capabilities: Console.Capabilities) -> [String] {
    if curve.training.count < 2 { return [] }
    let labels = [losses.upperBound, losses.lowerBound].map { Quantities.fixed($0, 2) }
    let margin = (labels.map(\.count).max() ?? 0) + 2
    let width = max(16, min(80, capabilities.width) - margin - 1)
    let height = 10
    var cells = Array(repeating: Array(repeating: " ", count: width), count: height)
    func column(_ step: Int) -> Int { min(width - 1, Int(x(step) * Double(width))) }
    func row(_ loss: Double) -> Int { Int(((1 - y(loss)) * Double(height - 1)).rounded()) }
    var sums = Array(repeating: (0.0, 0), count: width)
    for point in curve.training {
      sums[column(point.step)].0 += point.loss
      sums[column(point.step)].1 += 1
    }
    let (dot, mark, bar) = capabilities.isUnicode ? ("•", "◆", "│") : ("*", "o", "|")
    for (column, (sum, count)) in sums.enumerated() where count > 0 {
      cells[row(sum / Double(count))][column] = dot
    }
    for point in curve.validation { cells[row(point.loss)][column(point.step)] = mark }
    var lines = cells.enumerated().map { index, cells in
      let label = index == 0 ? labels[0] : index == height - 1 ? labels[1] : ""
      let text = label.leftPadded(to: margin - 1) + bar + cells.joined()
      return String(text.reversed().drop { $0 == " " }.reversed())
    }
    let (first, last) = ("\(steps.lowerBound)", "step \(steps.upperBound)")
    lines.append(
      String(repeating: " ", count: margin) + first
        + last.leftPadded(to: max(last.count, width - first.count)))
    lines.append(
      String(repeating: " ", count: margin) + "\(dot) loss"
        + (curve.validation.isEmpty ? "" : "   \(mark) validation"))
    return lines
  }

  /// A picture by itself, in light and dark.
  func svg(title: String) -> String {
    let (left, top, width, height) = (56.0, 36.0, 640.0, 280.0)
    func place(_ point: LossCurve.Point) -> String {
      let (x, y) = (left + x(point.step) * width, top + (1 - y(point.loss)) * height)
      return "\(Quantities.fixed(x, 1)),\(Quantities.fixed(y, 1))"
    }
    func line(_ points: [LossCurve.Point], _ kind: String) -> String {
      points.isEmpty
        ? ""
        : "<polyline class=\"\(kind)\" points=\"\(points.map(place).joined(separator: " "))\"/>\n"
    }
    let dots = curve.validation.map { point -> String in
      let parts = place(point).split(separator: ",")
      return "<circle class=\"valid\" cx=\"\(parts[0])\" cy=\"\(parts[1])\" r=\"3.5\"/>\n"
    }.joined()
    let right = left + width
    let bottom = top + height
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 360" role="img">
      <title>\(title.escapedForXML)</title>
      <style>
      text{font:12px system-ui,sans-serif;fill:#333}.axis{stroke:#999;fill:none}
      .train{stroke:#2a6fb0;fill:none;stroke-width:1.5}.valid{stroke:#c2571a;fill:#c2571a}
      polyline.valid{fill:none;stroke-width:1.5}
      @media(prefers-color-scheme:dark){text{fill:#ddd}.train{stroke:#6fb1ee}.valid{stroke:#f0935a;fill:#f0935a}polyline.valid{fill:none}}
      </style>
      <text x="\(Int(left))" y="20">\(title.escapedForXML)</text>
      <polyline class="axis" points="\(left),\(top) \(left),\(bottom) \(right),\(bottom)"/>
      <text x="\(left - 6)" y="\(top + 4)" text-anchor="end">\(Quantities.fixed(losses.upperBound, 2))</text>
      <text x="\(left - 6)" y="\(bottom)" text-anchor="end">\(Quantities.fixed(losses.lowerBound, 2))</text>
      <text x="\(left)" y="\(bottom + 18)">step \(steps.lowerBound)</text>
      <text x="\(right)" y="\(bottom + 18)" text-anchor="end">step \(steps.upperBound)</text>
      \(line(curve.training, "train"))\(line(curve.validation, "valid"))\(dots)<text class="key" x="\(right)" y="20" text-anchor="end">blue: batch loss\(curve.validation.isEmpty ? "" : ", orange: validation")</text>
      </svg>

      """
  }
}
