// SPDX-License-Identifier: Apache-2.0
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The moment that `strftime_now` writes.
package struct TemplateClock: Sendable {
  private let date: Date
  private let timeZone: TimeZone

  /// - Parameter secondsSince1970: The moment, shown in UTC; nil for now, in the local time zone.
  package init(secondsSince1970: Double? = nil) {
    if let secondsSince1970 {
      date = Date(timeIntervalSince1970: secondsSince1970)
      timeZone = .gmt
    } else {
      date = Date()
      timeZone = .current
    }
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
  private static let weekdays = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]

  /// Python's `strftime` in the C locale; nil for a directive that is not among the common ones.
  func format(_ format: String) -> String? {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = timeZone
    let parts = calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second, .weekday, .dayOfYear], from: date)
    var result = String.UnicodeScalarView()
    var directive = false
    var padded = true
    for scalar in format.unicodeScalars {
      if !directive {
        if scalar == "%" {
          (directive, padded) = (true, true)
        } else {
          result.append(scalar)
        }
      } else if scalar == "-", padded {
        padded = false
      } else {
        guard let text = expand(scalar, parts, padded: padded) else { return nil }
        result.append(contentsOf: text.unicodeScalars)
        directive = false
      }
    }
    return directive ? nil : String(result)
  }

  private func expand(_ directive: Unicode.Scalar, _ parts: DateComponents, padded: Bool)
    -> String?
  {
    func number(_ value: Int?, _ width: Int = 2) -> String? {
      guard let value else { return nil }
      let digits = String(value)
      return padded ? String(repeating: "0", count: max(0, width - digits.count)) + digits : digits
    }
    func name(_ names: [String], _ number: Int?) -> String? {
      guard let number, names.indices.contains(number - 1) else { return nil }
      return names[number - 1]
    }
    switch directive {
    case "Y": return parts.year.map { String($0) }
    case "y": return number(parts.year.map { $0 % 100 })
    case "m": return number(parts.month)
    case "d": return number(parts.day)
    case "H": return number(parts.hour)
    case "I": return number(parts.hour.map { $0 % 12 == 0 ? 12 : $0 % 12 })
    case "M": return number(parts.minute)
    case "S": return number(parts.second)
    case "j": return number(parts.dayOfYear, 3)
    case "p": return parts.hour.map { $0 < 12 ? "AM" : "PM" }
    case "B": return name(Self.months, parts.month)
    case "b", "h": return name(Self.months, parts.month).map { String($0.prefix(3)) }
    case "A": return name(Self.weekdays, parts.weekday)
    case "a": return name(Self.weekdays, parts.weekday).map { String($0.prefix(3)) }
    case "F": return format("%Y-%m-%d")
    case "T": return format("%H:%M:%S")
    case "%": return "%"
    default: return nil
    }
  }
}
