// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel
import HoneTesting
import Testing

@testable import HoneTraining

@Suite struct SampleEncoderTests {
  /// Rows with the ids and masks that transformers gives them (Tools/goldens/training_data.py).
  private struct Masks {
    let rows: [(row: TrainingRow, ids: [Int32], mask: [Bool])]

    init(_ key: String) throws {
      let path = Fixtures.path("training_data/masks.json")
      let file = try JSONParser.parse(try FileSystem.contents(path), file: path)
      let form: DataForm = key == "conversations" ? .chat : .completions
      rows = try #require(file[key]?.arrayValue).map { value in
        guard case .row(let row) = RowReader.read(value, form: form).outcome else {
          throw FormatError(.malformed, file: path, "a row that cannot be read")
        }
        func numbers(_ key: String) throws -> [Int32] {
          try #require(value[key]?.arrayValue).map { Int32(try #require($0.intValue)) }
        }
        return (row, try numbers("ids"), try numbers("mask").map { $0 == 1 })
      }
    }
  }

  private func sample(_ row: TrainingRow, _ encoder: SampleEncoder, _ scope: LossScope) throws
    -> TrainingSample
  {
    guard case .sample(let sample, _, _) = try encoder.encode(row, lossScope: scope) else {
      throw TrainingError(.invalid, "no sample")
    }
    return sample
  }

  private func conversation(_ turns: [(String, String)], trained: Set<Int>? = nil) -> TrainingRow {
    .conversation(
      TrainingConversation(
        turns: turns.enumerated().map { index, turn in
          let whole = RowReader.turn(turn.0, turn.1)
          return .init(
            role: whole.role, message: whole.message,
            isTrained: whole.isTrained && trained?.contains(index) != false)
        }))
  }

  @Test(arguments: [DataFixture.plainTemplate, DataFixture.markedTemplate])
  func `Answers have the loss that transformers gives them, with marks and without`(
    template: String
  ) throws {
    let encoder = try DataFixture.encoder(template: template, maxSeqLength: 10_000)
    for (row, ids, mask) in try Masks("conversations").rows {
      let sample = try sample(row, encoder, .allAnswers)
      #expect(sample.ids == ids)
      #expect(sample.isTarget == mask)
    }
  }

  @Test(arguments: [LossScope.completionOnly, .allAnswers])
  func `Completions have loss on the completion and its end`(scope: LossScope) throws {
    let encoder = try DataFixture.encoder()
    for (row, ids, mask) in try Masks("completions").rows {
      let sample = try sample(row, encoder, scope)
      #expect(sample.ids == ids)
      #expect(sample.isTarget == mask)
    }
  }

  @Test(arguments: [DataFixture.plainTemplate, DataFixture.markedTemplate])
  func `Each scope puts the loss where its name says`(template: String) throws {
    let encoder = try DataFixture.encoder(template: template)
    let row = conversation([
      ("system", "s"), ("user", "q"), ("assistant", "a"), ("user", "r"), ("assistant", "b"),
    ])
    let start =
      "<|im_start|>system\ns<|im_end|>\n<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n"
    let middle = "\n<|im_start|>user\nr<|im_end|>\n<|im_start|>assistant\n"
    #expect(
      try DataFixture.marked(sample(row, encoder, .allAnswers))
        == "\(start)⟦a<|im_end|>⟧\(middle)⟦b<|im_end|>⟧\n")
    #expect(
      try DataFixture.marked(sample(row, encoder, .completionOnly))
        == "\(start)a<|im_end|>\(middle)⟦b<|im_end|>⟧\n")
    #expect(
      try DataFixture.marked(sample(row, encoder, .everyToken))
        == "⟦\(start)a<|im_end|>\(middle)b<|im_end|>\n⟧")
  }

  @Test(arguments: [DataFixture.plainTemplate, DataFixture.markedTemplate])
  func `An answer that the row excludes carries no loss`(template: String) throws {
    let encoder = try DataFixture.encoder(template: template)
    let turns = [("user", "q"), ("assistant", "a"), ("user", "r"), ("assistant", "b")]
    let first = try sample(conversation(turns, trained: [1]), encoder, .allAnswers)
    #expect(try DataFixture.marked(first).components == ["a<|im_end|>"])
    let second = try sample(conversation(turns, trained: [3]), encoder, .allAnswers)
    #expect(try DataFixture.marked(second).components == ["b<|im_end|>"])
    #expect(
      try encoder.encode(conversation(turns, trained: [1]), lossScope: .completionOnly)
        == .withoutTarget(first.ids.count))
  }

  @Test(arguments: [
    ("header_turns", ["a<|eot_id|>", "b<|eot_id|>"]),
    ("turn_marks", ["a<end_of_turn>\n", "b<end_of_turn>\n"]),
    ("chatml", ["a<|im_end|>\n", "b<|im_end|>\n"]),
    ("inst_marks", [" a<|im_end|>", " b<|im_end|>"]),
  ])
  func `The templates of common families need no marks`(name: String, answers: [String]) throws {
    let encoder = try DataFixture.encoder(template: "chat_template/templates/\(name).jinja")
    let row = conversation([("user", "q"), ("assistant", "a"), ("user", "r"), ("assistant", "b")])
    #expect(try DataFixture.marked(sample(row, encoder, .allAnswers)).components == answers)
  }

  @Test func `Loss begins with the token that a generation would begin with`() throws {
    let encoder = try DataFixture.encoder()
    let tokenizer = try DataFixture.tokenizer()
    for answer in ["\n\nleading lines", " leading space", "é", "\u{301}combining"] {
      let row = conversation([("user", "q"), ("assistant", answer)])
      let sample = try sample(row, encoder, .completionOnly)
      let prompt = try DataFixture.template(DataFixture.plainTemplate).render(
        messages: [ChatMessage(role: "user", content: "q")], addGenerationPrompt: true)
      let ids = tokenizer.encode(prompt, addSpecialTokens: false)
      #expect(Array(sample.ids[..<ids.count]) == ids)
      #expect(sample.isTarget.firstIndex(of: true) == ids.count)
    }
  }

  @Test func `A template that rewrites earlier answers is refused, except for the last answer`()
    throws
  {
    let source = """
      {% for m in messages %}<|im_start|>{{ m.role }}
      {{ m.content if loop.last or m.role == 'user' else m.content | upper }}<|im_end|>
      {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
      {% endif %}
      """
    let encoder = SampleEncoder(
      tokenizer: try DataFixture.tokenizer(),
      chatTemplate: try ChatTemplate(source: source, name: "rewriting"),
      configuration: try SampleConfiguration(maxSeqLength: 1000))
    let row = conversation([("user", "q"), ("assistant", "a"), ("user", "r"), ("assistant", "b")])
    let error = try #require(throws: TrainingError.self) {
      try encoder.encode(row, lossScope: .allAnswers)
    }
    #expect(error.message.contains("message 2: the chat template writes"))
    #expect(
      try DataFixture.marked(sample(row, encoder, .completionOnly)).components == ["b<|im_end|>"])
    #expect(try sample(row, encoder, .everyToken).targetCount > 0)
  }

  @Test func `A template that does not take a row makes it a bad row`() throws {
    let encoder = try DataFixture.encoder(template: "chat_template/templates/turn_marks.jinja")
    let (samples, report) = try DataFixture.read(
      [
        #"{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}"#,
        #"{"messages": [{"role": "user", "content": "q"}, {"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}"#,
        #"{"messages": [{"role": "assistant", "content": "a"}]}"#,
      ], encoder: encoder)
    #expect(samples.count == 1)
    #expect(report.problems.map(\.line) == [2, 3])
    #expect(report.problems[0].message.contains("turns must alternate"))
  }

  @Test func `An answer that the last message does not end is refused for the last answer only`()
    throws
  {
    let encoder = try DataFixture.encoder()
    let row = conversation([("user", "q"), ("assistant", "a"), ("user", "r")])
    #expect(throws: TrainingError.self) { try encoder.encode(row, lossScope: .completionOnly) }
    #expect(
      try DataFixture.marked(sample(row, encoder, .allAnswers)).components == ["a<|im_end|>"])
  }

  @Test func `Answers without a token that ends a generation are counted`() throws {
    let row =
      #"{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}"#
    let open = try DataFixture.read(
      [row], encoder: DataFixture.encoder(template: "chat_template/templates/turn_marks.jinja"))
    #expect(open.report.openEndedRows.count == 1)
    #expect(try DataFixture.read([row]).report.openEndedRows.count == 0)
  }

  @Test func `A text ends with the end token, once`() throws {
    let encoder = try DataFixture.encoder()
    let plain = try sample(.text("hello"), encoder, .everyToken)
    #expect(plain.ids.last == 2)
    #expect(plain.ids.count { $0 == 2 } == 1)
    let given = try sample(.text("hello<|im_end|>"), encoder, .everyToken)
    #expect(given == plain)
  }

  @Test(arguments: [-1, 0, 1])
  func `A length that leaves nothing to learn is refused`(length: Int) {
    #expect(throws: TrainingError.self) { try SampleConfiguration(maxSeqLength: length) }
  }
}

extension String {
  /// What stands in brackets.
  fileprivate var components: [String] {
    split(separator: "⟦", omittingEmptySubsequences: false).dropFirst().map {
      String($0.prefix { $0 != "⟧" })
    }
  }
}
