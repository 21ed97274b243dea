// SPDX-License-Identifier: Apache-2.0

/// How long to wait before another try.
package struct RetryPacing: Sendable {
  /// Doubled with every further try.
  package var firstPause: Duration = .milliseconds(500)
  package var longestPause: Duration = .seconds(30)
  /// A server that asks for more is not waited for.
  package var longestRequestedPause: Duration = .seconds(120)

  package init() {}

  /// - Parameters:
  ///   - tries: How many there were.
  ///   - requested: What the server asks for.
  /// - Returns: nil if that is too long.
  package func pause(after tries: Int, requested: Duration?) -> Duration? {
    if let requested { return requested <= longestRequestedPause ? requested : nil }
    return min(longestPause, firstPause * (1 << min(max(0, tries - 1), 20)))
  }

  /// The pause of a `Retry-After`: seconds, or a time of day beside the answer's own `Date`.
  /// RFC 9110, §10.2.3.
  package static func pause(retryAfter: String?, date: String?) -> Duration? {
    guard let retryAfter else { return nil }
    let text = retryAfter.filter { $0 != " " }
    if !text.isEmpty, text.count <= 9, text.allSatisfy({ $0.isASCII && $0.isNumber }) {
      return Int(text).map { .seconds($0) }
    }
    // Both are the server's: its clock may be wrong.
    guard let end = seconds(httpDate: retryAfter), let start = date.flatMap(seconds) else {
      return nil
    }
    return .seconds(max(0, end - start))
  }

  /// Seconds since 1970 of a date such as `Sun, 06 Nov 1994 08:49:37 GMT`.
  private static func seconds(httpDate text: String) -> Int? {
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let parts = text.split(separator: " ")
    guard parts.count == 6, let day = Int(parts[1]), let year = Int(parts[3]),
      let month = months.firstIndex(of: String(parts[2])), (1...31).contains(day),
      (1970...9999).contains(year)
    else { return nil }
    let time = parts[4].split(separator: ":").compactMap { Int($0) }
    guard time.count == 3, time.allSatisfy({ (0...60).contains($0) }) else { return nil }
    // Years that start in March have their leap day at the end.
    let y = month < 2 ? year - 1 : year
    let days =
      365 * y + y / 4 - y / 100 + y / 400 + (153 * ((month + 10) % 12) + 2) / 5 + day - 1 - 719_468
    return days * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]
  }
}
