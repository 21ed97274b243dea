// SPDX-License-Identifier: Apache-2.0

extension Int {
  /// At least that many digits, so that names sort as they count.
  func digits(_ count: Int) -> String {
    let text = String(self)
    return String(repeating: "0", count: Swift.max(0, count - text.count)) + text
  }
}
