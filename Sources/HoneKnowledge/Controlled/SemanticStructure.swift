// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// A made-up world of nested categories in nonsense words, described as in an encyclopaedia.
///
/// A hierarchy of 110 categories of animals and objects, each with one to six properties of its own
/// and those that it inherits. Its shape is real; every noun, adjective and verb is replaced by a
/// nonsense word, so that no model can know an answer. Documents state what a category is a type
/// of and its own properties, always from the category to what is said of it. Four splits ask what
/// they state in other words (`rephrased`), what they state from its other end (`reversed`), what
/// follows from several statements (`syllogism`), and all that follows of categories of which one
/// sentence names the parent and no other speaks (`holdout`). Whatever is asked, the false options
/// are true of something else.
///
/// ``SemanticAudit`` proves of a set that no document states what only an inference may give.
/// - SeeAlso: Lampinen et al. 2025, arXiv 2505.00661, §2, "semantic structure benchmark".
public enum SemanticStructure {
  /// - Parameters:
  ///   - size: Full has 110 categories and 2,200 documents of 4–20 sentences, as in the paper;
  ///     small 36 categories and 60 documents of 4–8 sentences.
  ///   - seed: Decides the words, what is held out, the documents and the test.
  /// - Returns: The same for the same arguments on every machine.
  public static func make(size: ControlledDataSize, seed: UInt64) -> ControlledData {
    let random = RandomSource(seed: seed).derived("semantic-structure")
    let world = SemanticWorld(size: size, random: random.derived("world"))
    var writer = SemanticDocuments(
      world: world, plan: .init(size: size), random: random.derived("documents"))
    let written = writer.write()
    var firstDocument: [Triple: String] = [:]
    for (document, facts) in written {
      for fact in facts where firstDocument[fact] == nil { firstDocument[fact] = document.id }
    }
    var items = SemanticItems(world: world, size: size, random: random.derived("items"))
    let oracle = SemanticOracle(world: world, firstDocument: firstDocument)
    return ControlledData(
      name: .semanticStructure, size: size, seed: seed, documents: written.map(\.document),
      items: items.write(), splits: SemanticItems.Split.allCases.map(\.rawValue),
      oracle: oracle.statements(random: random.derived("oracle")),
      language: StatementLanguage(forms: SemanticForms.all, names: world.names.sorted()),
      stated: Set(firstDocument.keys), truths: world.truths)
  }
}
