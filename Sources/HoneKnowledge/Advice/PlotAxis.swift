// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// An axis of a plot, linear or logarithmic.
struct PlotAxis {
  let isLogarithmic: Bool
  let range: ClosedRange<Double>

  /// - Parameter range: Positive where the axis is logarithmic.
  init(_ range: ClosedRange<Double>, isLogarithmic: Bool) {
    self.isLogarithmic = isLogarithmic
    self.range = range
  }

  /// 0 at the lower end, 1 at the upper; values beyond an end are at it.
  func position(_ value: Double) -> Double {
    let (low, high) = (scaled(range.lowerBound), scaled(range.upperBound))
    let value = min(max(value, range.lowerBound), range.upperBound)
    return high > low ? (scaled(value) - low) / (high - low) : 0
  }

  /// The value at a position, 0 … 1.
  func value(at position: Double) -> Double {
    let (low, high) = (scaled(range.lowerBound), scaled(range.upperBound))
    let value = low + position * (high - low)
    return isLogarithmic ? exponential(value) : value
  }

  private func scaled(_ value: Double) -> Double { isLogarithmic ? logarithm(value) : value }

  /// Numbers of queries to stand at the axis.
  var countTicks: [(value: Double, label: String)] {
    let values = isLogarithmic ? powers(of: 10) : steps(near: range.upperBound / 5)
    return values.map { ($0, CostText.shortCount($0)) }
  }

  /// Times to stand at the axis.
  var timeTicks: [(value: Double, label: String)] {
    guard isLogarithmic else {
      let unit = [86400, 3600, 60, 1, 1e-3, 1e-6].first { range.upperBound >= 2 * $0 } ?? 1e-6
      return steps(near: range.upperBound / 4 / unit).map { $0 * unit }
        .filter(range.contains).map { ($0, CostText.duration($0)) }
    }
    let minute = 60.0
    let hour = 60 * minute
    let day = 24 * hour
    var values = [
      1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, minute, 10 * minute, hour, 10 * hour,
    ]
    values += (0..<12).map { 2 * day * power(10, Double($0)) }
    return values.filter(range.contains).map { ($0, CostText.duration($0)) }
  }

  private func powers(of base: Double) -> [Double] {
    (-6...18).map { power(base, Double($0)) }.filter(range.contains)
  }

  /// Multiples of 1, 2 or 5 times a power of ten.
  private func steps(near step: Double) -> [Double] {
    guard step > 0, step.isFinite else { return [0] }
    var size = power(10, (logarithm(step) / logarithm(10)).rounded(.down))
    size *= [1, 2, 5, 10].first { $0 * size >= step } ?? 10
    return (0...10).map { Double($0) * size }.filter { $0 <= range.upperBound }
  }
}
