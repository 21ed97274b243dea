// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge
import Testing

@Suite struct AugmentationPlanTests {
  private let documents = KnowledgeFixtures.documents(
    "The bridge was built by Carl. 1984!", "Carl lives here. The bridge was built by Carl.",
    "The bridge was built by Carl.")

  private func requests(
    _ change: (inout AugmentationConfiguration) -> Void = { _ in }
  ) -> [AugmentationRequest] {
    var configuration = AugmentationConfiguration()
    change(&configuration)
    return AugmentationPlan(
      documents: documents, library: KnowledgeFixtures.library, configuration: configuration
    ).requests
  }

  @Test func `each sentence is asked once, with every document that holds it`() {
    #expect(
      requests { $0.strategies = [.local] } == [
        AugmentationRequest(
          prompt: "turning", input: "The bridge was built by Carl.", documents: ["a", "b", "c"],
          sample: 0),
        AugmentationRequest(
          prompt: "turning", input: "Carl lives here.", documents: ["b"], sample: 0),
      ])
  }

  @Test func `linked sentences are asked together, the related ones behind each other`() {
    #expect(
      requests { $0.strategies = [.global] } == [
        AugmentationRequest(
          prompt: "linking", input: "The bridge was built by Carl. Carl lives here.",
          documents: ["a", "b"], sample: 0)
      ])
  }

  @Test func `with the whole corpus in view each document is asked`() {
    let asked = requests {
      $0.strategies = [.global]
      $0.globalContext = .corpus
    }
    #expect(asked.map(\.input) == documents.map(\.text))
    #expect(asked.map(\.documents) == [["a"], ["b"], ["c"]])
  }

  @Test func `local requests come first, each prompt's samples behind each other`() {
    let asked = requests { $0.samples = 3 }
    #expect(
      asked.map(\.prompt) == Array(repeating: "turning", count: 6) + [
        "linking", "linking", "linking",
      ])
    #expect(asked.map(\.sample) == [0, 0, 1, 1, 2, 2, 0, 1, 2])
    #expect(asked[0].input == asked[2].input)
  }

  @Test func `without links nothing global is asked, and nothing of nothing`() {
    #expect(requests { $0.linksPerDocument = 0 }.allSatisfy { $0.prompt == "turning" })
    let none = AugmentationPlan(
      documents: [], library: KnowledgeFixtures.library, configuration: .init())
    #expect(none.requests.isEmpty)
    let bare = AugmentationPlan(
      documents: documents, library: PromptLibrary(prompts: []), configuration: .init())
    #expect(bare.requests.isEmpty)
  }

  @Test func `the plan is the same every time`() {
    let first = requests()
    for _ in 0..<5 { #expect(requests() == first) }
  }
}
