// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneModel
import HoneTensor
import HoneTesting

/// The tiny model with a few of its tokens standing for parts of small grids, and every reply that
/// it can write, found and scored without any search.
struct TinyGridModel {
  struct SmallFormat: GridFormat {
    let name = "small"
    let opening: String
    let cells: [String]
    let cellSeparator: String
    let rowSeparator: String
    let closing: String
    let terminator: String
  }

  static let stopTokens: Set<Int32> = [2, 201]
  /// Ids that mean nothing to the model are as good as others.
  static let vocabulary: [(id: Int32, text: String)] = zip(
    Int32(30)..., ["0", "1", "\n", "[", "]", " ", "00", "1\n", "0\n1", " 1", "]\n [", "[["]
  ).map { ($0, $1) }

  /// Without separators between cells, up to 2 × 2, in two colours.
  static let cells = SmallFormat(
    opening: "", cells: ["0", "1"], cellSeparator: "", rowSeparator: "\n", closing: "",
    terminator: "")
  /// As NumPy prints, up to 2 × 2, in two colours.
  static let numpy = SmallFormat(
    opening: "[[", cells: ["0", "1"], cellSeparator: " ", rowSeparator: "]\n [", closing: "]]",
    terminator: "")

  let decoder: Decoder
  /// Makes the model's opinions strong and unlike from token to token.
  let adapter: LoRAAdapter

  /// - Parameter strength: Of the adapter's numbers.
  init(strength: Float = 0.25) throws {
    decoder = try Fixtures.decoder(folder: "tiny-llama", device: CPUDevice(threads: 2))
    adapter = LoRAAdapter(
      configuration: try LoRAConfiguration(
        loraRank: 4, loraAlpha: 4, vocabularyModules: [.lmHead]), model: decoder.configuration)
    var random = RandomSource(seed: 7)
    for parameter in adapter.parameters {
      parameter.copy(from: random.floats(parameter.count, bound: strength))
    }
  }

  static func tokens(_ format: SmallFormat, maxSide: Int = 2) throws -> TokenGrammar {
    try TokenGrammar(
      GridGrammar(format, maxSide: maxSide),
      tokens: vocabulary.map { (id: $0.id, bytes: Array($0.text.utf8)) }, stopTokens: stopTokens)
  }

  /// A cache with the beginning of a prompt, and its last tokens.
  func prompt(_ ids: [Int32] = [5, 9, 200, 17], own: Int = 2, last: Int = 1) throws
    -> Decoder.Continuation
  {
    let shared = KVCache(decoder.configuration)
    try decoder.run(Array(ids.dropLast(own + last)), into: shared, adapter: adapter)
    let cache = shared.fork()
    try decoder.run(Array(ids.dropLast(last).suffix(own)), into: cache, adapter: adapter)
    return .init(cache: cache, ids: ids.suffix(last))
  }

  /// What a whole reply costs, in one pass without a cache before it.
  func cost(_ ids: [Int32], behind prompt: [Int32] = [5, 9, 200, 17]) throws -> Double {
    try decoder.logLikelihoods(
      .init(cache: KVCache(decoder.configuration), ids: prompt + ids), from: prompt.count,
      adapter: adapter
    ).reduce(0) { $0 - Double($1) }
  }

  /// Every reply, cheapest first: all ways to spell all grids, with each stop token.
  func allReplies(_ format: SmallFormat, maxTokens: Int = 100) throws -> [GridReply] {
    func spellings(_ text: Substring) -> [[Int32]] {
      if text.isEmpty { return [[]] }
      return Self.vocabulary.filter { text.hasPrefix($0.text) }.flatMap { token in
        spellings(text.dropFirst(token.text.count)).map { [token.id] + $0 }
      }
    }
    var result: [GridReply] = []
    for grid in GridTexts.all(maxSide: 2, colors: 2) {
      for ids in spellings(format.reply(of: grid)[...]) where ids.count < maxTokens {
        for stop in Self.stopTokens {
          result.append(GridReply(ids: ids, stopToken: stop, cost: try cost(ids + [stop])))
        }
      }
    }
    return result.sorted { $0.cost < $1.cost }
  }
}

/// The same replies in any order among equals, with costs that agree.
func isSame(_ found: [GridReply], _ expected: [GridReply]) -> Bool {
  let sorted = { (replies: [GridReply]) in
    replies.sorted {
      ($0.ids + [$0.stopToken ?? -1]).lexicographicallyPrecedes($1.ids + [$1.stopToken ?? -1])
    }
  }
  return found.count == expected.count
    && zip(sorted(found), sorted(expected)).allSatisfy {
      $0.ids == $1.ids && $0.stopToken == $1.stopToken && abs($0.cost - $1.cost) < 1e-4
    }
    && zip(found, found.dropFirst()).allSatisfy { $0.cost <= $1.cost }
}
