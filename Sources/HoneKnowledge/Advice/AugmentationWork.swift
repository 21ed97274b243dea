// SPDX-License-Identifier: Apache-2.0

/// One kind of requests that an augmentation asks the model.
public struct AugmentationWork: Codable, Sendable, Hashable {
  /// Such as `local` or `global`.
  public var name: String
  public var requests: Double
  /// Tokens before every request: an instruction, examples, or all documents.
  public var prefixTokens: Double
  /// Whether they are read for each request instead of once.
  public var readsPrefixEachTime: Bool
  /// Of each request, behind the prefix.
  public var promptTokens: Double
  /// Of each text.
  public var writtenTokens: Double
  /// Of the longest text of a batch.
  public var longestTokens: Double
  /// Whether the model has an adapter that was taught how to write.
  public var isAdapted: Bool
  /// Whether each text and its negation are scored.
  public var isJudged: Bool
  public var source: Assumption.Source

  /// - Parameter longestTokens: Nil for `writtenTokens`.
  public init(
    name: String, requests: Double, prefixTokens: Double, readsPrefixEachTime: Bool = false,
    promptTokens: Double, writtenTokens: Double, longestTokens: Double? = nil,
    isAdapted: Bool = false, isJudged: Bool = false, source: Assumption.Source = .assumed
  ) {
    self.name = name
    self.requests = requests
    self.prefixTokens = prefixTokens
    self.readsPrefixEachTime = readsPrefixEachTime
    self.promptTokens = promptTokens
    self.writtenTokens = writtenTokens
    self.longestTokens = longestTokens ?? writtenTokens
    self.isAdapted = isAdapted
    self.isJudged = isJudged
    self.source = source
  }

  /// New statements from one sentence at a time.
  ///
  /// - Parameters:
  ///   - prefixTokens: The examples that stand before each sentence, read once.
  ///   - samples: Requests for each sentence.
  public static func local(
    _ corpus: CorpusSize, prefixTokens: Double, promptTokens: Double, writtenTokens: Double,
    samples: Double = 1, source: Assumption.Source = .assumed
  ) -> AugmentationWork {
    AugmentationWork(
      name: "local", requests: samples * Double(corpus.sentences), prefixTokens: prefixTokens,
      promptTokens: promptTokens, writtenTokens: writtenTokens, source: source)
  }

  /// What one document implies together with all, which are read once.
  ///
  /// - Parameter samples: Requests for each document.
  public static func global(
    _ corpus: CorpusSize, promptTokens: Double, writtenTokens: Double, samples: Double = 1,
    readsPrefixEachTime: Bool = false, source: Assumption.Source = .assumed
  ) -> AugmentationWork {
    AugmentationWork(
      name: "global", requests: samples * Double(corpus.documents),
      prefixTokens: Double(corpus.tokens), readsPrefixEachTime: readsPrefixEachTime,
      promptTokens: promptTokens, writtenTokens: writtenTokens, source: source)
  }

  /// Tokens of all texts.
  public var allWrittenTokens: Double { requests * writtenTokens }

  /// Reading, writing and judging all of it.
  public func seconds(_ rates: MachineRates, contextLength: Int) -> Double {
    guard requests > 0 else { return 0 }
    // Of a longer prefix only so much can be shown.
    let prefix = max(0, min(prefixTokens, Double(contextLength) - promptTokens - longestTokens))
    let once = rates.readingSeconds(tokens: prefix, behind: 0, isAdapted: isAdapted)
    let prompts = rates.sideBySideSeconds(
      count: requests, tokens: promptTokens, behind: prefix, isAdapted: isAdapted)
    let writing = rates.batchWritingSeconds(
      count: requests, tokens: writtenTokens, longest: longestTokens,
      behind: prefix + promptTokens, isAdapted: isAdapted)
    return once * (readsPrefixEachTime ? requests : 1) + prompts + writing
      + (isJudged ? judgingSeconds(rates, behind: prefix) : 0)
  }

  private func judgingSeconds(_ rates: MachineRates, behind prefix: Double) -> Double {
    rates.sideBySideSeconds(
      count: 2 * requests, tokens: promptTokens + max(0, writtenTokens - 1), behind: prefix,
      isAdapted: isAdapted)
      + 2 * allWrittenTokens * rates.secondsPerScoredToken
  }
}
