// SPDX-License-Identifier: Apache-2.0

/// What an arm trains on.
public struct StudyTexts: Sendable, Hashable {
  public let texts: [String]
  /// Samples of the whole training, some texts several times: the same for every arm, so that none
  /// wins by more training.
  public let samples: Int

  /// - Parameter statements: What the model wrote, of both strategies; those dropped do not count.
  public init(
    arm: StudyArm, data: ControlledData, statements: [AugmentedStatement], recipe: StudyRecipe
  ) {
    let isWhole =
      switch recipe.sentences {
      case .whole: true
      case .split: false
      case .auto: arm == .fineTuned && data.name == .semanticStructure
      }
    let sentences = data.documents.flatMap(\.sentences)
    var texts = isWhole ? data.documents.map(\.text) : sentences
    switch arm {
    case .pretrained, .inContext, .fineTuned: break
    case .augmentedLocally, .augmentedGlobally, .augmented:
      texts += statements.filter { $0.isKept && arm.strategies.contains($0.strategy) }.map(\.text)
    case .oracle:
      texts += data.oracle.map(\.text)
    case .reverseTraining:
      let names = WordReversal(names: data.language.names)
      texts += sentences.map(names.reversed)
    }
    self.texts = texts
    // A document of many sentences is a sample of many tokens, of which it takes fewer.
    let all = sentences.count + data.oracle.count
    let perText =
      isWhole ? max(1, Double(sentences.count) / Double(max(1, data.documents.count))) : 1
    samples =
      arm.trains ? max(1, Int((Double(recipe.training.epochs * all) / perText).rounded())) : 0
  }

  /// The items whose answers a text gives away, by their ids.
  public func covered(of data: ControlledData) -> Set<String> {
    var stated: Set<Triple> = []
    for text in texts {
      for sentence in SentenceSplitter.sentences(in: text) {
        if case .triple(let triple) = data.language.read(sentence) { stated.insert(triple) }
      }
    }
    return Set(data.items.filter { !stated.isDisjoint(with: $0.asks) }.map(\.id))
  }
}
