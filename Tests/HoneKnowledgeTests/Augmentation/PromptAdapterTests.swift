// SPDX-License-Identifier: Apache-2.0
import Foundation
import HoneAdaptation
import HoneKnowledge
import HoneModel
import HoneTesting
import Synchronization
import Testing

@Suite struct PromptAdapterTests {
  private let model: LanguageModel
  private let folder: TemporaryFolder

  init() throws {
    model = try KnowledgeFixtures.tinyModel()
    folder = try TemporaryFolder()
  }

  private func values(_ adapter: LoRAAdapter) -> [[Float]] {
    adapter.parameters.map { $0.toArray() }
  }

  @Test func `an adapter is kept and loaded again with the same bits`() async throws {
    let path = folder.path + "/deep/adapters"
    let teaching = PromptAdapter(library: KnowledgeFixtures.library)
    let before = await model.weightsChecksum()
    let steps = Mutex<[TrainingStepSummary]>([])
    let made = try await teaching.adapter(for: model, folder: path) { step in
      steps.withLock { $0.append(step) }
    }
    let losses = steps.withLock { $0.map(\.loss) }
    #expect(losses.count == 12 * 4 / 8)
    #expect(try #require(losses.last) < #require(losses.first))
    #expect(steps.withLock { $0.map(\.step) } == Array(1...losses.count))
    let loaded = try await teaching.adapter(for: model, folder: path) { _ in
      Issue.record("it is trained again")
    }
    #expect(values(loaded) == values(made))
    // Nor does it make a difference that it was kept.
    let unkept = try await teaching.adapter(for: model, folder: nil)
    #expect(values(unkept) == values(made))
    #expect(await model.weightsChecksum() == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path).count == 1)
  }

  @Test func `other prompts and other weights have an adapter of their own`() async throws {
    let one = PromptLibrary(prompts: [KnowledgeFixtures.turning])
    let other = PromptLibrary(prompts: [
      AugmentationPrompt(
        name: "turning", strategy: .local, instruction: "Turn it",
        examples: KnowledgeFixtures.turning.examples)
    ])
    let methods = try LanguageModel.load(
      path: Fixtures.path("tiny-llama"), threads: 2, compute: .int8)
    for (library, model, count) in [(one, model, 1), (other, model, 2), (one, methods, 3)] {
      _ = try await PromptAdapter(library: library).adapter(for: model, folder: folder.path)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == count)
    }
    _ = try await PromptAdapter(library: one).adapter(for: model, folder: folder.path) { _ in
      Issue.record("it is trained again")
    }
  }

  @Test func `what is left of an adapter that was not kept whole is no adapter`() async throws {
    let teaching = PromptAdapter(
      library: PromptLibrary(prompts: [KnowledgeFixtures.turning]))
    let made = try await teaching.adapter(for: model, folder: folder.path)
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).first)
    try folder.remove("\(name)/adapter_config.json")
    let again = try await teaching.adapter(for: model, folder: folder.path)
    #expect(values(again) == values(made))
  }

  @Test func `a cancelled training keeps nothing`() async throws {
    let work = Task {
      try await PromptAdapter(library: KnowledgeFixtures.library).adapter(
        for: model, folder: folder.path
      ) { _ in withUnsafeCurrentTask { $0?.cancel() } }
    }
    await #expect(throws: CancellationError.self) { try await work.value }
    #expect(folder.names.isEmpty)
  }
}
