// SPDX-License-Identifier: Apache-2.0

/// The losses of a training over its steps, as places in a drawing of 360 × 200.
struct LossPicture {
  struct Tick {
    let place: String
    let label: String
  }

  let stepTicks: [Tick]
  let lossTicks: [Tick]
  /// Each step, thin; and the mean of the steps around, thick.
  let stepPath: String
  let meanPath: String
  let lossCaption: String

  /// The drawing's inside.
  private static let (left, right, top, bottom) = (40.0, 348.0, 22.0, 164.0)
  /// More points than these are only ink.
  private static let mostPoints = 300

  /// - Returns: nil where there is no line to draw.
  init?(_ losses: [Double]) {
    let finite = losses.filter(\.isFinite)
    guard losses.count > 1, let highest = finite.max(), highest > 0, highest < 1e9 else {
      return nil
    }
    let last = losses.count
    let lossStep = Self.roundStep(highest / 4)
    let high = (highest / lossStep - 1e-9).rounded(.up) * lossStep
    func x(_ step: Double) -> String {
      PageNumber.drawn(Self.left + (step - 1) / Double(last - 1) * (Self.right - Self.left))
    }
    func y(_ loss: Double) -> String {
      let share = min(1, max(0, loss / high))
      return PageNumber.drawn(Self.bottom - share * (Self.bottom - Self.top))
    }
    let every = (last + Self.mostPoints - 1) / Self.mostPoints
    func path(_ loss: (Int) -> Double?) -> String {
      stride(from: 0, to: last, by: every).reduce(into: "") { path, index in
        guard let loss = loss(index), loss.isFinite else { return }
        path += "\(path.isEmpty ? "M" : "L")\(x(Double(index + 1))) \(y(loss))"
      }
    }
    let reach = last / 20
    stepPath = path { losses[$0] }
    meanPath = path { index in
      let near = losses[max(0, index - reach)...min(last - 1, index + reach)].filter(\.isFinite)
      return near.isEmpty ? nil : near.reduce(0, +) / Double(near.count)
    }
    let digits = lossStep < 0.1 ? 2 : lossStep < 1 ? 1 : 0
    lossTicks = (0...Int((high / lossStep).rounded())).map {
      Tick(
        place: y(Double($0) * lossStep), label: PageNumber.fixed(Double($0) * lossStep, digits))
    }
    let stepStep = max(1, Int(Self.roundStep(Double(last) / 4)))
    let steps = [1] + stride(from: stepStep, through: last, by: stepStep).filter { $0 > 1 }
    stepTicks = steps.map { Tick(place: x(Double($0)), label: PageNumber.whole($0)) }
    let ends = [losses.first, losses.last].map { PageNumber.fixed($0 ?? 0, 3) }
    lossCaption =
      "\(PageNumber.count(last, "step")), \(ends.joined(separator: " → "))"
      + (reach > 0 ? "; thick: mean over \(2 * reach + 1) steps" : "")
  }

  /// 1, 2 or 5 times a power of ten.
  private static func roundStep(_ step: Double) -> Double {
    var power = 1e-6
    while power * 10 <= step { power *= 10 }
    return [1, 2, 5, 10].map { $0 * power }.first { $0 >= step * 0.999 } ?? 10 * power
  }
}
