// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// What a perfect augmentation of the semantic structure would add.
///
/// Local: the reversal of every stated fact. Global: every inherited property and every category
/// above the parent. Those of the categories held out are among them, as they follow from the
/// documents like all others; without them nothing could lift that split, and the oracle would not
/// be the bound that it is for. Their triples name a category that is stated once, by which they
/// can be told apart. The wordings are none of the test's.
struct SemanticOracle {
  let world: SemanticWorld
  /// The first document that states each fact.
  let firstDocument: [Triple: String]

  func statements(random: RandomSource) -> [OracleStatement] {
    var random = random
    var statements: [OracleStatement] = []
    for index in world.categories.indices {
      for fact in world.facts(of: index) {
        guard let converse = fact.triple.semanticConverse else { continue }
        statements.append(
          statement(.local, converse, .reversed, fact.predicate, [fact.triple], &random))
      }
      for inferred in world.inferredFacts(of: index) {
        // The path up to the source, then what is stated of it.
        var premises = zip([index] + inferred.path, inferred.path).map {
          Triple(world.categories[$0].name, .is, world.categories[$1].name)
        }
        premises.append(inferred.stated)
        let fact = inferred.fact
        statements.append(
          statement(.global, fact.triple, .prose, fact.predicate, premises, &random))
      }
    }
    return statements
  }

  private func statement(
    _ kind: OracleStatement.Kind, _ triple: Triple, _ use: SemanticForms.Use,
    _ predicate: SemanticPredicate, _ premises: [Triple], _ random: inout RandomSource
  ) -> OracleStatement {
    let pattern = random.element(of: SemanticForms.patterns(use, predicate))
    let text = StatementForm(triple.relation, pattern).text(triple)
    var seen: Set<String> = []
    let documents = premises.compactMap { firstDocument[$0] }.filter { seen.insert($0).inserted }
    return OracleStatement(
      kind: kind, text: random.element(of: LeadIn.training).sentence(text), triple: triple,
      documents: documents)
  }
}
