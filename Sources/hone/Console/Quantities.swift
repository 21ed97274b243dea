// SPDX-License-Identifier: Apache-2.0
import HoneTensor

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
    value.fixed(digits)
  }

  /// A share in percent with its standard error, if there is one: `46.7 ±9.2`.
  static func accuracy(_ value: Double?, _ standardError: Double?) -> String {
    guard let value else { return "–" }
    return fixed(100 * value, 1) + (standardError.map { " ±" + fixed(100 * $0, 1) } ?? "")
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
