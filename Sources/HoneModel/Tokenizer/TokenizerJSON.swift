// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// Reads the parts of a tokenizer.json, and names file and part where one is wrong.
struct TokenizerJSON {
  let file: String

  func invalid(_ message: String) -> ModelError {
    ModelError(.invalid, "\(file): \(message); fetch the file again")
  }

  func unsupported(_ part: String, _ expected: String) -> ModelError {
    ModelError(
      .unsupported,
      "\(file): \(part) is not supported; expected \(expected). Hone runs the byte-level BPE "
        + "tokenizers of the Llama 3, Qwen, Mistral Nemo, SmolLM and GPT-2 families, and the "
        + "SentencePiece BPE of Llama 2 and Mistral")
  }

  /// A boolean member that may be left out.
  func flag(
    _ object: JSONValue, _ key: String, _ name: String, default: Bool = false
  ) throws -> Bool {
    guard let value = object[key], !value.isNull else { return `default` }
    guard let flag = value.boolValue else {
      throw invalid("\(name) is \(value.typeName), expected a boolean")
    }
    return flag
  }

  /// The id of a token named in a configuration; the last one with this spelling.
  func id(of name: String, in tokens: [String], _ part: String) throws -> Int32 {
    let spelling = Array(name.utf8)
    guard let index = tokens.lastIndex(where: { $0.utf8.elementsEqual(spelling) }),
      let id = Int32(exactly: index)
    else {
      throw invalid("\(part) is \(name.quotedForMessage), which is not in the vocabulary")
    }
    return id
  }

  /// The `type` of a component, or nil if there is no component.
  private func type(of component: JSONValue?, _ part: String) throws -> String? {
    guard let component, !component.isNull else { return nil }
    guard let type = component["type"]?.stringValue else {
      throw invalid("\(part) has no type")
    }
    return type
  }

  // MARK: - Model

