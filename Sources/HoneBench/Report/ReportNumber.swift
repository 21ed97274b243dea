// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Figures as reports print them.
enum ReportNumber {
  /// A number with so many digits after the point, halves rounded away from zero, as the command
  /// prints them: 37 of 80 are 46.3 % in both.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return missing }
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    let rounded = value.magnitude < 1e12 ? (value * scale).rounded() / scale : value
    let text = String(format: "%.\(digits)f", rounded)
    // −0.0 is no figure.
    return text.hasPrefix("-") && !text.contains { ("1"..."9").contains($0) }
      ? String(text.dropFirst()) : text
  }

  /// A share in percent, without the sign: `45.0`.
  static func percent(_ value: Double?) -> String { value.map { fixed(100 * $0, 1) } ?? missing }

  /// A difference of shares in points: `+5.1`.
  static func signed(_ value: Double?) -> String {
    guard let value, value.isFinite else { return missing }
    let text = fixed(100 * value, 1)
    if text.hasPrefix("-") { return "−" + text.dropFirst() }
    return text.contains { ("1"..."9").contains($0) } ? "+" + text : text
  }

  /// A p-value: `0.034`, `< 0.001`.
  static func probability(_ value: Double?) -> String {
    guard let value else { return missing }
    return value < 0.001 ? "< 0.001" : fixed(value, 3)
  }

  /// `12,345`
  static func whole(_ value: Int) -> String {
    var rest = Substring("\(value.magnitude)")
    var groups: [Substring] = []
    while rest.count > 3 {
      groups.insert(rest.suffix(3), at: 0)
      rest = rest.dropLast(3)
    }
    groups.insert(rest, at: 0)
    return (value < 0 ? "−" : "") + groups.joined(separator: ",")
  }

  /// Seconds without their unit: `0.42`, `95`, `12,345`.
  static func seconds(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return missing }
    return abs(value) < 10 ? fixed(value, 2) : whole(Int(value.rounded()))
  }

  /// `42 s`, `12 min`, `3 h 05 min`
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, abs(seconds) < 1e15 else { return missing }
    if seconds < 120 { return "\(Int(seconds.rounded())) s" }
    let minutes = Int((seconds / 60).rounded())
    if minutes < 120 { return "\(minutes) min" }
    return "\(minutes / 60) h " + (minutes % 60 < 10 ? "0" : "") + "\(minutes % 60) min"
  }

  /// `1.4 GB`
  static func bytes(_ value: Int) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var amount = Double(value)
    var unit = 0
    while amount >= 999.5, unit + 1 < units.count {
      amount /= 1000
      unit += 1
    }
    return fixed(amount, unit < 2 ? 0 : 1) + " " + units[unit]
  }

  /// Where there is no figure.
  static let missing = "–"
}
