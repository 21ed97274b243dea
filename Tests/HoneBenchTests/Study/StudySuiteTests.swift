// SPDX-License-Identifier: Apache-2.0
import HoneKnowledge
import Testing

@testable import HoneBench

@Suite struct StudySuiteTests {
  @Test(arguments: ControlledDataName.allCases)
  func `a set's splits are the tasks, and each seed asks its own items`(
    name: ControlledDataName
  ) throws {
    let suite = StudySuite(data: name, size: .small, seeds: [1, 7])
    let world = try #require(suite.worlds[7])
    #expect(suite.name == "study-\(name.rawValue)" && suite.taskNames == world.splits)
    #expect(suite.demonstrationCount == 0 && suite.worlds.count == 2)
    for split in suite.taskNames {
      let task = try suite.task(named: split)
      let expected = world.items.filter { $0.split == split }
      let asked = try task.draw(seed: 7, demonstrations: 0, limit: nil).queries
      #expect(Set(asked.map(\.id)) == Set(expected.map { "7/\($0.id)" }))
      #expect(asked.count == expected.count && !asked.isEmpty)
      let scorer = suite.scorer(for: split)
      for item in asked {
        let question = try #require(expected.first { "7/\($0.id)" == item.id })
        for (place, option) in question.options.enumerated() {
          #expect(
            (scorer.score(option, for: item).value == 1) == question.correct.contains(place),
            "\(item.id)\(option)")
        }
      }
    }
    #expect(throws: BenchError.self) { try suite.task(named: "none") }
  }

  @Test func `a suite is named for people`() {
    let suite = StudySuite(data: .familyTrees, size: .small, seeds: [1])
    #expect(suite.title == "Generalisation: family trees")
  }

  @Test func `without a seed there is no task`() {
    #expect(StudySuite(data: .celebrities, size: .small, seeds: []).taskNames.isEmpty)
  }

  @Test func `the command of a run names all that is not usual`() throws {
    let study = try StudyFixtures(seeds: [3, 9])
    let recipe = StudyFixtures.recipe {
      $0.training.learningRate = 5e-4
      $0.training.batchSize = 3
      $0.sentences = .whole
      $0.maxContextTokens = 99
    }
    let run = try study.run([.fineTuned, .oracle], recipe: recipe)
    let words = StudyArmConfiguration(
      arm: .fineTuned, data: .simpleReversals, size: .small, recipe: recipe,
      library: PromptLibrary(prompts: [])
    ).command(of: run.configuration)
    #expect(
      words.joined(separator: " ")
        == "hone study run simple-reversals --size small --arms ft,aft-oracle --seeds 3,9 "
        + "--epochs 1 --lora-rank 4 --learning-rate 0.0005 --batch-size 3 --sentences whole "
        + "--context-tokens 99 --model tiny --compute float32")
  }

  @Test func `the command of a run names how statements were written`() throws {
    let study = try StudyFixtures()
    let recipe = StudyFixtures.recipe {
      $0.augmentation.samples = 3
      $0.augmentation.linksPerDocument = 9
      $0.augmentation.adaptsToPrompts = false
      $0.augmentation.minMargin = nil
      $0.augmentation.globalContext = .corpus
    }
    let words = StudyArmConfiguration(
      arm: .augmented, data: .simpleReversals, size: .small, recipe: recipe,
      library: PromptLibrary(prompts: [])
    ).command(of: try study.run([.augmented], recipe: recipe).configuration)
    for flag in [
      "--samples", "--links", "--no-adapt-prompts", "--min-margin", "--global-context", "--prompts",
    ] {
      #expect(words.contains(flag))
    }
  }
}
