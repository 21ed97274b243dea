// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneARC
import HoneAdaptation
import HoneModel
import HoneTensor
import HoneTraining

/// Reads inputs as files of one format and uses what they hold; only an error of Hone's own kind,
/// with a message fit for a terminal, is a good end for one that is broken.
struct FuzzTarget: Sendable {
  let format: FuzzFormat
  private let scratch: Scratch
  /// A tiny model with a chat template; what rows and adapters are read for.
  private let model: LanguageModel

  init(_ format: FuzzFormat, scratch path: String) throws {
    self.format = format
    scratch = try Scratch(path)
    let tiny = Fixtures.path("tiny-llama")
    let folder = try scratch.folder("tiny")
    for name in ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"] {
      try scratch.link("tiny/\(name)", to: "\(tiny)/\(name)")
    }
    try scratch.link(
      "tiny/chat_template.jinja", to: Fixtures.path("chat_template/templates/smollm2.jinja"))
    model = try LanguageModel.load(path: folder, threads: 1)
    _ = try scratch.folder("input")
    switch format {
    case .safetensors:
      try scratch.link("input/tokenizer.json", to: "\(tiny)/tokenizer.json")
    case .index:
      let sharded = Fixtures.path("tiny-llama3")
      for name in 1...3 {
        let shard = "model-0000\(name)-of-00003.safetensors"
        try scratch.link("input/\(shard)", to: "\(sharded)/\(shard)")
      }
      try scratch.link("input/config.json", to: "\(sharded)/config.json")
      try scratch.link("input/tokenizer.json", to: "\(tiny)/tokenizer.json")
    default: break
    }
  }

  func run(_ input: [UInt8]) async {
    do {
      try await read(input)
    } catch let error as any HoneFailure {
      guard !error.message.isEmpty, error.message.utf8.count < 1 << 20 else {
        fatalError("a message of \(error.message.utf8.count) bytes")
      }
      // A message may end on a terminal.
      let control = error.message.unicodeScalars.first {
        $0.properties.generalCategory == .control && $0 != "\n"
      }
      if let control { fatalError("a message with U+\(String(control.value, radix: 16))") }
    } catch {
      fatalError("an error that is none of Hone's: \(error)")
    }
  }

  private func read(_ input: [UInt8]) async throws {
    switch format {
    case .gguf:
      let path = try scratch.write(
        "input/model.gguf", input, size: input.count % 2 == 0 ? input.count + 512 << 10 : nil)
      try await use(LanguageModel.load(path: path, threads: 1))
    case .safetensors:
      let (config, weights) = Self.parts(input)
      _ = try scratch.write("input/config.json", config)
      _ = try scratch.write(
        "input/model.safetensors", weights, size: Self.safetensorsSize(weights))
      try await use(LanguageModel.load(path: scratch.path("input"), threads: 1))
    case .index:
      _ = try scratch.write("input/model.safetensors.index.json", input)
      try await use(LanguageModel.load(path: scratch.path("input"), threads: 1))
    case .tokenizer:
      let (definition, config) = Self.parts(input)
      _ = try scratch.write("input/tokenizer.json", definition)
      _ = try scratch.write(
        "input/tokenizer_config.json", config.isEmpty ? Array("{}".utf8) : config)
      try use(Tokenizer.load(path: scratch.path("input")))
    case .adapter:
      let (config, weights) = Self.parts(input)
      _ = try scratch.write("input/adapter_config.json", config)
      for name in ["adapter_model", "adapters"] {
        _ = try scratch.write(
          "input/\(name).safetensors", weights, size: Self.safetensorsSize(weights))
      }
      let adapter = try LoRAAdapter.load(
        path: scratch.path("input"), model: model.configuration)
      _ = try await model.score(prompt: [1, 5], completion: [7, 9], adapter: adapter)
    case .jsonl:
      let path = try scratch.write("input/rows.jsonl", input)
      let forms = [nil] + DataForm.allCases
      let data = try TrainingData.load(
        DataConfiguration(
          path: path, samples: SampleConfiguration(maxSeqLength: 64),
          // Mostly told from the first row.
          form: input.count % 4 == 0 ? forms[input.count / 4 % forms.count] : nil,
          skipsBadRows: true),
        for: model)
      _ = data.reports.flatMap { $0.problemLines() }
    case .task:
      let path = try scratch.write("input/task.json", input)
      do { _ = try FewShotTask(path: path) } catch is any HoneFailure {}
      _ = try FewShotTask(drawingFrom: path, demonstrations: 2, queries: nil, seed: 1)
    case .puzzle:
      let path = try scratch.write("input/puzzle.json", input)
      do { _ = try Submission(path: path) } catch is any HoneFailure {}
      let puzzles = try ARCCollection(path: path)
      for puzzle in puzzles.tasks.prefix(2) {
        _ = try SyntheticTaskBuilder().tasks(from: puzzle.demonstrations) { _ in 1 }
        _ = try QueryBuilder().views(of: puzzle.demonstrations) { _ in 1 }
      }
    case .template:
      let template = try ChatTemplate(source: String(decoding: input, as: UTF8.self), name: "x")
      try Self.render(template)
    }
  }

  // MARK: Use

  private func use(_ model: LanguageModel) async throws {
    try use(model.tokenizer)
    if model.chatTemplateSource != nil { try Self.render(model.chatTemplate()) }
    let ids = Array(model.tokenizer.encode("Hello 42").prefix(6))
    guard ids.count > 1, model.contextLength > 8 else { return }
    _ = try await model.score(prompt: [], completion: ids)
    _ = try await model.generate(prompt: ids, maxTokens: 2)
  }

  private func use(_ tokenizer: Tokenizer) throws {
    let texts = [
      "Hello, wörld! 1234 don't\n\n\t x", "日本語 👩‍👩‍👧 e\u{301}ﬁ\u{0}\r\n  ", "<|im_start|><s></s><unk>",
      "",
    ]
    for text in texts {
      let ids = tokenizer.encode(text)
      _ = tokenizer.encode(text, parseSpecialTokens: false)
      _ = tokenizer.decode(ids, skipSpecialTokens: true)
      for id in ids { _ = (tokenizer.token(for: id), tokenizer.bytes(of: id)) }
    }
    _ = tokenizer.decode([0, -1, .max, 5])
  }

  private static func render(_ template: ChatTemplate) throws {
    let messages = [
      ChatMessage(role: "system", content: "s"), ChatMessage(role: "user", content: " Hi\n<a> 'é'"),
      ChatMessage(role: "assistant", content: "<think>\nx\n</think>\n\nA"),
      ChatMessage(role: "user", content: "Q"),
    ]
    let variables: [String: TemplateValue] = [
      "n": 7, "f": 2.5, "t": true, "none_value": .none, "s": "Hello World", "empty": "",
      "l": [3, 1, 2], "names": ["bob", "Alice"], "d": ["b": 1, "a": [1, 2]],
      "rows": [["k": "a", "v": 1], ["k": "b", "v": 2]], "u": "áé👍\r\nß", "q": "it's \"x\"",
      "tools": [["type": "function", "function": ["name": "f", "parameters": [:]]]],
    ]
    _ = try template.render(
      messages: messages, addGenerationPrompt: true, bosToken: "<s>", eosToken: "</s>",
      extra: variables)
  }

  // MARK: Parts of an input

  private static func parts(_ input: [UInt8]) -> (json: [UInt8], rest: [UInt8]) {
    guard let border = input.firstIndex(of: 0xFF) else { return (input, []) }
    return (Array(input[..<border]), Array(input[(border + 1)...]))
  }

  /// The size that a file must have whose header is all there is; nil if there is more or less.
  private static func safetensorsSize(_ file: [UInt8]) -> Int? {
    let length = file.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard file.count >= 8, length == file.count - 8 else { return nil }
    // The greatest number in a header is where the last tensor ends.
    let numbers = file.dropFirst(8).split { !(48...57).contains($0) }.compactMap {
      Int(String(decoding: $0, as: UTF8.self))
    }
    return file.count + (numbers.filter { $0 <= 1 << 20 }.max() ?? 0)
  }
}
