// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Good files of a format to begin with: the tests' fixtures and some rows, cut to what is read
/// before the weights.
struct Seeds {
  private var files: [[UInt8]] = []

  init(_ format: FuzzFormat) throws {
    switch format {
    case .gguf:
      // The header of both models is shorter.
      files = try ["tiny-llama-gguf/model-f32.gguf", "tiny-llama-gguf/model-q8_0.gguf"]
        .map { try Array(Self.fixture($0).prefix(8192)) }
      files += try ["formats/types.gguf", "formats/metadata.gguf"].map(Self.fixture)
      // These have no tokenizer of their own.
      files += try ["mistral", "qwen3", "gemma2", "gemma3_text", "phi3"].map {
        try Self.withTokenizer(Self.fixture("\($0)/model.gguf"))
      }
    case .safetensors:
      let header = Self.header(try Self.fixture("tiny-llama/model.safetensors"))
      files = try [
        "tiny-llama/config.json", "tiny-llama3/config.json", "tiny-llama3/config-linear.json",
        "tiny-llama3/config-v4.json",
      ].map { try Self.joined(Self.fixture($0), header) }
      for name in ["mistral", "qwen2", "qwen3", "gemma2", "gemma3_text", "phi3"] {
        let header = try Self.header(Self.fixture("\(name)/model.safetensors"))
        files.append(
          Self.joined(
            try Self.wide(config: Self.fixture("\(name)/config.json")),
            try Self.wide(header: header)
          ))
      }
      let config = try Self.fixture("tiny-llama/config.json")
      files += try ["formats/small.safetensors", "formats/bf16.safetensors"]
        .map { try Self.joined(config, Self.fixture($0)) }
    case .index:
      files = [try Self.fixture("tiny-llama3/model.safetensors.index.json")]
    case .tokenizer:
      let config = try Self.fixture("tiny-llama/tokenizer_config.json")
      files = try ["gpt2", "llama3", "odd", "qwen2", "smollm", "smollm2"]
        .map { try Self.joined(Self.fixture("tokenizer/\($0).json"), config) }
      files += try ["gemma", "llama2", "metaspace", "mistral", "tekken"]
        .map { try Self.joined(Self.fixture("tokenizer-mistral/\($0).json"), config) }
      files.append(try Self.fixture("tiny-llama/tokenizer.json"))
    case .adapter:
      let names = [
        "peft-default", "peft-one-layer", "peft-patterns-f16", "peft-rslora-bf16", "mlx",
      ]
      files = try names.map { name in
        let weights = name == "mlx" ? "adapters.safetensors" : "adapter_model.safetensors"
        return try Self.joined(
          Self.fixture("adapters/\(name)/adapter_config.json"),
          Self.header(Self.fixture("adapters/\(name)/\(weights)")))
      }
    case .jsonl: files = Self.rows.map { Array($0.utf8) }
    case .task:
      files = try ["closing-brackets", "name-badges", "reversed-lists"]
        .map { try Self.bytes("\(Fixtures.repository)/Examples/\($0).json") }
      files += Self.examples.map { Array($0.utf8) }
    case .puzzle:
      files = [try Self.bytes("\(Fixtures.repository)/Examples/puzzles/recolor.json")]
      files += Self.puzzles.map { Array($0.utf8) }
    case .template:
      let folder = Fixtures.path("chat_template/templates")
      files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        .map { try Self.bytes("\(folder)/\($0)") }
      let snippets = try JSONDecoder().decode(
        Snippets.self, from: Data(Self.fixture("chat_template/snippets.json")))
      files += snippets.cases.map { Array($0.template.utf8) }
    }
  }

  func write(to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (index, file) in files.enumerated() {
      try Data(file).write(to: URL(fileURLWithPath: "\(folder)/seed-\(index)"))
    }
  }

  private struct Snippets: Decodable {
    struct Case: Decodable { let template: String }
    let cases: [Case]
  }

  private static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private static func fixture(_ name: String) throws -> [UInt8] {
    try bytes(Fixtures.path(name))
  }

  private static func joined(_ json: [UInt8], _ rest: [UInt8]) -> [UInt8] { json + [0xFF] + rest }

  /// A safetensors file without its tensors.
  private static func header(_ file: [UInt8]) -> [UInt8] {
    let length = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    return Array(file.prefix(8 + length))
  }

  // MARK: Families' models of 96 tokens, which no tokenizer of the fixtures has

  /// The configuration with as many tokens as the tiny model's tokenizer.
  private static func wide(config: [UInt8]) throws -> [UInt8] {
    var json = try JSONSerialization.jsonObject(with: Data(config)) as? [String: Any] ?? [:]
    json["vocab_size"] = 320
    return Array(try JSONSerialization.data(withJSONObject: json, options: .sortedKeys))
  }

