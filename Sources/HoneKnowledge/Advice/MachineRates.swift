// SPDX-License-Identifier: Apache-2.0

/// Seconds of one pass over a prompt's tokens without their attention, known at two lengths.
///
/// A short pass costs more for each token than a long one: weights are read once for either.
public struct PassTimes: Codable, Sendable, Hashable {
  public let shortTokens: Int
  public let shortSeconds: Double
  public let longTokens: Int
  public let longSeconds: Double

  /// - Parameters:
  ///   - short: Tokens, at least 1, and seconds of a short pass.
  ///   - long: Of a pass with more tokens.
  public init(short: (tokens: Int, seconds: Double), long: (tokens: Int, seconds: Double)) {
    shortTokens = max(1, short.tokens)
    shortSeconds = short.seconds
    longTokens = max(shortTokens + 1, long.tokens)
    longSeconds = long.seconds
  }

  /// Every token costs the same however many there are.
  public init(secondsPerToken: Double) {
    self.init(short: (1, secondsPerToken), long: (2, 2 * secondsPerToken))
  }

  /// On the line through both lengths; beyond them nothing is cheaper than in proportion.
  public func seconds(tokens: Double) -> Double {
    if tokens <= 0 { return 0 }
    let slope = (longSeconds - shortSeconds) / Double(longTokens - shortTokens)
    let line = shortSeconds + (tokens - Double(shortTokens)) * slope
    if tokens < Double(shortTokens) {
      return max(line, shortSeconds * tokens / Double(shortTokens))
    }
    if tokens > Double(longTokens) { return max(line, longSeconds * tokens / Double(longTokens)) }
    return line
  }
}

/// Seconds of one pass that writes a token in each of some texts: `seconds + c · perContextToken`
/// behind c tokens.
public struct WritingTime: Codable, Sendable, Hashable {
  public let seconds: Double
  public let secondsPerContextToken: Double

  public init(seconds: Double, secondsPerContextToken: Double = 0) {
    self.seconds = seconds
    self.secondsPerContextToken = secondsPerContextToken
  }

  /// - Parameter context: Tokens before the written one.
  public func seconds(behind context: Double) -> Double {
    seconds + context * secondsPerContextToken
  }
}

/// What reading, writing and training cost on one machine with one model, in seconds.
///
/// Attention grows with the context. A pass over n tokens behind c that are cached takes
/// `pass(n) + d · c + b · n · (c + n / 2)`: d is for reading the cache, b for the arithmetic, and
/// n / 2 of the pass's own tokens stand before each on average.
public struct MachineRates: Codable, Sendable, Hashable {
  /// Passes over a prompt by the model as it is.
  public var reading: PassTimes
  /// The same with an adapter.
  public var adaptedReading: PassTimes
  /// d: what each cached token adds to a pass.
  public var passSecondsPerContextToken: Double
  /// b: what each cached token adds to each token that is read.
  public var readSecondsPerContextToken: Double
  /// A long prompt is read in passes of so many tokens.
  public var tokensPerPass: Int
  /// One text.
  public var writing: WritingTime
  /// One text, with an adapter.
  public var adaptedWriting: WritingTime
  /// A pass over ``batchSize`` texts with one prefix.
  public var batchWriting: WritingTime
  /// The same with an adapter.
  public var adaptedBatchWriting: WritingTime
  public var batchSize: Int
  /// The logits behind a prompt, on top of reading it.
  public var headSeconds: Double
  /// Logits and likelihood of one token among many, on top of reading it.
  public var secondsPerScoredToken: Double
  /// Forward, backward and update, in batches of ``trainingBatchTokens``.
  public var secondsPerTrainedToken: Double
  public var trainingBatchTokens: Int
  /// Another cache with the same content; it is shared, so its length does not matter.
  public var forkSeconds: Double
  /// From its folder into memory.
  public var adapterLoadSeconds: Double
  /// Memory of a cached token.
  public var cacheBytesPerToken: Int

  /// Rates that are known from elsewhere.
  ///
  /// - Parameter adaptedReading: As the others of its kind: nil where an adapter costs nothing.
  public init(
    reading: PassTimes, adaptedReading: PassTimes? = nil, passSecondsPerContextToken: Double = 0,
    readSecondsPerContextToken: Double = 0, tokensPerPass: Int = 512, writing: WritingTime,
    adaptedWriting: WritingTime? = nil, batchWriting: WritingTime,
    adaptedBatchWriting: WritingTime? = nil, batchSize: Int, headSeconds: Double = 0,
    secondsPerScoredToken: Double = 0, secondsPerTrainedToken: Double,
    trainingBatchTokens: Int, forkSeconds: Double = 0, adapterLoadSeconds: Double = 0,
    cacheBytesPerToken: Int = 0
  ) {
    self.reading = reading
    self.adaptedReading = adaptedReading ?? reading
    self.passSecondsPerContextToken = passSecondsPerContextToken
    self.readSecondsPerContextToken = readSecondsPerContextToken
    self.tokensPerPass = max(1, tokensPerPass)
    self.writing = writing
    self.adaptedWriting = adaptedWriting ?? writing
    self.batchWriting = batchWriting
    self.adaptedBatchWriting = adaptedBatchWriting ?? batchWriting
    self.batchSize = max(1, batchSize)
    self.headSeconds = headSeconds
    self.secondsPerScoredToken = secondsPerScoredToken
    self.secondsPerTrainedToken = secondsPerTrainedToken
    self.trainingBatchTokens = trainingBatchTokens
    self.forkSeconds = forkSeconds
    self.adapterLoadSeconds = adapterLoadSeconds
    self.cacheBytesPerToken = cacheBytesPerToken
  }

  /// Seconds for each token of a prompt of `tokens` behind `context`.
  public func secondsPerPromptToken(of tokens: Double, behind context: Double = 0) -> Double {
    tokens > 0 ? readingSeconds(tokens: tokens, behind: context) / tokens : 0
  }
}
