// SPDX-License-Identifier: Apache-2.0

/// Numbers as people read them; decimal units, as disks and downloads are labelled.
package enum Quantities {
  /// `98.4 MB`
  package static func bytes(_ count: Int) -> String { scaled(Double(count), unit: "B") }

  /// `134.5 M`
  package static func count(_ count: Int) -> String {
    scaled(Double(count), unit: "").trimmedEnd
  }

  /// A number with so many digits after the point.
  package static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return "\(value)" }
    var scale = 1.0
    for _ in 0..<max(0, digits) { scale *= 10 }
    let rounded = (value.magnitude * scale).rounded()
    guard rounded < 1e15 else { return "\(value)" }
    let whole = Int(rounded)
    let sign = value < 0 && whole > 0 ? "-" : ""
    if digits <= 0 { return sign + "\(whole)" }
    let text = "\(whole)"
    let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    return sign + padded.dropLast(digits) + "." + padded.suffix(digits)
  }

  /// `1 h 5 min`, `2 min 3 s` or `9 s`.
  static func duration(_ duration: Duration) -> String {
    let seconds = Int(duration.inSeconds.rounded())
    let (minutes, rest) = (seconds / 60, seconds % 60)
    return minutes >= 60
      ? "\(minutes / 60) h \(minutes % 60) min"
      : minutes > 0 ? "\(minutes) min \(rest) s" : "\(rest) s"
  }

  private static func scaled(_ value: Double, unit: String) -> String {
    let prefixes = ["", "k", "M", "G", "T", "P", "E"]
    var value = value
    var step = 0
    while value >= 999.95, step < prefixes.count - 1 {
      value /= 1000
      step += 1
    }
    return fixed(value, step == 0 ? 0 : 1) + " " + prefixes[step] + unit
  }
}

extension String {
  fileprivate var trimmedEnd: String { last == " " ? String(dropLast()) : self }
}
