// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import Testing

@testable import HoneModel

/// Strings are compared by their scalars: `==` takes canonically equivalent ones for equal.
private func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

@Suite struct TokenizerTests {
  @Test(arguments: TokenizerFixtures.families)
  func `ids and texts are those of the reference library`(
    family: TokenizerFixtures.Family
  ) throws {
    let tokenizer = try family.tokenizer()
    let texts = try family.texts()
    let expected = try family.cases()
    let ids = TokenizerFixtures.ids(expected?["ids"])
    let decoded = TokenizerFixtures.strings(expected?["decoded"])
    let withoutSpecial = TokenizerFixtures.strings(expected?["decodedWithoutSpecial"])
    try #require(texts.count > 50 && ids.count == texts.count && decoded.count == texts.count)
    for (index, text) in texts.enumerated() {
      #expect(tokenizer.encode(text) == ids[index], "\(text.debugDescription)")
      #expect(scalars(tokenizer.decode(ids[index])) == scalars(decoded[index]))
      #expect(
        scalars(tokenizer.decode(ids[index], skipSpecialTokens: true))
          == scalars(withoutSpecial[index]))
    }
  }

  @Test(arguments: ["gpt2", "llama3"])
  func `a text that is encoded and decoded is unchanged`(family: String) throws {
    let tokenizer = try TokenizerFixtures.tokenizer(family)
    var texts = RandomTexts(seed: 1)
    for _ in 0..<500 {
      let text = texts.next()
      let ids = tokenizer.encode(text, addSpecialTokens: false)
      #expect(scalars(tokenizer.decode(ids)) == scalars(text))
    }
  }

  @Test(arguments: ["llama2", "gemma"])
  func `a text that SentencePiece encodes and decodes is unchanged`(family: String) throws {
    let tokenizer = try TokenizerFixtures.tokenizer(family, in: "tokenizer-mistral")
    var texts = RandomTexts(seed: 2)
    for _ in 0..<500 {
      // The mark of a space is a space when it comes back.
      let marked = texts.next().unicodeScalars.map { $0 == "\u{2581}" ? "_" : $0 }
      let text = String(String.UnicodeScalarView(marked))
      let ids = tokenizer.encode(text, addSpecialTokens: false)
      #expect(scalars(tokenizer.decode(ids)) == scalars(text))
      var streaming = StreamingDecoder(tokenizer)
      let parts = ids.map { streaming.append($0) }.joined() + streaming.finish()
      #expect(scalars(parts) == scalars(text))
    }
  }

  @Test(arguments: ["llama2", "mistral", "metaspace"])
  func `a text that continues another has no space before it`(family: String) throws {
    let tokenizer = try TokenizerFixtures.tokenizer(family, in: "tokenizer-mistral")
    let whole = tokenizer.encode("The cat reads the model", addSpecialTokens: false)
    let parts =
      tokenizer.encode("The cat", addSpecialTokens: false)
      + tokenizer.encode(" reads the model", addSpecialTokens: false, continuing: true)
    #expect(parts == whole)
    let word = tokenizer.encode("the", addSpecialTokens: false, continuing: true)
    #expect(word.flatMap { tokenizer.bytes(of: $0) } == Array("the".utf8))
  }

  @Test(arguments: ["llama2", "mistral", "metaspace", "gemma"])
  func `parts of a text encoded behind each other are the whole`(family: String) throws {
    let tokenizer = try TokenizerFixtures.tokenizer(family, in: "tokenizer-mistral")
    for parts in [["The cat", " reads the model"], ["The cat</s>", "reads the", " model"]] {
      let ids = parts.reduce(into: []) { $0 += tokenizer.encode($1, behind: $0) }
      #expect(ids == tokenizer.encode(parts.joined(), addSpecialTokens: false), "\(parts)")
    }
  }

  @Test func `characters that SentencePiece's vocabulary lacks become bytes`() throws {
    let tokenizer = try TokenizerFixtures.tokenizer("llama2", in: "tokenizer-mistral")
    let ids = tokenizer.encode("𝄞", addSpecialTokens: false, continuing: true)
    #expect(ids.map { tokenizer.token(for: $0) } == ["<0xF0>", "<0x9D>", "<0x84>", "<0x9E>"])
    #expect(tokenizer.decode(ids) == "𝄞")
    var decoder = StreamingDecoder(tokenizer)
    #expect(ids.map { decoder.append($0) } == ["", "", "", "𝄞"])
    // The name of a byte's token is no such token in a text.
    let spelled = tokenizer.encode("<0xF0>", addSpecialTokens: false)
    #expect(tokenizer.decode(spelled) == "<0xF0>")
  }

  @Test func `a text in form C comes back from a tokenizer that normalises`() throws {
    let tokenizer = try TokenizerFixtures.tokenizer("qwen2")
    let ids = tokenizer.encode("cafe\u{301}")
    #expect(scalars(tokenizer.decode(ids)) == scalars("caf\u{E9}"))
  }

  @Test func `special tokens in a text can be left as text`() throws {
    let tokenizer = try TokenizerFixtures.tokenizer("qwen2")
    let end = try #require(tokenizer.id(of: "<|im_end|>"))
    let text = "a<|im_end|>b"
    #expect(tokenizer.encode(text).contains(end))
    let plain = tokenizer.encode(text, parseSpecialTokens: false)
    #expect(!plain.contains(end))
    #expect(tokenizer.decode(plain, skipSpecialTokens: true) == text)
  }

  @Test func `tokens around a text are left out on request`() throws {
    let tokenizer = try TokenizerFixtures.tokenizer("llama3")
    let bos = try #require(tokenizer.id(of: "<|begin_of_text|>"))
    #expect(tokenizer.encode("") == [bos])
    #expect(tokenizer.encode("", addSpecialTokens: false) == [])
    #expect(tokenizer.isSpecial(bos))
  }

  @Test func `ids and tokens are found both ways and never out of range`() throws {
    let tokenizer = try TokenizerFixtures.tokenizer("gpt2")
    for id in 0..<Int32(tokenizer.vocabSize) {
      let token = try #require(tokenizer.token(for: id))
      #expect(tokenizer.id(of: token) == id)
    }
    for id in [-1, Int32(tokenizer.vocabSize), .min, .max] {
      #expect(tokenizer.token(for: id) == nil)
      #expect(tokenizer.bytes(of: id) == [])
    }
    #expect(tokenizer.id(of: "no such token") == nil)
    #expect(tokenizer.decode([-1, .max, .min]) == "")
  }

  @Test(.timeLimit(.minutes(1)))
  func `a very long word does not take quadratic time`() throws {
    let tokenizer = try TokenizerFixtures.tokenizer("gpt2")
    for word in ["a", "ab", "the", "é"] {
      let text = String(repeating: word, count: 100_000)
      let ids = tokenizer.encode(text)
      #expect(tokenizer.decode(ids) == text)
    }
  }

  @Test func `long pieces merge as short ones do`() throws {
    // The heap takes over at some length; the merges must not depend on it.
    let encoder = try TokenizerFixtures.tokenizer("gpt2").encoder
    var scratch = BytePairEncoder.Scratch()
    for text in ["the cat reads the model and ", "aaaaaab", "foxfoxfox"] {
      for count in 1...20 {
        let bytes = Array(String(repeating: text, count: count).utf8)
        var searched: [Int32] = []
        var heaped: [Int32] = []
        encoder.encode(bytes[...], longestSearch: .max, scratch: &scratch, into: &searched)
        encoder.encode(bytes[...], longestSearch: 1, scratch: &scratch, into: &heaped)
        #expect(searched == heaped)
      }
    }
  }
}

