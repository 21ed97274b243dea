// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor
import Testing

@testable import HoneModel

/// The message of the failure that a call throws.
private func failure(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no failure"
  } catch let error as any HoneFailure {
    return error.message
  } catch {
    return "another error: \(error)"
  }
}

@Suite struct GGUFTokenizerTests {
  private func metadata(
    _ change: (inout GGUFTokenizerMetadata) -> Void = { _ in }
  ) -> GGUFTokenizerMetadata {
    var metadata = GGUFTokenizerMetadata(source: "model.gguf")
    metadata.model = "gpt2"
    metadata.pre = "gpt-2"
    metadata.tokens = ["<s>", "a", "b", "ab", "Ġ", "</s>", "<tool>", "1"]
    metadata.tokenTypes = [3, 1, 1, 1, 1, 3, 4, 1]
    metadata.merges = ["a b"]
    metadata.bosTokenID = 0
    metadata.eosTokenIDs = [5]
    change(&metadata)
    return metadata
  }

  private func tokenizer(
    _ change: (inout GGUFTokenizerMetadata) -> Void = { _ in }
  ) throws -> Tokenizer {
    try Tokenizer(TokenizerDefinition(metadata(change)))
  }

  @Test func `token types make special and other added tokens`() throws {
    let tokenizer = try tokenizer()
    #expect(tokenizer.encode("<s>ab<tool>b</s>") == [0, 3, 6, 2, 5])
    #expect(tokenizer.decode([0, 3, 6, 5], skipSpecialTokens: true) == "ab<tool>")
    #expect(tokenizer.bosTokenID == 0)
    #expect(tokenizer.eosTokenID == 5)
  }

  @Test(arguments: [nil, false, true], [nil, false, true])
  func `tokens around a text follow the flags`(bos: Bool?, eos: Bool?) throws {
    let tokenizer = try tokenizer {
      $0.addBosToken = bos
      $0.addEosToken = eos
    }
    let expected: [Int32] = (bos == true ? [0] : []) + [1] + (eos == true ? [5] : [])
    #expect(tokenizer.encode("a") == expected)
  }

