// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor

/// `−log p` of next tokens, in nats, out of logits `[rows, V]`.
struct TokenCosts {
  struct Choice {
    let id: Int32
    /// Of the reply with this token.
    let cost: Double
  }

  private let logits: Tensor
  /// `log Σ exp(logit)` of each row.
  private let logSumExp: [Double]
  /// The most likely token of each row.
  let greedy: [Int32]

  /// - Throws: ``ModelError`` (`invalid`) if a row's logits are no finite numbers.
  init(_ logits: Tensor, device: CPUDevice) throws {
    self.logits = logits
    greedy = device.argmax(logits)
    // Near the greatest logit, whose likelihood is small, the difference loses nothing.
    logSumExp = zip(greedy, device.logLikelihood(logits, targets: greedy)).enumerated().map {
      Double(logits[$0, Int($1.0)]) - Double($1.1)
    }
    guard logSumExp.allSatisfy(\.isFinite) else { throw ModelError.brokenLogits }
  }

  var rows: Int { logits.rows }

  func cost(_ row: Int, _ id: Int32) -> Double { logSumExp[row] - Double(logits[row, Int(id)]) }

  /// The cheapest of some tokens, all if nil; the first of equals.
  func cheapest(_ row: Int, among allowed: [Int32]?) -> Int32? {
    guard let allowed else { return greedy[row] }
    var best: (id: Int32, logit: Float)?
    for id in allowed {
      let logit = logits[row, Int(id)]
      if best.map({ logit > $0.logit }) ?? true { best = (id, logit) }
    }
    return best?.id
  }

  /// A token drawn from `softmax(logits / temperature)` over some tokens, all if nil.
  func draw(
    _ row: Int, among allowed: [Int32]?, temperature: Double, random: inout RandomSource
  ) -> Int32? {
    guard let top = cheapest(row, among: allowed) else { return nil }
    let topCost = cost(row, top)
    let ids = allowed ?? Array(0..<Int32(logits.columns))
    let weights = ids.map { exponential((topCost - cost(row, $0)) / temperature) }
    var rest = random.uniform() * weights.reduce(0, +)
    for (id, weight) in zip(ids, weights) {
      rest -= weight
      if rest < 0 { return id }
    }
    return top
  }

  /// The tokens with which a reply stays below a limit, the cheapest first.
  ///
  /// - Parameters:
  ///   - allowed: Those looked at, in order; nil for all.
  ///   - spent: The reply's cost so far.
  ///   - most: No more than these are returned.
  func choices(
    _ row: Int, among allowed: [Int32]?, spent: Double, below limit: Double = .infinity,
    most: Int = .max
  ) -> [Choice] {
    var result: [Choice] = []
    var limit = limit
    func cut() {
      result.sort { $0.cost != $1.cost ? $0.cost < $1.cost : $0.id < $1.id }
      guard result.count >= most else { return }
      result.removeSubrange(most...)
      limit = result.last?.cost ?? limit
    }
    func add(_ id: Int32, _ logit: Float) {
      let cost = spent + (logSumExp[row] - Double(logit))
      guard cost < limit else { return }
      result.append(Choice(id: id, cost: cost))
      // Now and then, so that a whole vocabulary is never sorted.
      if result.count / 4 >= most { cut() }
    }
    if let allowed {
      for id in allowed { add(id, logits[row, Int(id)]) }
    } else {
      logits.rows(row..<row + 1).withElements { logits in
        for (id, logit) in logits.enumerated() { add(Int32(id), logit) }
      }
    }
    cut()
    return result
  }
}

extension Decoder {
  /// Tokens that the context has room for behind a prompt, `maxTokens` at most.
  func room(behind prompt: Continuation, maxTokens: Int) -> Int {
    min(maxTokens, configuration.maxPositionEmbeddings - prompt.cache.count - prompt.ids.count)
  }
}
