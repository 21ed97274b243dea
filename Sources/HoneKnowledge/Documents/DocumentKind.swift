// SPDX-License-Identifier: Apache-2.0

/// What a file holds, by the end of its name.
enum DocumentKind {
  case markdown, text, rows

  static let expectation = "expected .md, .markdown, .txt, .text or .jsonl"

  /// - Parameter path: A path or name; nil if no document has such an end.
  init?(path: String) {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return nil }
    switch name[name.index(after: dot)...].lowercased() {
    case "md", "markdown": self = .markdown
    case "txt", "text": self = .text
    case "jsonl": self = .rows
    default: return nil
    }
  }
}