  @Test func `Llama 3 files want the first token unless they say otherwise`() throws {
    #expect(try tokenizer { $0.pre = "llama-bpe" }.encode("a") == [0, 1])
    #expect(
      try tokenizer {
        $0.pre = "llama-bpe"
        $0.addBosToken = false
      }.encode("a") == [1])
  }

  @Test(arguments: [
    "default", "gpt-2", "gpt2", "phi-2", "smollm", "starcoder", "refact", "llama-bpe", "llama3",
    "llama-v3", "qwen2", "tekken",
  ])
  func `known pre-tokenizers are accepted`(name: String) throws {
    _ = try tokenizer { $0.pre = name }
  }

  @Test(arguments: ["bert", "t5", nil])
  func `other tokenizer models are refused`(model: String?) {
    let message = failure { _ = try tokenizer { $0.model = model } }
    let found = model.map { "\"\($0)\"" } ?? "missing"
    #expect(message.contains("model.gguf: tokenizer.ggml.model is \(found)"))
    #expect(message.contains("byte-level BPE"))
  }

  @Test(arguments: ["deepseek-coder", "", nil])
  func `an unknown pre-tokenizer is refused and the known ones are listed`(pre: String?) {
    let message = failure { _ = try tokenizer { $0.pre = pre } }
    #expect(message.contains("tokenizer.ggml.pre"))
    #expect(message.contains("smollm") && message.contains("qwen2"))
  }

  @Test func `faults in the tables are named, all of them`() {
    func check(_ parts: String..., change: (inout GGUFTokenizerMetadata) -> Void) {
      let message = failure { _ = try tokenizer(change) }
      #expect(message.hasPrefix("model.gguf: "))
      for part in parts { #expect(message.contains(part), "\(message)") }
    }
    check("empty") {
      $0.tokens = []
      $0.tokenTypes = []
    }
    check("no merges") { $0.merges = [] }
    check("merge 1 needs the token \"c\"") { $0.merges = ["a b", "a c"] }
    check("merge 0 needs the token \"ba\"") { $0.merges = ["b a"] }
    check("merge 0 is \"ab\"", "merge 1 is \"a  b\"", "merge 2 is \" ab\"", "4 faults") {
      $0.merges = ["ab", "a  b", " ab", "ab "]
    }
    check("tokens 1 and 2 are both \"a\"") { $0.tokens[2] = "a" }
    check("token's id 99 is outside 0…7") { $0.bosTokenID = 99 }
    check("token's id -1 is outside") { $0.eosTokenIDs = [-1] }
    check("id 9223372036854775807") { $0.padTokenID = .max }
    check("token_type has 1 entries") { $0.tokenTypes = [1] }
    check("token_type is missing") { $0.tokenTypes = nil }
    check("token_type of token 1 is 9") { $0.tokenTypes?[1] = 9 }
    check("no token for any single byte") {
      $0.tokens = ["xx", "yy", "xxyy"]
      $0.tokenTypes = [1, 1, 1]
      $0.merges = ["xx yy"]
      $0.bosTokenID = nil
      $0.eosTokenIDs = []
    }
    check("added token 4 is empty") {
      $0.tokens[4] = ""
      $0.tokenTypes?[4] = 3
    }
    check("and 92 more") { $0.merges = (0..<100).map { "x y\($0)" } }
  }

  // MARK: SentencePiece

  private func sentencePiece(
    _ change: (inout GGUFTokenizerMetadata) -> Void = { _ in }
  ) throws -> Tokenizer {
    let folder = "tokenizer-mistral"
    let stored = try TokenizerFixtures.json("llama2-gguf.json", in: folder).value
    func numbers(_ key: String) -> [Double] {
      stored[key]?.arrayValue?.compactMap(\.doubleValue) ?? []
    }
    var metadata = GGUFTokenizerMetadata(source: "model.gguf")
    metadata.model = "llama"
    metadata.tokens = try TokenizerDefinition(
      tokenizer: TokenizerFixtures.json("llama2.json", in: folder)
    ).tokens
    metadata.tokenTypes = numbers("types").map { Int($0) }
    metadata.scores = numbers("scores").map { Float($0) }
    metadata.bosTokenID = 1
    metadata.eosTokenIDs = [2]
    change(&metadata)
    return try Tokenizer(TokenizerDefinition(metadata))
  }

  @Test func `scores give the ids of the merges that follow from them`() throws {
    let tokenizer = try sentencePiece()
    let folder = "tokenizer-mistral"
    let texts = try TokenizerFixtures.texts(in: folder)
    let cases = try TokenizerFixtures.json("cases.json", in: folder).value["llama2"]
    let ids = TokenizerFixtures.ids(cases?["ids"])
    try #require(ids.count == texts.count && texts.count > 70)
    for (text, expected) in zip(texts, ids) {
      #expect(tokenizer.encode(text) == expected, "\(text.debugDescription)")
    }
    #expect(tokenizer.bosTokenID == 1 && tokenizer.eosTokenID == 2)
  }

  @Test func `Gemma's files count by the order of tokens and spell spaces as such`() throws {
    let folder = "tokenizer-mistral"
    let definition = try TokenizerDefinition(
      tokenizer: TokenizerFixtures.json("gemma.json", in: folder))
    let tokenizer = try sentencePiece {
      $0.architecture = "gemma2"
      $0.addSpacePrefix = false
      $0.tokens = definition.tokens.map { $0 == "\u{2581}\u{2581}" ? "  " : $0 }
      $0.tokenTypes?.removeLast()
      $0.scores = Array(repeating: 0, count: $0.tokens.count)
    }
    let texts = try TokenizerFixtures.texts(in: folder)
    let cases = try TokenizerFixtures.json("cases.json", in: folder).value["gemma"]
    for (text, expected) in zip(texts, TokenizerFixtures.ids(cases?["ids"])) {
      #expect(tokenizer.encode(text) == expected, "\(text.debugDescription)")
    }
  }

  @Test func `SentencePiece's space and first token can be turned off`() throws {
    let plain = try sentencePiece {
      $0.addSpacePrefix = false
      $0.addBosToken = false
    }
    let ids = plain.encode("the")
    #expect(ids.flatMap { plain.bytes(of: $0) } == Array("the".utf8))
    #expect(plain.decode(plain.encode(" the")) == " the")
  }

  @Test func `what is wrong with SentencePiece's tables is named`() {
    func check(_ part: String, change: (inout GGUFTokenizerMetadata) -> Void) {
      let message = failure { _ = try sentencePiece(change) }
      #expect(message.hasPrefix("model.gguf: ") && message.contains(part), "\(message)")
    }
    check("tokenizer.ggml.scores") { $0.scores = nil }
    check("tokenizer.ggml.scores") { $0.scores?.removeLast() }
    check("tokenizer.ggml.scores") { $0.scores?[5] = .nan }
    check("token_type is missing") { $0.tokenTypes = nil }
    check("remove_extra_whitespaces") { $0.removeExtraWhitespaces = true }
    check("unknown token's id 100000") { $0.unknownTokenID = 100_000 }
    check("token 9 has 1025 bytes") { $0.tokens[9] = String(repeating: "x", count: 1025) }
    check("tokens 3 and 4 are both") { $0.tokens[4] = $0.tokens[3] }
    check("empty") {
      $0.tokens = []
      $0.tokenTypes = []
      $0.scores = []
    }
  }

  @Test func `tokens that are equal only by canonical equivalence are two`() throws {
    let tokenizer = try tokenizer {
      $0.tokens += ["é", "e\u{301}"]
      $0.tokenTypes? += [1, 1]
    }
    #expect(tokenizer.id(of: "é") == 8)
    #expect(tokenizer.id(of: "e\u{301}") == 9)
  }
}

