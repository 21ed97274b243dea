// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneKnowledge

@Suite struct StudyTextsTests {
  private func recipe(
    epochs: Int = 3, _ sentences: StudyRecipe.Sentences = .auto
  ) -> StudyRecipe {
    var recipe = StudyRecipe()
    recipe.training.epochs = epochs
    recipe.sentences = sentences
    return recipe
  }

  private func statement(
    _ text: String, _ strategy: AugmentationPrompt.Strategy,
    dropped: AugmentedStatement.Reason? = nil
  ) -> AugmentedStatement {
    AugmentedStatement(
      text: text, strategy: strategy, prompt: "p", source: "s", documents: [], model: "m", seed: 0,
      sample: 0, margin: nil, dropped: dropped)
  }

  private var statements: [AugmentedStatement] {
    [
      statement("L.", .local), statement("G.", .global),
      statement("D.", .local, dropped: .unlikely),
    ]
  }

  @Test(arguments: ControlledDataName.allCases)
  func `every trained arm sees as many samples, and no other any`(name: ControlledDataName) {
    let data = ControlledData.make(name, size: .small, seed: 1)
    let sentences = data.documents.flatMap(\.sentences)
    let all = 3 * (sentences.count + data.oracle.count)
    for arm in StudyArm.allCases {
      let texts = StudyTexts(arm: arm, data: data, statements: statements, recipe: recipe())
      if arm == .fineTuned, name == .semanticStructure {
        // Whole documents, so many that their sentences are as many.
        #expect(texts.texts == data.documents.map(\.text))
        let shown = Double(texts.samples * sentences.count) / Double(data.documents.count)
        #expect(abs(shown - Double(all)) <= Double(sentences.count) / Double(data.documents.count))
      } else {
        #expect(texts.samples == (arm.trains ? all : 0), "\(arm)")
        #expect(Array(texts.texts.prefix(sentences.count)) == sentences)
      }
    }
  }

  @Test func `an arm's texts are the sentences and what its name adds`() {
    let data = ControlledData.make(.simpleReversals, size: .small, seed: 1)
    func added(_ arm: StudyArm) -> [String] {
      let texts = StudyTexts(arm: arm, data: data, statements: statements, recipe: recipe())
      return Array(texts.texts.dropFirst(data.documents.count))
    }
    for arm in [StudyArm.pretrained, .inContext, .fineTuned] { #expect(added(arm) == []) }
    #expect(added(.augmentedLocally) == ["L."])
    #expect(added(.augmentedGlobally) == ["G."])
    #expect(added(.augmented) == ["L.", "G."])
    #expect(added(.oracle) == data.oracle.map(\.text))
    let reversed = added(.reverseTraining)
    #expect(reversed.count == data.documents.count)
    let words = data.documents[0].text.split(separator: " ")
    #expect(reversed[0].split(separator: " ") == words.reversed())
  }

  @Test(arguments: ControlledDataName.allCases)
  func `whole documents are fewer samples of more tokens`(name: ControlledDataName) {
    let data = ControlledData.make(name, size: .small, seed: 1)
    let sentences = data.documents.reduce(0) { $0 + $1.sentences.count }
    for arm in [StudyArm.fineTuned, .oracle] {
      let whole = StudyTexts(arm: arm, data: data, statements: [], recipe: recipe(.whole))
      let split = StudyTexts(arm: arm, data: data, statements: [], recipe: recipe(.split))
      #expect(Array(whole.texts.prefix(data.documents.count)) == data.documents.map(\.text))
      #expect(
        abs(whole.samples * sentences - split.samples * data.documents.count) <= sentences)
    }
  }

  @Test func `an epoch of nothing is still a sample`() {
    let data = ControlledData(
      name: .celebrities, size: .small, seed: 0, documents: [], items: [], splits: [], oracle: [],
      language: StatementLanguage(forms: [], names: []), stated: [], truths: [])
    for sentences in StudyRecipe.Sentences.allCases {
      let texts = StudyTexts(
        arm: .fineTuned, data: data, statements: [], recipe: recipe(epochs: 1, sentences))
      #expect(texts.samples == 1 && texts.texts.isEmpty)
    }
  }

  @Test(arguments: [ControlledDataName.simpleReversals, .celebrities, .familyTrees])
  func `documents cover what they state, the oracle all that it states`(name: ControlledDataName) {
    let data = ControlledData.make(name, size: .small, seed: 2)
    func covered(_ arm: StudyArm, _ statements: [AugmentedStatement] = []) -> Set<String> {
      StudyTexts(arm: arm, data: data, statements: statements, recipe: recipe()).covered(of: data)
    }
    func items(_ known: Set<Triple>) -> Set<String> {
      Set(data.items.filter { !known.isDisjoint(with: $0.asks) }.map(\.id))
    }
    let stated = items(data.stated)
    #expect(covered(.fineTuned) == stated && stated.count < data.items.count)
    let oracle = items(data.stated.union(data.oracle.map(\.triple)))
    #expect(covered(.oracle) == oracle && oracle.count > stated.count)
    let one = data.oracle[0]
    let strategy = AugmentationPrompt.Strategy(rawValue: one.kind.rawValue) ?? .local
    let arm = strategy == .local ? StudyArm.augmentedLocally : .augmentedGlobally
    #expect(
      covered(arm, [statement(one.text, strategy)]) == items(data.stated.union([one.triple])))
    #expect(covered(arm, [statement(one.text, strategy, dropped: .duplicate)]) == stated)
  }

  @Test func `the sentences of whole documents are read one by one`() {
    let data = ControlledData.make(.semanticStructure, size: .small, seed: 2)
    let whole = StudyTexts(arm: .fineTuned, data: data, statements: [], recipe: recipe(.whole))
    let split = StudyTexts(arm: .fineTuned, data: data, statements: [], recipe: recipe(.split))
    #expect(whole.covered(of: data) == split.covered(of: data))
  }
}
