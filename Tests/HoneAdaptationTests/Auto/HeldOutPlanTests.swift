// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneAdaptation

@Suite struct HeldOutPlanTests {
  private func demonstrations(_ count: Int) -> [Demonstration] {
    (0..<count).map { Demonstration(input: "x\($0)", output: "y\($0 % 3)") }
  }

  @Test(arguments: [0, 1, 2, 3, 4, 5, 10, 37])
  func `every chain has all demonstrations, the first in the task's order`(count: Int) {
    let plan = HeldOutPlan(demonstrations(count), seed: 3)
    #expect(plan.chains.count == min(4, count))
    for chain in plan.chains { #expect(chain.sorted() == Array(0..<count)) }
    #expect(Set(plan.chains).count == plan.chains.count)
    if count > 0 { #expect(plan.chains[0] == Array(0..<count)) }
  }

  @Test(arguments: [0, 3, 4, 5, 10, 13])
  func `the halves of a pilot hold every demonstration out once`(count: Int) {
    let plan = HeldOutPlan(demonstrations(count), seed: 0)
    let heldOut = plan.folds.flatMap { $0.chain.suffix($0.heldOut) }
    #expect(heldOut.sorted() == (count < 4 ? [] : Array(0..<count)))
    for fold in plan.folds {
      #expect(fold.chain.count - fold.heldOut >= 2)
      // What prompting alone makes of them is asked behind the same demonstrations.
      #expect(plan.chains.contains(fold.chain))
    }
  }

  @Test func `the order is the seed's`() {
    let one = HeldOutPlan(demonstrations(10), seed: 1)
    #expect(one.order == HeldOutPlan(demonstrations(10), seed: 1).order)
    #expect(one.order != HeldOutPlan(demonstrations(10), seed: 2).order)
  }

  @Test func `copies count once, white space at the ends aside`() {
    let copies = [("a", "b"), ("c", "d"), (" a", "b\n"), ("a", "b")].map {
      Demonstration(input: $0.0, output: $0.1)
    }
    let plan = HeldOutPlan(copies, seed: 0)
    #expect(plan.order.sorted() == [0, 1])
    #expect(plan.contradictions == 0)
  }

  @Test func `inputs with two outputs are counted`() {
    let pairs = [("a", "b"), ("a", "c"), ("a", "b"), ("d", "e"), ("d", "f")].map {
      Demonstration(input: $0.0, output: $0.1)
    }
    let plan = HeldOutPlan(pairs, seed: 0)
    #expect(plan.contradictions == 2)
    #expect(plan.order.count == 4)
  }
}