@Suite struct TokenizerJSONTests {
  private static let base = """
    {"added_tokens":[{"id":4,"content":"<s>","special":true},{"id":5,"content":"</s>","special":true}],
     "normalizer":null,"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},
     "post_processor":null,"decoder":{"type":"ByteLevel"},
     "model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2,"Ġ":3},"merges":["a b"]}}
    """

  private func named(_ text: String, _ file: String) throws -> NamedJSON {
    NamedJSON(file: file, value: try JSONParser.parse(text.utf8, file: file))
  }

  private func definition(
    _ old: String = "", _ new: String = "", config: String? = nil, generation: String? = nil
  ) throws -> TokenizerDefinition {
    let text =
      old.isEmpty ? Self.base : Self.base.replacing(old, with: new, maxReplacements: 1)
    try #require(old.isEmpty || text != Self.base)
    return try TokenizerDefinition(
      tokenizer: named(text, "tokenizer.json"),
      config: config.map { try named($0, "tokenizer_config.json") },
      generationConfig: generation.map { try named($0, "generation_config.json") })
  }

  @Test func `merges are read as strings and as pairs`() throws {
    #expect(try Tokenizer(definition()).encode("ab") == [2])
    #expect(try Tokenizer(definition("\"a b\"", "[\"a\",\"b\"]")).encode("ab") == [2])
  }

