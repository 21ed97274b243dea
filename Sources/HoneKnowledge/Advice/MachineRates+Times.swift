// SPDX-License-Identifier: Apache-2.0

extension MachineRates {
  /// Reading a prompt of `tokens` behind `context` that are cached.
  ///
  /// - Parameter isAdapted: With an adapter.
  public func readingSeconds(
    tokens: Double, behind context: Double, isAdapted: Bool = false
  ) -> Double {
    var (seconds, done) = (0.0, 0.0)
    let most = Double(tokensPerPass)
    let times = isAdapted ? adaptedReading : reading
    while done < tokens {
      let part = min(most, tokens - done)
      seconds += passSeconds(part, behind: context + done, own: part, times)
      done += part
    }
    return seconds
  }

  /// Reading several prompts side by side, each in a fork of one prefix.
  ///
  /// - Parameters:
  ///   - count: Prompts.
  ///   - tokens: Of each.
  public func sideBySideSeconds(
    count: Double, tokens: Double, behind context: Double, isAdapted: Bool = false
  ) -> Double {
    let most = Double(tokensPerPass)
    let times = isAdapted ? adaptedReading : reading
    let whole = (count * tokens / most).rounded(.down)
    let rest = count * tokens - whole * most
    return count * forkSeconds + whole * passSeconds(most, behind: context, own: tokens, times)
      + (rest > 0 ? passSeconds(rest, behind: context, own: tokens, times) : 0)
  }

  /// Writing one text behind a prompt that has just been read: its first token comes from the
  /// prompt's pass.
  ///
  /// - Parameters:
  ///   - tokens: Of the text.
  ///   - context: Tokens before the text.
  public func writingSeconds(
    tokens: Double, behind context: Double, isAdapted: Bool = false
  ) -> Double {
    guard tokens > 0 else { return 0 }
    let time = isAdapted ? adaptedWriting : writing
    let passes = max(0, tokens - 1)
    return headSeconds + passes * time.seconds(behind: context + tokens / 2)
  }

  /// Writing many texts, ``batchSize`` at a time, behind prompts that have just been read.
  ///
  /// A pass costs so much whatever it holds, and so much for each text in it; a batch goes on until
  /// its longest text ends.
  ///
  /// - Parameters:
  ///   - count: Texts.
  ///   - tokens: Of a text, on average.
  ///   - longest: Of the longest text of a batch.
  ///   - context: Tokens before a text.
  public func batchWritingSeconds(
    count: Double, tokens: Double, longest: Double, behind context: Double, isAdapted: Bool = false
  ) -> Double {
    guard count > 0, tokens > 0 else { return 0 }
    let middle = context + tokens / 2
    let one = (isAdapted ? adaptedWriting : writing).seconds(behind: middle)
    let all = (isAdapted ? adaptedBatchWriting : batchWriting).seconds(behind: middle)
    let perText = batchSize > 1 ? max(0, all - one) / Double(batchSize - 1) : 0
    let batches = (count / Double(batchSize)).rounded(.up)
    // The first token comes from the prompt's pass.
    return count * secondsPerScoredToken + batches * max(0, longest - 1) * max(0, one - perText)
      + count * max(0, tokens - 1) * perText
  }

  /// - Parameter own: Tokens of a sequence in the pass.
  private func passSeconds(
    _ tokens: Double, behind context: Double, own: Double, _ times: PassTimes
  ) -> Double {
    times.seconds(tokens: tokens) + context * passSecondsPerContextToken
      + tokens * (context + own / 2) * readSecondsPerContextToken
  }
}
