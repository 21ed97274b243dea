// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneFormats
import Testing

@testable import HoneModel

/// The fixtures that Tools/goldens/tokenizer.py and tokenizer_mistral.py write.
enum TokenizerFixtures {
  /// One tokenizer of a folder of them.
  struct Family: Sendable, CustomTestStringConvertible {
    let folder: String
    let name: String
    var testDescription: String { name }

    func tokenizer() throws -> Tokenizer {
      try Tokenizer(TokenizerDefinition(tokenizer: json("\(name).json", in: folder)))
    }
    func texts() throws -> [String] { try TokenizerFixtures.texts(in: folder) }
    func cases() throws -> JSONValue? { try json("cases.json", in: folder).value[name] }
  }

  static let families =
    ["gpt2", "smollm", "llama3", "qwen2", "odd"].map { Family(folder: "tokenizer", name: $0) }
    + ["llama2", "mistral", "gemma", "metaspace", "tekken"].map {
      Family(folder: "tokenizer-mistral", name: $0)
    }

  static let directory = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

  static func json(_ name: String, in folder: String = "tokenizer") throws -> NamedJSON {
    let data = try Data(contentsOf: directory.appending(path: folder).appending(path: name))
    return NamedJSON(file: name, value: try JSONParser.parse(data, file: name))
  }

  static func tokenizer(_ family: String, in folder: String = "tokenizer") throws -> Tokenizer {
    try Family(folder: folder, name: family).tokenizer()
  }

  static func texts(in folder: String = "tokenizer") throws -> [String] {
    try strings(json("cases.json", in: folder).value["texts"])
  }

  static func strings(_ value: JSONValue?) -> [String] {
    (value?.arrayValue ?? []).map { $0.stringValue ?? "" }
  }

  static func ids(_ value: JSONValue?) -> [[Int32]] {
    (value?.arrayValue ?? []).map { row in
      (row.arrayValue ?? []).map { Int32($0.intValue ?? -1) }
    }
  }

  /// The model that integration tests use, if it is on this machine: `HONE_TEST_MODEL`, or what
  /// `hone models pull smollm2-135m` keeps.
  static let smolLM2: String? = {
    let environment = ProcessInfo.processInfo.environment
    if let path = environment["HONE_TEST_MODEL"] { return path }
    let home =
      environment["HONE_HOME"].map { URL(filePath: $0) }
      ?? (environment["XDG_CACHE_HOME"].map { URL(filePath: $0) }
      ?? URL(filePath: environment["HOME"] ?? "/").appending(path: ".cache"))
      .appending(path: "hone")
    let directory = home.appending(path: "models/smollm2-135m")
    let files = try? FileManager.default.contentsOfDirectory(atPath: directory.path)
    return files?.first { $0.hasSuffix(".gguf") }.map { directory.appending(path: $0).path }
  }()
}

/// Random texts of many scripts, with much of what tokenizers treat specially.
struct RandomTexts {
  private var generator: any RandomNumberGenerator

  init(seed: UInt64) { generator = SplitMix(state: seed) }

  mutating func next() -> String {
    let marks = ["  ", "\r\n", "'s", "'LL", "e\u{301}", "👩‍👩‍👧‍👦", "\u{0}", "१", "½", "\u{3000}", "the"]
    var text = ""
    for _ in 0..<Int.random(in: 0...40, using: &generator) {
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: text += marks[Int.random(in: 0..<marks.count, using: &generator)]
      case 1: text.unicodeScalars.append(scalar(in: 0x20...0x7E))
      case 2: text.unicodeScalars.append(scalar(in: 0...0x3000))
      default: text.unicodeScalars.append(scalar(in: 0...0x10FFFF))
      }
    }
    return text
  }

  private mutating func scalar(in range: ClosedRange<UInt32>) -> Unicode.Scalar {
    Unicode.Scalar(UInt32.random(in: range, using: &generator)) ?? "x"
  }
}

/// Steele, Lea & Flood 2014; enough for tests.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