  @Test func `special tokens come from the configuration, as strings or objects`() throws {
    let config = """
      {"bos_token":"<s>","eos_token":{"content":"</s>","lstrip":false},"pad_token":null,
       "chat_template":"{{ messages }}","add_bos_token":true}
      """
    let tokenizer = try definition(config: config, generation: #"{"eos_token_id":[5,2]}"#)
    #expect(tokenizer.bosTokenID == 4)
    #expect(tokenizer.eosTokenIDs == [5, 2])
    #expect(tokenizer.padTokenID == nil)
    #expect(tokenizer.chatTemplate == "{{ messages }}")
    #expect(tokenizer.prefixTokenIDs == [4])
    #expect(try definition(generation: #"{"eos_token_id":2}"#).eosTokenIDs == [2])
  }

  private static let marks = """
    {"added_tokens":[],"normalizer":{"type":"Sequence","normalizers":[
      {"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]},
     "pre_tokenizer":null,"post_processor":null,
     "decoder":{"type":"Sequence","decoders":[
       {"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},
       {"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]},
     "model":{"type":"BPE","byte_fallback":true,"vocab":{"a":0,"▁":1,"▁a":2},"merges":["▁ a"]}}
    """

  @Test(arguments: [
    (#""String":"▁""#, #""Regex":"▁""#, "decoder Sequence"),
    (#"{"type":"Fuse"},"#, "", "decoder Sequence"),
    (#""start":1"#, #""start":2"#, "decoder Strip"),
    (#""pre_tokenizer":null"#, #""pre_tokenizer":{"type":"ByteLevel"}"#, "pre_tokenizer"),
    (
      #""pre_tokenizer":null"#, #""pre_tokenizer":{"type":"Metaspace","replacement":"_"}"#,
      "Metaspace with another mark"
    ),
    (
      #""pre_tokenizer":null"#,
      #""pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"last"}"#,
      "prepend_scheme \"last\""
    ),
    (
      #""pre_tokenizer":null"#,
      #""pre_tokenizer":{"type":"Split","pattern":{"String":"x"},"behavior":"Isolated"}"#,
      "pre_tokenizer Split"
    ),
    ("\"String\":\" \"", "\"Regex\":\" \"", "normalizer Replace"),
    ("\"String\":\" \"", "\"String\":\"\"", "normalizer Replace"),
    (#""prepend":"▁""#, #""prepend":1"#, "normalizer Prepend"),
    (#""byte_fallback":true"#, #""byte_fallback":1"#, "model.byte_fallback is a number"),
  ])
  func `what is not SentencePiece's is named`(old: String, new: String, part: String) throws {
    #expect(
      try Tokenizer(TokenizerDefinition(tokenizer: named(Self.marks, "t.json"))).encode("a a")
        == [2, 2])
    let text = Self.marks.replacing(old, with: new, maxReplacements: 1)
    try #require(text != Self.marks)
    let message = failure { _ = try TokenizerDefinition(tokenizer: named(text, "t.json")) }
    #expect(message.hasPrefix("t.json: ") && message.contains(part), "\(message)")
  }

  @Test func `of several chat templates the default one is taken`() throws {
    let config = """
      {"chat_template":[{"name":"tool_use","template":"T"},{"name":"default","template":"D"}]}
      """
    #expect(try definition(config: config).chatTemplate == "D")
  }

  @Test(arguments: [
    (#""type":"BPE""#, #""type":"Unigram""#, "model.type \"Unigram\""),
    (#""type":"BPE""#, #""type":"BPE","byte_fallback":true"#, "model.byte_fallback"),
    (#""type":"BPE""#, #""type":"BPE","dropout":0.1"#, "model.dropout"),
    (#""type":"BPE""#, #""type":"BPE","end_of_word_suffix":"</w>""#, "model.end_of_word_suffix"),
    (#""type":"BPE""#, #""type":"BPE","unk_token":"<u>""#, "model.unk_token is \"<u>\""),
    (#""type":"BPE""#, #""type":"BPE","ignore_merges":1"#, "model.ignore_merges is a number"),
    (#""normalizer":null"#, #""normalizer":{"type":"NFKC"}"#, "normalizer \"NFKC\""),
    (#""normalizer":null"#, #""normalizer":{}"#, "normalizer has no type"),
    (#""post_processor":null"#, #""post_processor":{"type":"BertProcessing"}"#, "post_processor"),
    (
      #""post_processor":null"#, #""post_processor":{"type":"TemplateProcessing","single":[]}"#,
      "no place for the text"
    ),
    (#""decoder":{"type":"ByteLevel"}"#, #""decoder":{"type":"WordPiece"}"#, "decoder"),
    (#""decoder":{"type":"ByteLevel"}"#, #""decoder":null"#, "decoder \"null\""),
    (#"{"type":"ByteLevel","add_prefix_space":false}"#, "null", "pre_tokenizer"),
    (
      #"{"type":"ByteLevel","add_prefix_space":false}"#, #"{"type":"Metaspace"}"#,
      "pre_tokenizer \"Metaspace\""
    ),
    (
      #"{"type":"ByteLevel","add_prefix_space":false}"#,
      #"{"type":"Split","pattern":{"Regex":"x+"},"behavior":"Isolated","invert":false}"#,
      "Split by \"x+\""
    ),
    (#""a":0"#, #""a":7"#, "the id 7 of the token \"a\" is out of range"),
    (#""a":0"#, #""a":-1"#, "the id -1"),
    (#""a":0"#, #""a":1"#, "the id 1 belongs to two tokens"),
    (#""a":0"#, #""a":"x""#, "is no integer"),
    (#""a":0,"#, "", "the id 5 of the token \"</s>\" is out of range"),
    (#""id":4,"content":"<s>""#, #""id":0,"content":"a""#, "no token has the id 4"),
    (#""id":4"#, #""id":3"#, "the id 3 belongs to two tokens"),
    (#""id":4"#, #""id":4294967296"#, "added_tokens[0]"),
    (#""merges":["a b"]"#, #""merges":[["a","b","c"]]"#, "merge 0"),
    (#""merges":["a b"]"#, #""merges":["a b",1]"#, "merge 1"),
    (#""merges":["a b"]"#, #""merges":null"#, "model.merges"),
    (#""vocab":{"a":0,"b":1,"ab":2,"Ġ":3}"#, #""vocab":[]"#, "model.vocab"),
  ])
  func `what is wrong or not supported is named`(old: String, new: String, part: String) throws {
    let message = failure { _ = try definition(old, new) }
    #expect(message.hasPrefix("tokenizer.json: "))
    #expect(message.contains(part), "\(message)")
  }

  @Test(arguments: [
    (#"{"bos_token":"<x>"}"#, nil, "tokenizer_config.json: bos_token is \"<x>\""),
    (#"{"eos_token":3}"#, nil, "tokenizer_config.json: eos_token is a number"),
    (#"{"chat_template":3}"#, nil, "tokenizer_config.json: chat_template is a number"),
    ("{}", #"{"eos_token_id":6}"#, "generation_config.json: eos_token_id"),
    ("{}", #"{"eos_token_id":"x"}"#, "generation_config.json: eos_token_id"),
  ])
  func `faults in the other files are named`(
    config: String, generation: String?, part: String
  ) throws {
    let message = failure { _ = try definition(config: config, generation: generation) }
    #expect(message.contains(part), "\(message)")
  }

  @Test func `an empty vocabulary is refused`() throws {
    let message = failure {
      let text = Self.base.replacing(#""a":0,"b":1,"ab":2,"Ġ":3"#, with: "")
        .replacing(#"{"id":4,"content":"<s>","special":true},"#, with: "")
        .replacing(#"{"id":5,"content":"</s>","special":true}"#, with: "")
      _ = try Tokenizer(TokenizerDefinition(tokenizer: named(text, "tokenizer.json")))
    }
    #expect(message.contains("tokenizer.json: the tokenizer's vocabulary is empty"))
  }
}
