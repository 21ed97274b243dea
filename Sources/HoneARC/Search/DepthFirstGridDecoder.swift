// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor

/// Finds every reply to a prompt whose probability exceeds a threshold.
///
/// It goes down the tree of replies, the most probable token first, as long as the probability so
/// far exceeds the threshold T; fewer than 1 / T replies can. It takes a pass of one token for each
/// node and the memory of one reply: between siblings the cache is cut back.
///
/// A guessed reply is run behind the prompt some hundred tokens at a time, which costs a fraction
/// of its tokens' passes, and what the model said behind each of them serves the nodes on its path.
/// It is visited first, so a right guess is found first; which replies are found it does not change.
///
/// Belongs to the model's actor, as the decoder does.
/// - SeeAlso: Franzen et al. 2025, arXiv 2505.07859, on candidate generation.
package struct DepthFirstGridDecoder {
  private let decoder: Decoder
  private let adapter: LoRAAdapter?
  private let tokens: ReplyTokens
  /// `−log T`.
  private let limit: Double

  /// - Parameter threshold: T, above 0 and below 1; the paper has 0.09.
  /// - Throws: ``ARCError`` (`invalidSetting`) for another one.
  package init(
    decoder: Decoder, adapter: LoRAAdapter?, tokens: ReplyTokens, threshold: Double
  ) throws {
    guard threshold > 0, threshold < 1 else {
      throw ARCError(
        .invalidSetting, "threshold \(threshold): expected a probability above 0 and below 1")
    }
    self.decoder = decoder
    self.adapter = adapter
    self.tokens = tokens
    limit = -logarithm(threshold)
  }

  /// A prefix of replies.
  private struct Node {
    /// The tokens with which it stays below the limit, in the order of their visits.
    var choices: ArraySlice<TokenCosts.Choice>
    let state: GridGrammar.State
    let isOnGuess: Bool
  }

  /// - Parameters:
  ///   - prompt: A cache and the tokens to run before the first new one, not empty. The cache holds
  ///     the same afterwards.
  ///   - maxTokens: Tokens of a reply at most, the stop token among them.
  ///   - guess: The tokens of a likely reply, with or without a stop token; empty for none.
  ///   - shouldStop: Asked before every pass; true ends the search with what it found.
  /// - Throws: ``ModelError`` for logits that are no numbers; `CancellationError`.
  package func run(
    _ prompt: Decoder.Continuation, maxTokens: Int, guess: [Int32] = [],
    shouldStop: () -> Bool = { false }
  ) throws -> GridSearchResult {
    var result = GridSearchResult()
    let room = decoder.room(behind: prompt, maxTokens: maxTokens)
    guard room > 0, let last = prompt.ids.last else { return result }
    let cache = prompt.cache
    let before = cache.count
    defer { cache.removeLast(cache.count - before) }
    try decoder.run(prompt.ids.dropLast(), into: cache, adapter: adapter)
    let base = before + prompt.ids.count
    /// Cuts the cache back to the reply's first tokens and runs one more.
    func costs(behind id: Int32, depth: Int) throws -> TokenCosts? {
      guard !shouldStop() else {
        result.isCut = true
        return nil
      }
      result.passes += 1
      cache.removeLast(cache.count - (base + depth - 1))
      return try TokenCosts(
        decoder.nextLogits([.init(cache: cache, ids: [id])], adapter: adapter),
        device: decoder.device)
    }
    func choices(_ costs: TokenCosts, _ state: GridGrammar.State, spent: Double)
      -> [TokenCosts.Choice]
    {
      costs.choices(0, among: tokens.allowed(in: state), spent: spent, below: limit)
    }

    let guess = Array(guess.prefix { !tokens.stopTokens.contains($0) }.prefix(room - 1))
    var guessed: [Node] = []
    if !guess.isEmpty {
      guessed = try run(guess, behind: last, in: cache, &result, shouldStop)
      if result.isCut { return result }
    }
    var path: [Int32] = []
    // A node for each token of the path and one for the prompt.
    var nodes: [Node] = []
    if let root = guessed.first {
      nodes.append(root)
    } else if let costs = try costs(behind: last, depth: 0) {
      nodes.append(
        Node(
          choices: choices(costs, tokens.start, spent: 0)[...], state: tokens.start,
          isOnGuess: false))
    }
    while let node = nodes.last {
      guard let choice = nodes[path.count].choices.popFirst() else {
        nodes.removeLast()
        _ = path.popLast()
        continue
      }
      if tokens.stopTokens.contains(choice.id) {
        result.replies.append(GridReply(ids: path, stopToken: choice.id, cost: choice.cost))
        continue
      }
      let depth = path.count + 1
      guard depth < room else { continue }
      if node.isOnGuess, depth < guessed.count, guess[depth - 1] == choice.id {
        nodes.append(guessed[depth])
      } else {
        guard let costs = try costs(behind: choice.id, depth: depth) else { break }
        let state = tokens.state(after: choice.id, in: node.state)
        nodes.append(
          Node(
            choices: choices(costs, state, spent: choice.cost)[...], state: state,
            isOnGuess: false))
      }
      path.append(choice.id)
    }
    result.sort()
    return result
  }

  /// The most tokens of a guess run at a time.
  private static var mostGuessTokens: Int { 128 }

  /// The nodes on a guess's path as far as it stays below the limit, the prompt's first.
  ///
  /// - Parameters:
  ///   - last: The prompt's last token, which the cache does not hold yet.
  ///   - cache: Holds some of the guess afterwards, no less than the nodes need.
  private func run(
    _ guess: [Int32], behind last: Int32, in cache: KVCache, _ result: inout GridSearchResult,
    _ shouldStop: () -> Bool
  ) throws -> [Node] {
    let ids = [last] + guess
    var nodes: [Node] = []
    var (state, spent, isBelowLimit) = (tokens.start, 0.0, true)
    func visit(_ costs: TokenCosts) {
      for row in 0..<costs.rows where isBelowLimit {
        var choices = costs.choices(
          row, among: tokens.allowed(in: state), spent: spent, below: limit)
        let token = nodes.count < guess.count ? guess[nodes.count] : nil
        let place = choices.firstIndex { $0.id == token }
        if let place { choices.insert(choices.remove(at: place), at: 0) }
        nodes.append(Node(choices: choices[...], state: state, isOnGuess: true))
        isBelowLimit = place != nil
        guard isBelowLimit else { break }
        spent = choices[0].cost
        state = tokens.state(after: choices[0].id, in: state)
      }
    }
    // Small parts first, since a wrong guess is soon given up.
    var (start, size) = (0, 16)
    while start < ids.count, isBelowLimit {
      if shouldStop() {
        result.isCut = true
        break
      }
      let end = min(start + size, ids.count)
      var failure: (any Error)?
      // Behind the guess's end any token is asked for.
      _ = try decoder.logLikelihoods(
        .init(cache: cache, ids: ids[start..<end] + [end < ids.count ? ids[end] : last]), from: 1,
        adapter: adapter
      ) { logits in
        do { visit(try TokenCosts(logits, device: decoder.device)) } catch { failure = error }
      }
      if let failure { throw failure }
      result.passes += 1
      (start, size) = (end, min(2 * size, Self.mostGuessTokens))
    }
    return nodes
  }
}
