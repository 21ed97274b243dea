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
    let double = try #require(
      CandidateStrategy.doubleTestTimeTraining.recipe(recipe, demonstrations: 10))
    #expect(double.sampleForm == whole.sampleForm)
    #expect(double.steps == 40 && double.warmupSteps == 10 && double.learningRate == 5e-4)
    #expect(CandidateStrategy.calibrated.recipe(recipe, demonstrations: 10) == nil)
    #expect(CandidateStrategy.inContext.recipe(recipe, demonstrations: 10) == nil)
    #expect(CandidateStrategy.zeroShot.recipe(recipe, demonstrations: 10) == nil)
  }
}
