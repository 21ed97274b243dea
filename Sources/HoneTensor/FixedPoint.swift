// SPDX-License-Identifier: Apache-2.0

extension Double {
  /// The number with so many digits behind the point, halves rounded away from zero; no sign before
  /// what is rounded to zero. Numbers too large for that, and what is no number, as Swift writes them.
  package func fixed(_ digits: Int) -> String {
    guard isFinite else { return "\(self)" }
    var scale = 1.0
    for _ in 0..<max(0, digits) { scale *= 10 }
    let rounded = (magnitude * scale).rounded()
    guard rounded < 1e15 else { return "\(self)" }
    let whole = Int(rounded)
    let sign = self < 0 && whole > 0 ? "-" : ""
    if digits <= 0 { return sign + "\(whole)" }
    let text = "\(whole)"
    let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    return sign + padded.dropLast(digits) + "." + padded.suffix(digits)
  }
}
