// SPDX-License-Identifier: Apache-2.0

/// Figures as the page prints them.
enum PageNumber {
  /// Where there is no figure.
  static let missing = "–"

  /// A number with so many digits after the point.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    let rounded = (value.magnitude * scale).rounded()
    guard rounded < 1e15 else { return missing }
    let text = "\(Int(rounded))"
    let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    let sign = value < 0 && rounded > 0 ? "−" : ""
    return sign + padded.dropLast(digits) + (digits > 0 ? "." + padded.suffix(digits) : "")
  }

  /// A coordinate.
  static func drawn(_ value: Double) -> String {
    fixed(value, 1).replacing("−", with: "-").replacing(missing, with: "0")
  }

  /// A cost in nats without the unit: `0.04`, `12.3`, `1,234`.
  static func nats(_ value: Double?) -> String {
    guard let value, value.isFinite, value.magnitude < 1e12 else { return missing }
    if value.magnitude >= 1000 { return whole(Int(value.rounded())) }
    return fixed(value, value.magnitude < 10 ? 2 : 1)
  }

  /// A share: `62 %`, `0.4 %`, `< 0.1 %`.
  static func percent(_ share: Double) -> String {
    guard share.isFinite else { return missing }
    if share > 0, share < 0.0005 { return "< 0.1 %" }
    if share < 1, share >= 0.9995 { return "> 99.9 %" }
    let isWhole = (0.0995..<0.995).contains(share) || share == 0 || share == 1
    return fixed(100 * share, isWhole ? 0 : 1) + " %"
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

  /// `0.42 s`, `42 s`, `12 min 5 s`, `3 h 5 min`
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds.magnitude < 1e12 else { return missing }
    if seconds < 10 { return fixed(max(0, seconds), 2) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 120 { return "\(whole) s" }
    if whole < 7200 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole / 60 % 60) min"
  }

  /// `1 step`, `12,345 steps`
  static func count(_ value: Int, _ noun: String, _ plural: String? = nil) -> String {
    whole(value) + " " + (value == 1 ? noun : plural ?? noun + "s")
  }
}
