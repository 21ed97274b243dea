// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneFormats
import HoneModel
import HoneTesting

@testable import HoneTraining

/// A tokenizer of 320 tokens, templates, and files written for a test.
enum DataFixture {
  static func tokenizer() throws -> Tokenizer {
    try Tokenizer.load(path: Fixtures.path("tiny-llama"))
  }

  /// - Parameter name: Below Tests/Fixtures.
  static func template(_ name: String) throws -> ChatTemplate {
    let bytes = try FileSystem.contents(Fixtures.path(name))
    return try ChatTemplate(source: String(decoding: bytes, as: UTF8.self), name: name)
  }

  static let plainTemplate = "chat_template/templates/smollm2.jinja"
  static let markedTemplate = "training_data/marked.jinja"

  static func encoder(
    template: String? = plainTemplate, maxSeqLength: Int = 1000,
    longRows: SampleConfiguration.LongRows = .truncate, lossScope: LossScope? = nil
  ) throws -> SampleEncoder {
    SampleEncoder(
      tokenizer: try tokenizer(), chatTemplate: try template.map(Self.template),
      configuration: try SampleConfiguration(
        maxSeqLength: maxSeqLength, longRows: longRows, lossScope: lossScope))
  }

  /// What a file with these lines gives.
  static func read(
    _ lines: [String], encoder: SampleEncoder? = nil, form: DataForm? = nil
  ) throws -> (samples: SampleSet, report: DataReport) {
    let folder = try TemporaryFolder()
    let path = try folder.write("train.jsonl", lines.joined(separator: "\n"))
    return try withExtendedLifetime(folder) {
      try DataFileReader.read(path: path, encoder: encoder ?? Self.encoder(), form: form)
    }
  }

  /// A sample's text, with brackets around what carries loss.
  static func marked(_ sample: TrainingSample) throws -> String {
    let tokenizer = try tokenizer()
    var result = ""
    var place = 0
    while place < sample.ids.count {
      let isTarget = sample.isTarget[place]
      let end = sample.isTarget[place...].firstIndex { $0 != isTarget } ?? sample.ids.count
      let text = tokenizer.decode(Array(sample.ids[place..<end]))
      result += isTarget ? "⟦\(text)⟧" : text
      place = end
    }
    return result
  }
}
