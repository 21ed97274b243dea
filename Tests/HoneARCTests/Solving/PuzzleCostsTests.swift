// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTesting
import Testing

@testable import HoneARC

@Suite struct PuzzleCostsTests {
  private func costs() throws -> PuzzleCosts {
    let decoder = try Fixtures.decoder(folder: "tiny-llama", device: CPUDevice(threads: 1))
    return PuzzleCosts(decoder.configuration, weightBytes: 1_000_000_000)
  }

  private let answering = PuzzleCosts.Answering(promptTokens: [900, 1100], replyTokens: 100)

  @Test func `work in parts is the work of the whole`() throws {
    let costs = try costs()
    let parts = costs.work(700) + costs.work(300, behind: 700) + costs.work(5, behind: 1000)
    #expect(abs(parts - costs.work(1005)) < 1e-9 * parts)
    // Later tokens read more.
    #expect(costs.work(300, behind: 700) > costs.work(300))
  }

  @Test func `nothing is estimated before something was measured`() throws {
    let costs = try costs()
    costs.measured(answeringSeconds: 1, of: answering, isWhole: true)
    #expect(costs.training(work: 1) == nil)
    #expect(costs.forward(work: 1) == nil)
    #expect(costs.seconds(answering) == nil)
  }

  @Test func `passes forward are taken for a part of a training step until they are measured`()
    throws
  {
    let costs = try costs()
    costs.measured(trainingSeconds: 2, work: 1000)
    #expect(costs.training(work: 500) == 1)
    let guess = try #require(costs.forward(work: 1000))
    #expect(guess > 0.4 && guess < 1)
    costs.measured(forwardSeconds: 3, work: 1000)
    #expect(costs.forward(work: 1000) == 3)
    #expect(costs.training(work: 500) == 1)
  }

  @Test func `estimates of answers approach what they take`() throws {
    let costs = try costs()
    costs.measured(forwardSeconds: 1, work: 10_000)
    let first = try #require(costs.seconds(answering))
    for _ in 0..<12 { costs.measured(answeringSeconds: 2 * first, of: answering, isWhole: true) }
    let second = try #require(costs.seconds(answering))
    #expect(abs(second - 2 * first) < 0.01 * first, "\(first) \(second)")
  }

  @Test func `answers that were broken off tell only that it takes longer`() throws {
    let costs = try costs()
    costs.measured(forwardSeconds: 1, work: 10_000)
    let first = try #require(costs.seconds(answering))
    costs.measured(answeringSeconds: 0.7 * first, of: answering, isWhole: false)
    #expect(costs.seconds(answering) == first)
    costs.measured(answeringSeconds: 2 * first, of: answering, isWhole: false)
    #expect(try #require(costs.seconds(answering)) > first)
  }
}