@Suite struct StreamingDecoderTests {
  @Test(arguments: TokenizerFixtures.families)
  func `what it hands out is whole and adds up to the decoded text`(
    family: TokenizerFixtures.Family
  ) throws {
    let tokenizer = try family.tokenizer()
    for text in try family.texts() {
      let ids = tokenizer.encode(text)
      var decoder = StreamingDecoder(tokenizer)
      let parts = ids.map { decoder.append($0) }
      let whole = tokenizer.decode(ids, skipSpecialTokens: true)
      if !whole.unicodeScalars.contains("\u{FFFD}") {
        #expect(parts.allSatisfy { !$0.unicodeScalars.contains("\u{FFFD}") })
      }
      #expect(scalars(parts.joined() + decoder.finish()) == scalars(whole))
    }
  }

  @Test func `bytes that never make a character end up as replacement characters`() throws {
    let tokenizer = try TokenizerFixtures.tokenizer("gpt2")
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let ids = (0..<20).map { _ in
        Int32.random(in: -2..<Int32(tokenizer.vocabSize + 2), using: &generator)
      }
      var decoder = StreamingDecoder(tokenizer, skipSpecialTokens: false)
      let parts = ids.map { decoder.append($0) }.joined() + decoder.finish()
      #expect(scalars(parts) == scalars(tokenizer.decode(ids)), "\(ids)")
    }
  }
}

@Suite struct SmolLM2TokenizerTests {
  @Test(.enabled(if: TokenizerFixtures.smolLM2 != nil, "needs the SmolLM2-135M-Instruct GGUF"))
  func `SmolLM2's own vocabulary gives the reference's ids`() throws {
    let path = try #require(TokenizerFixtures.smolLM2)
    let metadata = try GGUFTokenizerMetadata(GGUFFile(path: path))
    let definition = try TokenizerDefinition(metadata)
    let tokenizer = try Tokenizer(definition)
    #expect(tokenizer.vocabSize == 49_152)
    #expect(tokenizer.bosTokenID == 1)
    #expect(tokenizer.eosTokenIDs == [2])
    #expect(definition.chatTemplate?.isEmpty == false)
    let ids = try TokenizerFixtures.ids(TokenizerFixtures.json("smollm2.json").value["ids"])
    let texts = try TokenizerFixtures.texts()
    try #require(ids.count == texts.count)
    for (text, expected) in zip(texts, ids) {
      #expect(tokenizer.encode(text) == expected, "\(text.debugDescription)")
    }
  }
}
