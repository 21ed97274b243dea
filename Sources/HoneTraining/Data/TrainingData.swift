// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel
import HoneTensor

/// Where training data come from and how they become samples.
public struct DataConfiguration: Codable, Sendable, Hashable {
  /// A file, or a folder as in ``DataFiles``.
  public var path: String
  public var samples: SampleConfiguration
  /// What the rows look like; nil to see it from each file's first row.
  public var form: DataForm?
  /// The part of the training samples that is set aside to watch the loss on, 0 < f < 1; nil for
  /// none.
  public var validationFraction: Double?
  /// Decides which samples are set aside.
  public var seed: UInt64
  /// Leave rows out that cannot be used, instead of refusing the file.
  public var skipsBadRows: Bool

  /// - Throws: ``TrainingError`` for a fraction that is none.
  public init(
    path: String, samples: SampleConfiguration, form: DataForm? = nil,
    validationFraction: Double? = nil, seed: UInt64 = 0, skipsBadRows: Bool = false
  ) throws {
    if let validationFraction, !(validationFraction > 0 && validationFraction < 1) {
      throw TrainingError(
        .invalid, "validation fraction \(validationFraction): expected more than 0 and less than 1")
    }
    self.path = path
    self.samples = samples
    self.form = form
    self.validationFraction = validationFraction
    self.seed = seed
    self.skipsBadRows = skipsBadRows
  }
}

/// The samples of a training set, by purpose.
public struct TrainingData: Sendable {
  public let train: SampleSet
  /// What the loss is watched on; nil if there is none.
  public let validation: SampleSet?
  /// What is looked at once, at the end; nil if there is none.
  public let test: SampleSet?
  /// What was found in each file, the training file first.
  public let reports: [DataReport]

  /// Reads the files and makes samples of their rows for a model.
  ///
  /// - Parameters:
  ///   - model: Gives the tokenizer and the chat template.
  ///   - onProgress: Receives the file and the part of it that is read, 0 … 1.
  /// - Throws: ``FormatError`` that lists the rows which cannot be used, or says why the files
  ///   cannot be; ``TrainingError`` for settings that do not go with them; ``ModelError`` for a
  ///   chat template that cannot be run; `CancellationError`.
  public static func load(
    _ configuration: DataConfiguration, for model: LanguageModel,
    onProgress: (_ path: String, _ fraction: Double) -> Void = { _, _ in }
  ) throws -> TrainingData {
    try load(
      configuration,
      encoder: SampleEncoder(
        tokenizer: model.tokenizer,
        chatTemplate: model.chatTemplateSource == nil ? nil : try model.chatTemplate(),
        configuration: configuration.samples), onProgress: onProgress)
  }

  package static func load(
    _ configuration: DataConfiguration, encoder: SampleEncoder,
    onProgress: (_ path: String, _ fraction: Double) -> Void = { _, _ in }
  ) throws -> TrainingData {
    let files = try DataFiles(path: configuration.path)
    if configuration.validationFraction != nil, let validation = files.validation {
      throw TrainingError(
        .invalid,
        "validation fraction: \(validation) is there already; leave the fraction out, or move the "
          + "file away")
    }
    var reports: [DataReport] = []
    func samples(_ path: String) throws -> SampleSet {
      let (samples, report) = try DataFileReader.read(
        path: path, encoder: encoder, form: configuration.form, onProgress: { onProgress(path, $0) }
      )
      if !configuration.skipsBadRows { try report.refuseBadRows() }
      try report.refuseNothing()
      reports.append(report)
      return samples
    }
    let train = try samples(files.train)
    let validation = try files.validation.map(samples)
    let test = try files.test.map(samples)
    guard let fraction = configuration.validationFraction else {
      return TrainingData(train: train, validation: validation, test: test, reports: reports)
    }
    let (rest, aside) = try split(
      train, fraction: fraction, seed: configuration.seed, path: files.train)
    return TrainingData(train: rest, validation: aside, test: test, reports: reports)
  }

  /// Sets samples aside by seed; both parts keep the file's order and have one sample at least.
  private static func split(
    _ samples: SampleSet, fraction: Double, seed: UInt64, path: String
  ) throws -> (rest: SampleSet, aside: SampleSet) {
    guard samples.count >= 2 else {
      throw FormatError(
        .mismatch, file: path, "has one sample, of which no part can be set aside for validation")
    }
    let count = min(
      samples.count - 1, max(1, Int((Double(samples.count) * fraction).rounded())))
    var random = RandomSource(seed: seed).derived("validation")
    let aside = random.shuffled(samples.indices).prefix(count).sorted()
    let chosen = Set(aside)
    return (
      samples.selecting(samples.indices.filter { !chosen.contains($0) }), samples.selecting(aside)
    )
  }
}

extension DataReport {
  /// - Throws: ``FormatError`` listing the bad rows, if there are any.
  package func refuseBadRows() throws {
    guard badRows > 0 else { return }
    let lines = problemLines().joined(separator: "\n  ")
    throw FormatError(
      .malformed, file: path,
      "\(badRows) of \(rows) rows cannot be used; correct or remove them (form \(form.rawValue))"
        + "\n  \(lines)")
  }

  /// - Throws: ``FormatError`` if there is not one sample.
  package func refuseNothing() throws {
    guard samples == 0 else { return }
    throw FormatError(
      .mismatch, file: path,
      "none of its \(rows) rows can be learned from: \(badRows) cannot be used, \(emptyRows.count) "
        + "empty, \(droppedRows.count) too long, \(rowsWithoutTarget.count) without a token to learn"
    )
  }
}
