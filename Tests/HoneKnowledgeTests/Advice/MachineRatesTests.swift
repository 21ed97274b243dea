// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneKnowledge

@Suite struct MachineRatesTests {
  private let times = PassTimes(short: (10, 3), long: (110, 13))

  @Test func `A pass takes what was measured and lies between on a line`() {
    #expect(times.seconds(tokens: 0) == 0)
    #expect(times.seconds(tokens: 10) == 3)
    #expect(times.seconds(tokens: 110) == 13)
    #expect(times.seconds(tokens: 60) == 8)
    // One token pays what a pass costs whatever it holds.
    #expect(abs(times.seconds(tokens: 1) - 2.1) < 1e-9)
  }

  @Test func `Where short passes are the cheaper ones no pass takes less than no time`() {
    let odd = PassTimes(short: (10, 1), long: (20, 5))
    #expect(odd.seconds(tokens: 1) == 0.1)
    #expect(odd.seconds(tokens: 10) == 1)
    #expect(odd.seconds(tokens: 20) == 5)
  }

  @Test func `A long prompt is read in passes, each behind the ones before it`() {
    let rates = MachineRates(
      reading: PassTimes(secondsPerToken: 1), passSecondsPerContextToken: 0.5,
      readSecondsPerContextToken: 0.01, tokensPerPass: 100, writing: WritingTime(seconds: 1),
      batchWriting: WritingTime(seconds: 1), batchSize: 1, secondsPerTrainedToken: 1,
      trainingBatchTokens: 1)
    // 250 tokens behind 40: three passes behind 40, 140 and 240, and half of their own.
    let context: Double = 40 * 1.5 + 140 * 1.5 + 240 * 1
    let own = 0.01 * Double(100 * 50 + 100 * 50 + 50 * 25)
    #expect(abs(rates.readingSeconds(tokens: 250, behind: 40) - (250 + context + own)) < 1e-9)
    // Side by side, all stand behind the prefix and their own tokens alone.
    let prefix: Double = 40 * 1.5 + 40 * 1.5 + 40 * 1
    let seconds = rates.sideBySideSeconds(count: 25, tokens: 10, behind: 40)
    #expect(abs(seconds - (250 + prefix + 12.5)) < 1e-9)
  }

  @Test func `The first token of a text comes out of the prompt's pass`() {
    let rates = AdviceFixtures.machine
    #expect(rates.writingSeconds(tokens: 0, behind: 100) == 0)
    #expect(rates.writingSeconds(tokens: 1, behind: 100) == rates.headSeconds)
    let ten = rates.writingSeconds(tokens: 10, behind: 100)
    #expect(abs(ten - (0.001 + 9 * (0.0022 + 105 * 5e-7))) < 1e-12)
  }

  @Test func `A batch goes on until its longest text ends`() {
    let rates = MachineRates(
      reading: PassTimes(secondsPerToken: 1), writing: WritingTime(seconds: 2),
      batchWriting: WritingTime(seconds: 9), batchSize: 8, secondsPerTrainedToken: 1,
      trainingBatchTokens: 1)
    func seconds(_ count: Double, _ tokens: Double, _ longest: Double) -> Double {
      rates.batchWritingSeconds(count: count, tokens: tokens, longest: longest, behind: 0)
    }
    // Full batches of equal texts: 10 passes each.
    #expect(seconds(8, 11, 11) == 90)
    #expect(seconds(16, 11, 11) == 180)
    // One text alone pays the passes that it needs.
    #expect(seconds(1, 11, 11) == 20)
    // A pass costs 1, and each text in it 1.
    #expect(seconds(8, 11, 31) == 30 + 80)
    #expect(seconds(0, 11, 11) == 0)
    #expect(seconds(8, 0, 0) == 0)
  }

  @Test func `What noise makes negative is zero when rates are fitted`() throws {
    let sizes = try RateSizes(question: 24, context: 1000, streams: 4, contextLength: 8192)
    var medians = Dictionary(uniqueKeysWithValues: RateRun.allCases.map { ($0, 1.0) })
    medians[.longRead] = 10
    medians[.shortReadBehind] = 0.9
    medians[.longReadBehind] = 9.9
    medians[.writeBehind] = 0.8
    medians[.scored] = 0.5
    let rates = RateFit(medians: medians, sizes: sizes).rates(
      try AdviceFixtures.tinyConfiguration(), trainedTokens: 100)
    #expect(rates.passSecondsPerContextToken == 0)
    #expect(rates.readSecondsPerContextToken == 0)
    #expect(rates.writing.secondsPerContextToken == 0)
    #expect(rates.secondsPerScoredToken == 0)
    #expect(rates.headSeconds == 0)
    #expect(rates.secondsPerTrainedToken == 0.01)
  }

  @Test func `Fitted rates give back what was measured`() throws {
    let sizes = try RateSizes(question: 24, context: 1000, streams: 4, contextLength: 8192)
    var medians = Dictionary(uniqueKeysWithValues: RateRun.allCases.map { ($0, 1.0) })
    medians[.longRead] = 10
    medians[.shortReadBehind] = 1.5
    medians[.longReadBehind] = 14
    medians[.writeBehind] = 1.25
    let rates = RateFit(medians: medians, sizes: sizes).rates(
      try AdviceFixtures.tinyConfiguration(), trainedTokens: 100)
    func read(_ tokens: Int, behind context: Double) -> Double {
      rates.readingSeconds(tokens: Double(tokens), behind: context)
    }
    #expect(abs(read(sizes.question, behind: 0) - 1) < 1e-9)
    #expect(abs(read(sizes.pass, behind: 0) - 10) < 1e-9)
    #expect(abs(read(sizes.question, behind: 1000) - 1.5) < 1e-9)
    #expect(abs(read(sizes.pass, behind: 1000) - 14) < 1e-9)
    let middle = Double(sizes.written) / 2
    #expect(abs(rates.writing.seconds(behind: 24 + middle) - 1) < 1e-9)
    #expect(abs(rates.writing.seconds(behind: 1000 + middle) - 1.25) < 1e-9)
  }

  @Test func `A slow model is measured on shorter prompts`() throws {
    var sizes = try RateSizes(question: 24, context: 2048, streams: 4, contextLength: 8192)
    let full = (sizes.pass, sizes.context)
    sizes.fit(secondsPerToken: 1e-5, seconds: 20)
    #expect((sizes.pass, sizes.context) == full)
    sizes.fit(secondsPerToken: 0.02, seconds: 20)
    #expect(sizes.pass < full.0 && sizes.context < full.1)
    sizes.fit(secondsPerToken: 10, seconds: 20)
    #expect(sizes.pass >= 2 * sizes.question && sizes.context >= 1)
  }
}
