// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// A statement about two relatives, in the order of the text.
struct FamilyFact: Sendable, Hashable {
  let subject: String
  let relation: FamilyRelation
  let object: String

  init(_ subject: String, _ relation: FamilyRelation, _ object: String) {
    self.subject = subject
    self.relation = relation
    self.object = object
  }

  var triple: Triple { Triple(subject, relation.rawValue, object) }

  /// What a document's statement says of its object; only for the relations of documents.
  var reversal: FamilyFact {
    FamilyFact(object, relation == .marriedTo ? .marriedTo : .child, subject)
  }

  /// The statements that name the object right behind the subject, in any relation that answers.
  var asks: [Triple] {
    let relations: [FamilyRelation] =
      switch relation {
      case .mother, .father: [relation, .parent]
      case .child: [.child, .motherOf, .fatherOf]
      case .marriedTo: [.marriedTo, .husband, .wife, .husbandOf, .wifeOf]
      case .grandmother, .grandfather: [relation, .grandparent]
      default: [relation]
      }
    return relations.map { FamilyFact(subject, $0, object).triple }
  }
}

/// Three generations: a couple, two children of whom one is married, and that one's two children.
struct Family: Sendable {
  let id: String
  let people: [String]
  /// What documents state.
  let facts: [FamilyFact]
  /// What two facts give, of each pair of relatives in one direction.
  let links: [(fact: FamilyFact, premises: [FamilyFact])]

  private struct Child {
    let name: String
    let mother: String
    let father: String
  }

  private let children: [Child]
  private let couples: [(wife: String, husband: String)]

  /// - Parameters:
  ///   - people: Seven names: grandmother, grandfather, their two children, the first one's spouse,
  ///     and the two grandchildren.
  ///   - random: Decides who of the young couple is the wife and whose marriages are stated.
  init(id: String, people: [String], _ random: inout RandomSource) {
    self.id = id
    self.people = people
    let childIsWife = random.index(below: 2) == 0
    let wife = childIsWife ? people[2] : people[4]
    let husband = childIsWife ? people[4] : people[2]
    let elders = (wife: people[0], husband: people[1])
    couples = [elders, (wife, husband)]
    children =
      [people[2], people[3]].map { Child(name: $0, mother: elders.wife, father: elders.husband) }
      + [people[5], people[6]].map { Child(name: $0, mother: wife, father: husband) }
    let parents = children.flatMap {
      [FamilyFact($0.name, .mother, $0.mother), FamilyFact($0.name, .father, $0.father)]
    }
    facts =
      parents
      + couples.map { couple in
        random.index(below: 2) == 0
          ? FamilyFact(couple.wife, .marriedTo, couple.husband)
          : FamilyFact(couple.husband, .marriedTo, couple.wife)
      }
    let line = people[2]
    let lineRelation: FamilyRelation = childIsWife ? .mother : .father
    let grandparents = [people[5], people[6]].flatMap { grandchild in
      [
        (FamilyRelation.grandmother, FamilyRelation.mother, elders.wife),
        (.grandfather, .father, elders.husband),
      ].map { relation, parent, elder in
        (
          fact: FamilyFact(grandchild, relation, elder),
          premises: [
            FamilyFact(grandchild, lineRelation, line), FamilyFact(line, parent, elder),
          ]
        )
      }
    }
    let siblings = [(people[2], people[3], elders.wife), (people[5], people[6], wife)].map {
      one, other, mother in
      (
        fact: FamilyFact(one, .sibling, other),
        premises: [FamilyFact(one, .mother, mother), FamilyFact(other, .mother, mother)]
      )
    }
    links = grandparents + siblings
  }

  /// All that is true of the family, in every relation and from both sides.
  var truths: [Triple] {
    var facts: [FamilyFact] = []
    func add(_ one: String, _ relations: [FamilyRelation], _ other: String) {
      facts += relations.map { FamilyFact(one, $0, other) }
    }
    for child in children {
      add(child.name, [.mother, .parent], child.mother)
      add(child.name, [.father, .parent], child.father)
      add(child.mother, [.child, .motherOf], child.name)
      add(child.father, [.child, .fatherOf], child.name)
      for parent in children where [child.mother, child.father].contains(parent.name) {
        add(child.name, [.grandmother, .grandparent], parent.mother)
        add(child.name, [.grandfather, .grandparent], parent.father)
        add(parent.mother, [.grandmotherOf, .grandchild], child.name)
        add(parent.father, [.grandfatherOf, .grandchild], child.name)
      }
      for other in children where other.mother == child.mother && other.name != child.name {
        add(child.name, [.sibling], other.name)
      }
    }
    for (wife, husband) in couples {
      add(wife, [.marriedTo, .husband, .wifeOf], husband)
      add(husband, [.marriedTo, .wife, .husbandOf], wife)
    }
    return facts.map(\.triple)
  }
}
