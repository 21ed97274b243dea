// SPDX-License-Identifier: Apache-2.0

extension BytePairEncoder {
  /// Builds the tables of a definition and checks all of it.
  ///
  /// - Throws: ``ModelError`` (`invalid`) that lists what is wrong.
  init(_ definition: TokenizerDefinition) throws {
    let source = definition.source
    guard !definition.tokens.isEmpty else {
      throw ModelError(
        .invalid, "\(source): the tokenizer's vocabulary is empty; fetch the file again")
    }
    // Ids are Int32 and ranks UInt32; half the range keeps all sums clear of their ends.
    let limit = Int(Int32.max) / 2
    guard definition.tokens.count <= limit, definition.merges.count <= limit else {
      throw ModelError(.invalid, "\(source): the tokenizer has more than \(limit) tokens or merges")
    }
    let vocabulary = TokenTable(definition.tokens)
    var problems = Problems()
    for id in vocabulary.duplicates {
      let first = vocabulary.id(of: Array(definition.tokens[Int(id)].utf8)[...]) ?? 0
      problems.add(
        "tokens \(first) and \(id) are both \(definition.tokens[Int(id)].quotedForMessage)")
    }
    problems.check(definition)
    if case .scores = definition.merges { problems.checkLengths(vocabulary) }
    let merges = Self.mergeTable(definition.merges, vocabulary, &problems)
    guard problems.count == 0 else {
      throw ModelError(.invalid, problems.message(source: source))
    }

    self.vocabulary = vocabulary
    self.merges = merges
    spelling = definition.spelling
    byteIDs = (UInt8(0)...255).map { byte in
      var spelling: [UInt8] = []
      switch definition.spelling {
      case .byteLevel: ByteLevelAlphabet.appendSpelling(of: byte, to: &spelling)
      case .sentencePiece(byteFallback: true, stripsSpace: _):
        spelling = SpaceMark.spelling(of: byte)
      case .sentencePiece: return -1
      }
      return vocabulary.id(of: spelling[...]) ?? -1
    }
    guard definition.spelling != .byteLevel || byteIDs.contains(where: { $0 >= 0 }) else {
      throw ModelError(
        .unsupported,
        "\(source): the vocabulary has no token for any single byte, so it is not byte-level BPE, "
          + "as its files say")
    }
    unknownTokenID = definition.unknownTokenID
    fuseUnknown = definition.fuseUnknown
    ignoreMerges = definition.ignoreMerges
  }

  /// Every way to cut a token into two, the merges to the token of the highest score first.
  private static func mergeTable(scores: [Float?], _ vocabulary: TokenTable) -> MergeTable {
    let ranks = Dictionary(
      Set(scores.compactMap { $0 }).sorted(by: >).enumerated().map { ($1, UInt32($0)) },
      uniquingKeysWith: min)
    var merges: [(Int32, Int32, MergeTable.Merge)] = []
    for (index, score) in scores.enumerated() {
      guard let score, let rank = ranks[score], let id = Int32(exactly: index) else { continue }
      let spelling = vocabulary.spelling(of: id)
      guard spelling.count <= Problems.longestScored else { continue }
      for middle in spelling.indices.dropFirst() where spelling[middle] & 0xC0 != 0x80 {
        guard let left = vocabulary.id(of: spelling[..<middle]),
          let right = vocabulary.id(of: spelling[middle...])
        else { continue }
        merges.append((left, right, MergeTable.Merge(rank: rank, id: id)))
      }
    }
    var table = MergeTable(capacity: merges.count)
    for (left, right, merge) in merges { table.insert(left, right, merge) }
    return table
  }

