// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTesting
import Testing

@testable import HoneTraining

@Suite struct TrainingDataTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func rows(_ count: Int) -> String {
    (0..<count).map { "{\"text\": \"row \($0)\"}\n" }.joined()
  }

  private func load(
    _ path: String, validationFraction: Double? = nil, seed: UInt64 = 1, skipsBadRows: Bool = false
  ) throws -> TrainingData {
    try TrainingData.load(
      DataConfiguration(
        path: path, samples: SampleConfiguration(maxSeqLength: 100),
        validationFraction: validationFraction, seed: seed, skipsBadRows: skipsBadRows),
      encoder: DataFixture.encoder())
  }

  @Test(arguments: ["valid.jsonl", "validation.jsonl", "valid.json"])
  func `A folder gives its files by their names`(validation: String) throws {
    try folder.write("train.jsonl", rows(5))
    try folder.write(validation, rows(2))
    try folder.write("test.jsonl", rows(3))
    try folder.write("notes.txt", "")
    let data = try load(folder.path)
    #expect(data.train.count == 5)
    #expect(data.validation?.count == 2)
    #expect(data.test?.count == 3)
    #expect(data.reports.map(\.samples) == [5, 2, 3])
  }

  @Test func `One file is the training file, and nothing is set aside unasked`() throws {
    let data = try load(folder.write("my data.jsonl", rows(5)))
    #expect(data.train.count == 5)
    #expect(data.validation == nil)
    #expect(data.test == nil)
  }

  @Test func `A folder without a training file, or with two, is refused`() throws {
    try folder.write("valid.jsonl", rows(1))
    let none = try #require(throws: FormatError.self) { try load(folder.path) }
    #expect(none.kind == .noInput)
    #expect(none.message.contains("holds no train.jsonl"))
    try folder.write("train.jsonl", rows(1))
    try folder.write("train.json", rows(1))
    let two = try #require(throws: FormatError.self) { try load(folder.path) }
    #expect(two.message.contains(#""train.jsonl" and "train.json""#))
  }

  @Test(arguments: [(10, 0.2, 2), (10, 0.001, 1), (10, 0.999, 9), (3, 0.5, 2)])
  func `A part is set aside by seed and both keep the order`(
    count: Int, fraction: Double, aside: Int
  ) throws {
    let path = try folder.write("train.jsonl", rows(count))
    let all = try load(path).train
    let data = try load(path, validationFraction: fraction, seed: 7)
    let validation = try #require(data.validation)
    #expect(validation.count == aside)
    #expect(data.train.count == count - aside)
    let lines = [data.train, validation].map { set in set.indices.map(set.line) }
    #expect(lines.allSatisfy { $0 == $0.sorted() })
    #expect(lines.joined().sorted() == all.indices.map(all.line))
    let again = try load(path, validationFraction: fraction, seed: 7)
    #expect(again.train == data.train)
    #expect(again.validation == validation)
  }

  @Test func `Another seed sets others aside`() throws {
    let path = try folder.write("train.jsonl", rows(100))
    let sets = try (0..<3).map {
      try load(path, validationFraction: 0.1, seed: UInt64($0)).validation
    }
    #expect(Set(sets).count == 3)
  }

  @Test(arguments: [0, 1, -0.5, .nan, .infinity] as [Double])
  func `A fraction that is none is refused`(fraction: Double) throws {
    #expect(throws: TrainingError.self) { try load(folder.path, validationFraction: fraction) }
  }

  @Test func `A fraction beside a validation file is refused`() throws {
    try folder.write("train.jsonl", rows(5))
    try folder.write("valid.jsonl", rows(5))
    let error = try #require(throws: TrainingError.self) {
      try load(folder.path, validationFraction: 0.5)
    }
    #expect(error.message.contains("valid.jsonl is there already"))
  }

  @Test func `One sample cannot be divided`() throws {
    let path = try folder.write("train.jsonl", rows(1))
    #expect(throws: FormatError.self) { try load(path, validationFraction: 0.5) }
  }

  @Test func `Bad rows are refused all at once, or left out if asked for`() throws {
    let path = try folder.write("train.jsonl", rows(3) + "x\n{}\n" + rows(1))
    let error = try #require(throws: FormatError.self) { try load(path) }
    #expect(error.kind == .badData)
    #expect(error.message.contains("2 of 6 rows cannot be used"))
    #expect(error.message.contains("\n  line 4: "))
    #expect(error.message.contains("\n  line 5: no \"text\""))
    let data = try load(path, skipsBadRows: true)
    #expect(data.train.count == 4)
    #expect(data.reports[0].badRows == 2)
  }

  @Test func `A file from which nothing can be learned is refused`() throws {
    let path = try folder.write("train.jsonl", "{\"text\": \"\"}\n{\"text\": \" \"}\n")
    let error = try #require(throws: FormatError.self) { try load(path) }
    #expect(error.message.contains("none of its 2 rows can be learned from"))
    #expect(error.message.contains("2 empty"))
  }
}