  /// The header with as many rows of embeddings, and the offsets that follow from them.
  private static func wide(header: [UInt8]) throws -> [UInt8] {
    let json = try JSONSerialization.jsonObject(with: Data(header.dropFirst(8)))
    var tensors = (json as? [String: Any] ?? [:]).compactMapValues { $0 as? [String: Any] }
    tensors["__metadata__"] = nil
    var end = 0
    for name in tensors.keys.sorted() {
      var shape = tensors[name]?["shape"] as? [Int] ?? []
      if name.contains("embed_tokens") || name.contains("lm_head") { shape[0] = 320 }
      let size = shape.reduce(tensors[name]?["dtype"] as? String == "F32" ? 4 : 2, *)
      tensors[name]?["shape"] = shape
      tensors[name]?["data_offsets"] = [end, end + size]
      end += size
    }
    var text = Array(try JSONSerialization.data(withJSONObject: tensors, options: .sortedKeys))
    while text.count % 8 > 0 { text.append(32) }
    return littleEndian(UInt64(text.count)) + text
  }

  /// The header of a GGUF file with SentencePiece's tokens before its other keys.
  private static func withTokenizer(_ file: [UInt8]) -> [UInt8] {
    let tokens =
      ["<unk>", "<s>", "</s>"] + (10..<80).map { "<0x\(String($0, radix: 16, uppercase: true))>" }
      + [
        "\u{2581}", "H", "e", "l", "o", "4", "2", "ll", "He", "llo", "Hello", "\u{2581}Hello", "é",
      ]
    func text(_ text: String) -> [UInt8] { littleEndian(UInt64(text.utf8.count)) + text.utf8 }
    func array(_ key: String, type: UInt32, _ items: [[UInt8]]) -> [UInt8] {
      text(key) + littleEndian(UInt32(9)) + littleEndian(type)
        + littleEndian(UInt64(items.count)) + items.joined()
    }
    let keys =
      text("tokenizer.ggml.model") + littleEndian(UInt32(8)) + text("llama")
      + array("tokenizer.ggml.tokens", type: 8, tokens.map(text))
      + array(
        "tokenizer.ggml.scores", type: 6,
        tokens.indices.map { littleEndian((-Float($0)).bitPattern) })
      + array(
        "tokenizer.ggml.token_type", type: 5,
        tokens.indices.map { littleEndian(Int32($0 == 0 ? 2 : $0 < 3 ? 3 : $0 < 73 ? 6 : 1)) })
    let count = file[16..<24].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let result = file[..<16] + littleEndian(count + 4) + keys + file[24..<4096]
    return Array(result) + (result.count % 2 == 0 ? [] : [0])
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private static let rows = [
    "{\"text\": \"one\"}\n{\"text\": \"two, \\u00e9 \\ud83d\\ude42\"}\n\n{\"text\": \"\", \"k\": [1, null]}\n",
    "{\"prompt\": \"2 + 2 =\", \"completion\": \" 4\"}\r\n{\"prompt\": \"\", \"completion\": \"x\"}\r\n",
    """
    {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], "tools": []}
    {"messages": [{"role": "user", "content": [{"type": "text", "text": "q"}]}, {"role": "assistant", "content": null, "tool_calls": [{"type": "function", "function": {"name": "f", "arguments": "{}"}}]}, {"role": "tool", "content": "7", "name": "f"}, {"role": "assistant", "content": "7"}]}
    """,
    """
    {"instruction": "Do", "input": "it", "output": "done"}
    {"instruction": "Do", "input": "", "output": "done", "system": "s", "history": [["q", "a"]]}
    """,
    """
    [{"conversations": [{"from": "system", "value": "s"}, {"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]},
     {"conversations": [{"from": "user", "value": "q"}, {"from": "assistant", "value": "a"}], "system": "s", "tools": "[]"}]
    """,
  ]

  /// Challenges, both halves of a collection, and a submission.
  private static let puzzles = [
    #"{"a1": {"train": [{"input": [[1, 0]], "output": [[0], [1]]}], "test": [{"input": [[2]]}]}}"#,
    """
    {"train": {"a": {"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[3]], \
    "output": [[4]]}]}}, "eval": {"b": {"train": [{"input": [[1]], "output": [[2]]}], "test": \
    [{"input": [[3]], "output": null}]}}}
    """,
    #"{"a1": [{"attempt_1": [[0]], "attempt_2": [[1, 2], [3, 4]]}]}"#,
  ]

  private static let examples = [
    "{\"input\": \"a\", \"output\": \"b\"}\n{\"input\": \"c\", \"output\": \"d\"}\n{\"input\": \"e\", \"output\": \"f\"}\n",
    "{\"canary\": \"x\", \"examples\": [{\"input\": \"a\", \"target\": \"b\"}, {\"input\": \"c\", \"target\": \"d\"}, {\"input\": \"e\", \"target\": \"f\"}]}",
    "{\"name\": \"n\", \"instruction\": null, \"demonstrations\": [{\"input\": \"a\", \"output\": \"b\"}], \"queries\": [{\"input\": \"c\"}]}",
  ]
}