  private static func mergeTable(
    _ merges: TokenizerDefinition.Merges, _ vocabulary: TokenTable, _ problems: inout Problems
  ) -> MergeTable {
    if case .scores(let scores) = merges { return mergeTable(scores: scores, vocabulary) }
    var table = MergeTable(capacity: merges.count)
    if merges.count == 0 { problems.add("there are no merges") }
    // The spellings of left and right, one after the other.
    var pair: [UInt8] = []
    for index in 0..<merges.count {
      pair.removeAll(keepingCapacity: true)
      var middle = 0
      switch merges {
      case .joined(let merges):
        pair.append(contentsOf: merges[index].utf8)
        guard let space = pair.firstIndex(of: UInt8(ascii: " ")), space > 0,
          space + 1 < pair.count, !pair[(space + 1)...].contains(UInt8(ascii: " "))
        else {
          problems.add(
            "merge \(index) is \(merges[index].quotedForMessage), not two tokens and a space")
          continue
        }
        pair.remove(at: space)
        middle = space
      case .pairs(let merges):
        pair.append(contentsOf: merges[2 * index].utf8)
        middle = pair.count
        pair.append(contentsOf: merges[2 * index + 1].utf8)
      case .scores: break
      }
      guard let left = vocabulary.id(of: pair[..<middle]),
        let right = vocabulary.id(of: pair[middle...]),
        let merged = vocabulary.id(of: pair[...])
      else {
        let parts = [pair[..<middle], pair[middle...], pair[...]]
        let missing = parts.first { vocabulary.id(of: $0) == nil } ?? pair[...]
        let name = String(decoding: missing, as: UTF8.self)
        problems.add("merge \(index) needs the token \(name.quotedForMessage), which is not there")
        continue
      }
      table.insert(left, right, MergeTable.Merge(rank: UInt32(index), id: merged))
    }
    return table
  }
}

extension String {
  /// The string as messages show it: quoted, escaped and not too long.
  var quotedForMessage: String {
    let shown = unicodeScalars.prefix(60).map { $0.escaped(asASCII: false) }.joined()
    return "\"\(shown)\(unicodeScalars.dropFirst(60).isEmpty ? "" : "…")\""
  }
}

/// What is wrong with a definition: all counted, the first few kept.
private struct Problems {
  private static let shown = 8
  /// Every token with a score is cut in all ways to find its merges: the square of its bytes.
  static let longestScored = 1024
  private(set) var count = 0
  private var lines: [String] = []

  mutating func add(_ line: @autoclosure () -> String) {
    count += 1
    if lines.count < Self.shown { lines.append(line()) }
  }

  mutating func check(_ definition: TokenizerDefinition) {
    func isValid(_ id: Int32) -> Bool {
      id >= 0 && Int(id) < definition.tokens.count
    }
    let range = "outside 0…\(definition.tokens.count - 1)"
    let named: [(String, [Int32?])] = [
      ("unknown token", [definition.unknownTokenID]),
      ("beginning-of-sequence token", [definition.bosTokenID]),
      ("end-of-sequence token", definition.eosTokenIDs),
      ("padding token", [definition.padTokenID]),
      ("token around every text", definition.prefixTokenIDs + definition.suffixTokenIDs),
    ]
    for (name, ids) in named {
      for case let id? in ids where !isValid(id) { add("the \(name)'s id \(id) is \(range)") }
    }
    for token in definition.addedTokens {
      if !isValid(token.id) {
        add("the id \(token.id) of the added token \(token.content.quotedForMessage) is \(range)")
      } else if token.content.isEmpty {
        add("the added token \(token.id) is empty")
      }
    }
  }

  mutating func checkLengths(_ vocabulary: TokenTable) {
    for id in 0..<vocabulary.count {
      let length = vocabulary.spelling(of: Int32(id)).count
      if length > Self.longestScored {
        add("token \(id) has \(length) bytes, expected \(Self.longestScored) at most")
      }
    }
  }

  func message(source: String) -> String {
    let rest = count > lines.count ? "\n  and \(count - lines.count) more" : ""
    let subject = count == 1 ? "1 fault" : "\(count) faults"
    return "\(source): the tokenizer has \(subject)\n  " + lines.joined(separator: "\n  ") + rest
      + "\nFetch the file again, or convert the model again with current tools."
  }
}
