// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTraining

/// `hone data check` for people, 80 columns wide.
struct DataCheckText {
  let capabilities: Console.Capabilities
  let tokenizer: Tokenizer
  private static let width = 80
  /// Characters of a sample that are shown.
  private static let sampleLength = 2000

  func text(of check: DataCheck) -> String {
    var blocks = check.files.map { lines($0, check).joined(separator: "\n") }
    if let sample = check.sample { blocks.append(text(of: sample)) }
    return blocks.joined(separator: "\n\n")
  }

  private func lines(_ file: DataCheck.File, _ check: DataCheck) -> [String] {
    let report = file.report
    let share =
      report.tokens == 0
      ? ""
      : " (\(Quantities.fixed(100 * Double(report.targetTokens) / Double(report.tokens), 1)) %)"
    var facts = [
      ("file", report.path.visible()), ("form", report.form.rawValue),
      ("loss", report.lossScope.rawValue),
      ("rows", "\(report.rows), of which \(report.samples) become samples"),
      ("tokens", "\(report.tokens), \(report.targetTokens) with loss\(share)"),
    ]
    func add(_ name: String, _ lines: DataReport.Lines, _ what: String) {
      if lines.count > 0 { facts.append((name, "\(lines.count) \(what) \(Self.places(lines))")) }
    }
    if report.blankLines > 0 { facts.append(("blank lines", "\(report.blankLines)")) }
    add("empty", report.emptyRows, "rows with nothing to learn, skipped")
    add("too long", report.truncatedRows, "rows cut to \(check.maxSeqLength) tokens")
    add("too long", report.droppedRows, "rows over \(check.maxSeqLength) tokens left out")
    add("no loss", report.rowsWithoutTarget, "rows without a token to learn left out")
    add("open end", report.openEndedRows, "rows with an answer that no end token closes")
    for key in report.unknownKeys.prefix(10) {
      let row = key.rows == 1 ? "row" : "rows"
      facts.append(
        (
          "ignored",
          "key \"\(key.key.visible().shortened(to: 30))\" of \(key.rows) \(row), the first in line "
            + "\(key.firstLine)"
        ))
    }
    if report.unknownKeys.count > 10 {
      facts.append(("ignored", "\(report.unknownKeys.count - 10) more keys"))
    }
    if report.badRows > 0 { facts.append(("bad rows", "\(report.badRows)")) }
    let nameWidth = facts.map(\.0.count).max() ?? 0
    return facts.map { "\($0.0.rightPadded(to: nameWidth))  \($0.1)" }
      + report.problemLines().map { "  \($0.visible())" } + [""] + histogram(file.lengths, check)
  }

  private static func places(_ lines: DataReport.Lines) -> String {
    let numbers = lines.first.prefix(5).map(String.init).joined(separator: ", ")
    return "(line\(lines.count == 1 ? "" : "s") \(numbers)\(lines.count > 5 ? ", …" : ""))"
  }

  // MARK: Lengths

  private func histogram(_ lengths: LengthHistogram, _ check: DataCheck) -> [String] {
    guard !lengths.bins.isEmpty else { return ["no row has tokens"] }
    let labels = lengths.bins.map { bin in
      bin.from > check.maxSeqLength ? "> \(check.maxSeqLength)" : "\(bin.from)–\(bin.through)"
    }
    let counts = lengths.bins.map { bin in
      let fate = check.longRows == .truncate ? "  cut" : "  left out"
      return "\(bin.rows)" + (bin.from > check.maxSeqLength ? fate : "")
    }
    let labelWidth = labels.map(\.count).max() ?? 0
    let room = Self.width - labelWidth - 4 - (counts.map(\.count).max() ?? 0)
    let most = max(1, lengths.bins.map(\.rows).max() ?? 1)
    let mark = capabilities.isUnicode ? "█" : "#"
    let title =
      "tokens a row: \(lengths.shortest) … \(lengths.longest), median \(lengths.median)"
    return [title]
      + lengths.bins.indices.map { index in
        let rows = lengths.bins[index].rows
        // A bin that is not empty shows.
        let length = rows == 0 ? 0 : max(1, rows * room / most)
        let bar = String(repeating: mark, count: length)
        return "\(labels[index].leftPadded(to: labelWidth))  \(bar)\(bar.isEmpty ? "" : " ")"
          + counts[index]
      }
  }

  // MARK: The sample

  private func text(of sample: DataCheck.Sample) -> String {
    let count = sample.tokens.ids.count
    let cut = sample.fullLength > count ? " (cut from \(sample.fullLength))" : ""
    let (open, close) = marks
    return """
      sample of line \(sample.line): \(count) tokens\(cut), \(sample.tokens.targetCount) with loss \
      \(open)marked so\(close)

      \(Self.marked(sample.tokens, tokenizer, marks: marks, length: Self.sampleLength))
      """
  }

  private var marks: (open: String, close: String) {
    if capabilities.hasColor { return ("\u{1B}[4;32m", "\u{1B}[0m") }
    return capabilities.isUnicode ? ("⟦", "⟧") : ("[[", "]]")
  }

  /// The sample's text with marks around what carries loss.
  ///
  /// - Parameter length: Characters shown at most, marks not counted.
  static func marked(
    _ sample: TrainingSample, _ tokenizer: Tokenizer, marks: (open: String, close: String),
    length: Int
  ) -> String {
    var result = ""
    var left = length
    var place = 0
    while place < sample.ids.count {
      // The first token of a sequence is never learned.
      let isTarget = place > 0 && sample.isTarget[place]
      let end =
        (place + 1..<sample.ids.count).first { sample.isTarget[$0] != isTarget }
        ?? sample.ids.count
      let text = tokenizer.decode(Array(sample.ids[place..<end])).visible(keeping: ["\n"])
      let shown = text.prefix(left)
      left -= shown.count
      result += isTarget ? marks.open + shown + marks.close : String(shown)
      if shown.count < text.count { return result + "…" }
      place = end
    }
    return result
  }
}
