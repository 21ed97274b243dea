// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Seconds and numbers as people read them.
enum CostText {
  /// `42 ms`, `3.2 s`, `4.5 min`, `2 h` or `3 d`: two digits that count.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "\(seconds)" }
    if seconds <= 0 { return "0 s" }
    for (limit, unit, size) in [
      (0.001, "µs", 1e-6), (0.9995, "ms", 1e-3), (90, "s", 1), (5400, "min", 60.0),
      (172_800, "h", 3600),
    ] where seconds < limit {
      return twoDigits(seconds / size) + " " + unit
    }
    return seconds < 1e9 * 86400
      ? twoDigits(seconds / 86400) + " d" : shortCount(seconds / 86400) + " d"
  }

  private static func twoDigits(_ value: Double) -> String {
    value < 9.95 ? digits((10 * value).rounded() / 10) : count(value.rounded())
  }

  /// `205`, `1,830` or `2.4 M`.
  static func count(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    if value < 10, value != value.rounded() { return digits(value) }
    guard value >= 999_999.5 else { return grouped(value.rounded()) }
    for (size, unit) in [(1e6, "M"), (1e9, "G")] where value < 999.5 * size {
      return digits(value / size) + " " + unit
    }
    return digits(value / 1e12) + " T"
  }

  /// ``count(_:)`` of what is known to three digits at best.
  static func estimate(_ value: Double) -> String {
    guard value >= 1000, value.isFinite else { return count(value) }
    let unit = power(10, (logarithm(value) / logarithm(10)).rounded(.down) - 2)
    return count((value / unit).rounded() * unit)
  }

  /// A tick of an axis: `1`, `10`, `100 k`.
  static func shortCount(_ value: Double) -> String {
    for (size, unit) in [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")] where value >= size {
      return digits(value / size) + unit
    }
    return digits(value)
  }

  /// Up to three digits that count, no zeros at the end.
  static func digits(_ value: Double) -> String {
    let places = value.magnitude >= 99.95 ? 0 : value.magnitude >= 9.995 ? 1 : 2
    let text = value.fixed(places)
    guard text.contains(".") else { return text.count > 3 ? grouped(value.rounded()) : text }
    let zeros = text.reversed().prefix { $0 == "0" }.count
    let trimmed = text.dropLast(zeros)
    return String(trimmed.last == "." ? trimmed.dropLast() : trimmed)
  }

  private static func grouped(_ value: Double) -> String {
    let text = value.fixed(0)
    var result = ""
    for (index, digit) in text.enumerated() {
      if index > 0, (text.count - index).isMultiple(of: 3) { result.append(",") }
      result.append(digit)
    }
    return result
  }
}
