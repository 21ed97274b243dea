// SPDX-License-Identifier: Apache-2.0
import HoneTraining
import Testing

@Suite struct LearningRateScheduleTests {
  @Test func `the rate rises in a line and falls as half a cosine`() throws {
    let schedule = try LearningRateSchedule(peak: 2, warmupSteps: 4, totalSteps: 12)
    let expected = [
      0, 0.5, 1, 1.5, 2, 1.923_879_532_511_287, 1.707_106_781_186_547, 1.382_683_432_365_09, 1,
      0.617_316_567_634_91, 0.292_893_218_813_452, 0.076_120_467_488_713, 0,
    ]
    for (step, rate) in expected.enumerated() {
      #expect(abs(schedule.learningRate(step: step) - rate) < 1e-12, "step \(step)")
    }
  }

  @Test func `without a warm-up the first step has the peak`() throws {
    let schedule = try LearningRateSchedule(peak: 0.1, warmupSteps: 0, totalSteps: 2)
    #expect(schedule.learningRate(step: 0) == 0.1)
    #expect(abs(schedule.learningRate(step: 1) - 0.05) < 1e-15)
  }

  @Test(arguments: [(0, 0), (3, 3), (5, 3), (1, 1)])
  func `odd lengths give rates between none and the peak`(warmup: Int, total: Int) throws {
    let schedule = try LearningRateSchedule(peak: 1, warmupSteps: warmup, totalSteps: total)
    for step in 0..<max(warmup, total) + 1 {
      #expect((0...1).contains(schedule.learningRate(step: step)), "step \(step)")
    }
  }

  @Test(arguments: [0, -1, .nan, .infinity] as [Double])
  func `a rate that is not positive is refused`(peak: Double) {
    let error = #expect(throws: TrainingError.self) {
      try LearningRateSchedule(peak: peak, warmupSteps: 0, totalSteps: 1)
    }
    #expect(error?.code == .invalid)
    #expect(error?.message.contains("learning rate \(peak)") == true)
  }

  @Test(arguments: [(-1, 5), (0, -1), (Int.min, Int.max)])
  func `negative numbers of steps are refused`(warmup: Int, total: Int) {
    #expect(throws: TrainingError.self) {
      try LearningRateSchedule(peak: 1, warmupSteps: warmup, totalSteps: total)
    }
  }
}

@Suite struct LearningRateScheduleKindTests {
  @Test func `the kinds differ in how they come down`() throws {
    func rates(_ kind: LearningRateSchedule.Kind) throws -> [Double] {
      let schedule = try LearningRateSchedule(kind: kind, peak: 2, warmupSteps: 2, totalSteps: 12)
      return (0...12).map { schedule.learningRate(step: $0) }
    }
    #expect(try rates(.constant) == [0, 1] + Array(repeating: 2, count: 11))
    let line = (0...10).map { 2 - 0.2 * Double($0) }
    for (rate, expected) in zip(try rates(.linear), [0.0, 1.0] + line) {
      #expect(abs(rate - expected) < 1e-12)
    }
    // The last fifth of 12 steps, rounded up, is 3.
    let stable: [Double] = [0, 1] + Array(repeating: 2, count: 8) + [4.0 / 3, 2.0 / 3, 0]
    for (rate, expected) in zip(try rates(.wsd), stable) { #expect(abs(rate - expected) < 1e-12) }
  }

  @Test(arguments: LearningRateSchedule.Kind.allCases)
  func `no kind leaves the range, however odd the lengths`(kind: LearningRateSchedule.Kind) throws {
    for (warmup, total) in [(0, 0), (3, 3), (5, 3), (0, 1)] {
      let schedule = try LearningRateSchedule(
        kind: kind, peak: 1, warmupSteps: warmup, totalSteps: total)
      for step in 0..<max(warmup, total) + 2 {
        #expect((0...1).contains(schedule.learningRate(step: step)))
      }
    }
  }
}
