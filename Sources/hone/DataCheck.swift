// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel
import HoneTraining

/// What `hone data check` has found.
struct DataCheck {
  /// One file that was read.
  struct File {
    let report: DataReport
    let lengths: LengthHistogram
  }

  /// A sample to be shown.
  struct Sample {
    let path: String
    let line: Int
    let tokens: TrainingSample
    /// Before any cut.
    let fullLength: Int
  }

  let maxSeqLength: Int
  let longRows: SampleConfiguration.LongRows
  private(set) var files: [File] = []
  private(set) var sample: Sample?
  /// Files of which not even the form can be told.
  private var unreadable: [FormatError] = []

  init(maxSeqLength: Int, longRows: SampleConfiguration.LongRows) {
    self.maxSeqLength = maxSeqLength
    self.longRows = longRows
  }

  /// Reads a file; only a row's length is kept of it.
  ///
  /// - Parameter sampleLines: The first sample of these lines is kept.
  /// - Throws: ``TrainingError`` if the settings do not go with the file; `CancellationError`.
  mutating func read(
    _ path: String, encoder: SampleEncoder, form: DataForm?, sampleLines: ClosedRange<Int>?,
    onProgress: (Double) -> Void
  ) throws {
    var lengths: [Int32] = []
    var sample: Sample?
    do {
      let report = try DataFileReader.scan(
        path: path, encoder: encoder, form: form, onProgress: onProgress
      ) { line, outcome in
        switch outcome {
        case .sample(let tokens, let fullLength, _):
          lengths.append(Int32(clamping: fullLength))
          if sample == nil, sampleLines?.contains(line) == true {
            sample = Sample(path: path, line: line, tokens: tokens, fullLength: fullLength)
          }
        case .tooLong(let count), .withoutTarget(let count):
          lengths.append(Int32(clamping: count))
        }
      }
      files.append(
        File(report: report, lengths: LengthHistogram(lengths, maxSeqLength: maxSeqLength)))
      if let sample { self.sample = sample }
    } catch let error as FormatError where error.kind == .badData {
      unreadable.append(error)
    }
  }

  /// Why the data are not fit for training; nil if they are.
  var failure: CommandError? {
    let bad = files.compactMap { file -> String? in
      let report = file.report
      let path = report.path.visible()
      if report.badRows > 0 {
        return "\(path): \(report.badRows) of \(report.rows) rows cannot be used"
      }
      if report.samples == 0 {
        return "\(path): none of its \(report.rows) rows can be learned from"
      }
      return nil
    }
    let lines = unreadable.map(\.message) + bad
    return lines.isEmpty ? nil : CommandError(.badData, lines.joined(separator: "\n"))
  }

  // MARK: JSON

  struct Report: Encodable {
    let maxSeqLength: Int
    let longRows: SampleConfiguration.LongRows
    let files: [FileReport]
    let errors: [String]
    let sample: SampleReport?
  }

  /// A file's report with its lengths beside it.
  struct FileReport: Encodable {
    let report: DataReport
    let lengths: LengthHistogram

    private enum Key: String, CodingKey { case rowTokens }

    func encode(to encoder: any Encoder) throws {
      try report.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(lengths, forKey: .rowTokens)
    }
  }

  struct SampleReport: Encodable {
    let path: String
    let line: Int
    let ids: [Int32]
    let tokens: [String]
    let isTarget: [Bool]
  }

  func report(tokenizer: Tokenizer) -> Report {
    Report(
      maxSeqLength: maxSeqLength, longRows: longRows,
      files: files.map { FileReport(report: $0.report, lengths: $0.lengths) },
      errors: unreadable.map(\.message),
      sample: sample.map { sample in
        SampleReport(
          path: sample.path, line: sample.line, ids: sample.tokens.ids,
          tokens: sample.tokens.ids.map { tokenizer.token(for: $0) ?? "" },
          isTarget: sample.tokens.isTarget)
      })
  }
}

/// How many tokens rows have.
package struct LengthHistogram: Encodable, Sendable, Hashable {
  package struct Bin: Encodable, Sendable, Hashable {
    package let from: Int
    package let through: Int
    package let rows: Int
  }

  /// Of all rows; 0 if there are none.
  package let shortest: Int
  package let median: Int
  package let longest: Int
  /// Bins of equal width up to the longest row or `maxSeqLength`, and one for what is longer.
  package let bins: [Bin]

  package init(_ lengths: [Int32], maxSeqLength: Int) {
    let sorted = lengths.sorted()
    shortest = sorted.first.map(Int.init) ?? 0
    longest = sorted.last.map(Int.init) ?? 0
    median = sorted.isEmpty ? 0 : Int(sorted[(sorted.count - 1) / 2])
    let limit = min(longest, maxSeqLength)
    let width = Self.width(for: limit)
    var bins: [Bin] = []
    var from = 1
    while from <= limit {
      let through = min(from + width - 1, maxSeqLength)
      let rows = sorted.count { (from...through).contains(Int($0)) }
      bins.append(Bin(from: from, through: through, rows: rows))
      from = through + 1
    }
    if longest > maxSeqLength {
      let rows = sorted.count { Int($0) > maxSeqLength }
      bins.append(Bin(from: maxSeqLength + 1, through: longest, rows: rows))
    }
    self.bins = bins
  }

  /// A round width that makes at most twelve bins.
  private static func width(for limit: Int) -> Int {
    var scale = 1
    while true {
      for factor in [1, 2, 5] where limit <= 12 * factor * scale { return factor * scale }
      scale *= 10
    }
  }
}