  /// The model, checked to be plain BPE.
  ///
  /// - Parameter byteFallback: Whether characters that the vocabulary lacks may become bytes.
  func model(_ model: JSONValue?, byteFallback: Bool) throws -> JSONValue {
    guard let model, model.objectValue != nil else {
      throw invalid("it has no model object; it is no tokenizer of the tokenizers library")
    }
    // Old files leave the type out; only BPE has merges.
    let type = model["type"]?.stringValue ?? (model["merges"] == nil ? "unknown" : "BPE")
    guard type == "BPE" else {
      throw unsupported("model.type \(type.quotedForMessage)", "\"BPE\"")
    }
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let value = model[key], !value.isNull, value.stringValue != "" {
        throw unsupported("model.\(key)", "null or \"\"")
      }
    }
    if let dropout = model["dropout"], !dropout.isNull, dropout.doubleValue != 0 {
      throw unsupported("model.dropout", "null")
    }
    if try !byteFallback && flag(model, "byte_fallback", "model.byte_fallback") {
      throw unsupported("model.byte_fallback", "false")
    }
    return model
  }

  /// The vocabulary with the added tokens, in the order of ids, without gaps.
  func tokens(_ model: JSONValue, _ added: [AddedToken]) throws -> [String] {
    guard let vocab = model["vocab"]?.objectValue else {
      throw invalid("model.vocab is missing or no object of tokens and ids")
    }
    // Each entry can fill one id, so a higher one leaves a gap.
    let limit = vocab.count + added.count
    var tokens = [String?](repeating: nil, count: limit)
    var count = 0
    func place(_ token: String, _ id: Int) throws {
      guard id >= 0, id < limit else {
        throw invalid(
          "the id \(id) of the token \(token.quotedForMessage) is out of range: \(limit) tokens "
            + "have ids 0…\(limit - 1)")
      }
      if let there = tokens[id], !there.utf8.elementsEqual(token.utf8) {
        throw invalid(
          "the id \(id) belongs to two tokens, \(there.quotedForMessage) and "
            + token.quotedForMessage)
      }
      tokens[id] = token
      count = max(count, id + 1)
    }
    for (token, id) in zip(vocab.keys, vocab.values) {
      guard let id = id.intValue else {
        throw invalid("the id of the token \(token.quotedForMessage) is no integer")
      }
      try place(token, id)
    }
    for token in added { try place(token.content, Int(token.id)) }
    return try tokens[..<count].enumerated().map { id, token in
      guard let token else { throw invalid("no token has the id \(id), but others have higher") }
      return token
    }
  }

  func merges(_ merges: JSONValue?) throws -> TokenizerDefinition.Merges {
    guard let merges = merges?.arrayValue else {
      throw invalid("model.merges is missing or no array")
    }
    if merges.first?.arrayValue == nil {
      return .joined(
        try merges.enumerated().map { index, merge in
          guard let text = merge.stringValue else {
            throw invalid("merge \(index) is \(merge.typeName), expected a string")
          }
          return text
        })
    }
    var pairs: [String] = []
    pairs.reserveCapacity(merges.count * 2)
    for (index, merge) in merges.enumerated() {
      guard let pair = merge.arrayValue, pair.count == 2, let left = pair[0].stringValue,
        let right = pair[1].stringValue
      else { throw invalid("merge \(index) is not an array of two strings") }
      pairs.append(left)
      pairs.append(right)
    }
    return .pairs(pairs)
  }

  func addedTokens(_ entries: JSONValue?) throws -> [AddedToken] {
    guard let entries, !entries.isNull else { return [] }
    guard let entries = entries.arrayValue else {
      throw invalid("added_tokens is \(entries.typeName), expected an array")
    }
    return try entries.enumerated().map { index, entry in
      let name = "added_tokens[\(index)]"
      guard let number = entry["id"]?.intValue, let id = Int32(exactly: number), id >= 0,
        let content = entry["content"]?.stringValue
      else { throw invalid("\(name) has no id and content") }
      let special = try flag(entry, "special", name + ".special")
      return AddedToken(
        id: id, content: content, isSpecial: special,
        isNormalized: try flag(entry, "normalized", name + ".normalized", default: !special),
        stripsLeft: try flag(entry, "lstrip", name + ".lstrip"),
        stripsRight: try flag(entry, "rstrip", name + ".rstrip"),
        isSingleWord: try flag(entry, "single_word", name + ".single_word"))
    }
  }

  // MARK: - The other components

  func normalizer(_ component: JSONValue?) throws -> TextNormalizer {
    switch try type(of: component, "normalizer") {
    case nil: return .none
    case "NFC": return .nfc
    case "Prepend":
      guard let prefix = component?["prepend"]?.stringValue else {
        throw invalid("normalizer Prepend has no string to prepend")
      }
      return TextNormalizer(steps: [.prepend(prefix)])
    case "Replace":
      guard let pattern = component?["pattern"]?["String"]?.stringValue, !pattern.isEmpty,
        let content = component?["content"]?.stringValue
      else { throw unsupported("normalizer Replace of anything but a string", "a String") }
      return TextNormalizer(steps: [.replace(pattern, with: content)])
    case "Sequence":
      let parts = component?["normalizers"]?.arrayValue ?? []
      return TextNormalizer(steps: try parts.flatMap { try normalizer($0).steps })
    case .some(let type):
      throw unsupported("normalizer \(type.quotedForMessage)", "null, NFC, Prepend or Replace")
    }
  }

  /// The pre-tokenizer of a SentencePiece vocabulary: none, or one that marks spaces.
  func markingPreTokenizer(
    _ component: JSONValue?, _ normalizer: TextNormalizer
  ) throws -> PreTokenizer {
    switch try type(of: component, "pre_tokenizer") {
    case nil: return PreTokenizer()
    case "Metaspace":
      let part = component ?? .null
      guard part["replacement"]?.stringValue == "\u{2581}" else {
        throw unsupported("pre_tokenizer Metaspace with another mark", "\"\u{2581}\"")
      }
      // Older files have add_prefix_space in place of the scheme.
      let name = part["prepend_scheme"]?.stringValue
      let adds = try flag(
        part, "add_prefix_space", "pre_tokenizer.add_prefix_space", default: true)
      guard
        let prefix = PreTokenizer.Metaspace.Prefix(rawValue: name ?? (adds ? "always" : "never"))
      else {
        throw unsupported(
          "pre_tokenizer.prepend_scheme \((name ?? "").quotedForMessage)", "always, first or never")
      }
      let splits = try flag(part, "split", "pre_tokenizer.split", default: true)
      return PreTokenizer(metaspace: .init(prefix: prefix, splits: splits))
    case "Split":
      // Gemma's: the normalizer leaves no space for it to split at.
      guard component?["pattern"]?["String"]?.stringValue == " ",
        normalizer.steps.contains(.replace(" ", with: "\u{2581}"))
      else {
        throw unsupported("pre_tokenizer Split of a SentencePiece vocabulary", "Metaspace or null")
      }
      return PreTokenizer()
    case .some(let type):
      throw unsupported("pre_tokenizer \(type.quotedForMessage)", "Metaspace or null")
    }
  }

  func preTokenizer(_ component: JSONValue?) throws -> PreTokenizer {
    var result = PreTokenizer()
    // Each stage once, in this order.
    var stage = 0
    func enter(_ next: Int) throws {
      guard stage < next else {
        throw unsupported(
          "pre_tokenizer, with its parts in this order,", "Digits, Split, ByteLevel, each once")
      }
      stage = next
    }
    func read(_ part: JSONValue?) throws {
      switch try type(of: part, "pre_tokenizer") {
      case "Sequence":
        for part in part?["pretokenizers"]?.arrayValue ?? [] { try read(part) }
      case "Digits":
        try enter(1)
        let digits = part ?? .null
        guard try flag(digits, "individual_digits", "pre_tokenizer.individual_digits") else {
          throw unsupported("pre_tokenizer Digits with individual_digits false", "true")
        }
        result.isolatesDigits = true
      case "Split":
        try enter(2)
        result.split = try split(part ?? .null)
      case "ByteLevel":
        try enter(3)
        let level = part ?? .null
        let prefix = try flag(level, "add_prefix_space", "pre_tokenizer.add_prefix_space")
        let pattern = try flag(level, "use_regex", "pre_tokenizer.use_regex", default: true)
        (result.addPrefixSpace, result.splitsByteLevel) = (prefix, pattern)
      case let other:
        throw unsupported(
          "pre_tokenizer \((other ?? "null").quotedForMessage)", "Digits, Split and ByteLevel")
      }
    }
    try read(component)
    guard stage == 3 else { throw unsupported("pre_tokenizer without ByteLevel", "one at its end") }
    return result
  }

  private func split(_ part: JSONValue) throws -> PreTokenizer.Pattern {
    guard let expression = part["pattern"]?["Regex"]?.stringValue else {
      throw unsupported("pre_tokenizer Split without a Regex", "one of the known patterns")
    }
    guard let pattern = PreTokenizer.Pattern.allCases.first(where: { $0.expression == expression })
    else {
      throw unsupported(
        "pre_tokenizer Split by \(expression.quotedForMessage)",
        "the pattern of Llama 3, Qwen2, Tekken or GPT-2")
    }
    // These patterns match all of a text, so that keeping the matches is the same as keeping all.
    let behavior = part["behavior"]?.stringValue ?? ""
    let inverted = try flag(part, "invert", "pre_tokenizer.invert")
    guard behavior == "Isolated" || behavior == "Removed" && inverted else {
      throw unsupported("pre_tokenizer Split \(behavior.quotedForMessage)", "\"Isolated\"")
    }
    return pattern
  }

  /// How tokens are spelled, which the decoder tells.
  func spelling(decoder component: JSONValue?) throws -> TokenizerDefinition.Spelling {
    let known = "ByteLevel, or Replace, ByteFallback and Fuse, then Strip or nothing"
    switch try type(of: component, "decoder") {
    case "ByteLevel": return .byteLevel
    case "Sequence":
      var parts = component?["decoders"]?.arrayValue ?? []
      if parts.count == 1 { return try spelling(decoder: parts[0]) }
      var stripsSpace = false
      if let last = parts.last, try type(of: last, "decoder") == "Strip" {
        guard last["content"]?.stringValue == " ", last["start"]?.intValue == 1,
          last["stop"]?.intValue == 0
        else { throw unsupported("decoder Strip of this kind", "one space at the start") }
        stripsSpace = true
        parts.removeLast()
      }
      guard try parts.map({ try type(of: $0, "decoder") }) == ["Replace", "ByteFallback", "Fuse"],
        parts[0]["pattern"]?["String"]?.stringValue == "\u{2581}",
        parts[0]["content"]?.stringValue == " "
      else { throw unsupported("decoder Sequence", known) }
      return .sentencePiece(byteFallback: false, stripsSpace: stripsSpace)
    case let other:
      throw unsupported("decoder \((other ?? "null").quotedForMessage)", known)
    }
  }

  /// The tokens around a single text.
  func postProcessor(_ component: JSONValue?) throws -> (prefix: [Int32], suffix: [Int32]) {
    switch try type(of: component, "post_processor") {
    case nil, "ByteLevel": return ([], [])
    case "TemplateProcessing": return try template(component ?? .null)
    case "Sequence":
      var result: (prefix: [Int32], suffix: [Int32]) = ([], [])
      for part in component?["processors"]?.arrayValue ?? [] {
        let (prefix, suffix) = try postProcessor(part)
        result = (prefix + result.prefix, result.suffix + suffix)
      }
      return result
    case .some(let type):
      throw unsupported(
        "post_processor \(type.quotedForMessage)", "TemplateProcessing or ByteLevel")
    }
  }

  private func template(_ component: JSONValue) throws -> (prefix: [Int32], suffix: [Int32]) {
    var result: (prefix: [Int32], suffix: [Int32]) = ([], [])
    var seenText = false
    for piece in component["single"]?.arrayValue ?? [] {
      if piece["Sequence"]?["id"]?.stringValue == "A", !seenText {
        seenText = true
        continue
      }
      guard let name = piece["SpecialToken"]?["id"]?.stringValue,
        let ids = component["special_tokens"]?[name]?["ids"]?.arrayValue
      else { throw invalid("post_processor.single is not one text among special tokens") }
      for id in ids {
        guard let number = id.intValue, let id = Int32(exactly: number) else {
          throw invalid("post_processor.special_tokens has an id that is no token's")
        }
        if seenText { result.suffix.append(id) } else { result.prefix.append(id) }
      }
    }
    guard seenText else { throw invalid("post_processor.single has no place for the text") }
    return result
  }
}
