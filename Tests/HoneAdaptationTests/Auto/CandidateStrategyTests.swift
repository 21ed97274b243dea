// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneAdaptation

@Suite struct CandidateStrategyTests {
  @Test(arguments: SampleForm.allCases)
  func `whatever form a recipe has, single demonstrations are one candidate's alone`(
    form: SampleForm
  ) throws {
    var recipe = TestTimeTrainingConfiguration.defaults(parameterCount: 0)
    recipe.sampleForm = form
    let direct = try #require(CandidateStrategy.direct.recipe(recipe, demonstrations: 10))
    #expect(direct.sampleForm == .direct)
    #expect(direct.batchSize * direct.steps == 40)
    let whole = try #require(CandidateStrategy.testTimeTraining.recipe(recipe, demonstrations: 10))
    #expect(whole.sampleForm == (form == .direct ? .permutation : form))
    let half = try #require(
      CandidateStrategy.halfTestTimeTraining.recipe(recipe, demonstrations: 10))
    #expect(half.sampleForm == whole.sampleForm)
    #expect(half.steps == 10 && half.warmupSteps == 2 && half.learningRate == 1e-3)
    #expect(CandidateStrategy.inContext.recipe(recipe, demonstrations: 10) == nil)
    #expect(CandidateStrategy.zeroShot.recipe(recipe, demonstrations: 10) == nil)
  }
}
