// SPDX-License-Identifier: Apache-2.0

extension Syllogism {
  /// A world of three sets: which of the seven regions that lie in at least one hold something.
  ///
  /// Bit r of `regions` is the region whose own bits, lowest first, say whether it is in A, B, C.
  private struct Model {
    let regions: Int

    static let all = (0..<128).map { Model(regions: $0 << 1) }

    func holds(_ statement: Statement) -> Bool {
      let inhabited = (1..<8).filter { regions >> $0 & 1 == 1 }
      let subjects = inhabited.filter { $0 >> statement.subject.rawValue & 1 == 1 }
      let isInObject = { (region: Int) in region >> statement.object.rawValue & 1 == 1 }
      return switch statement.quantifier {
      case .all: subjects.allSatisfy(isInObject)
      case .some: subjects.contains(where: isInObject)
      case .no: !subjects.contains(where: isInObject)
      case .someNot: !subjects.allSatisfy(isInObject)
      }
    }
  }

  /// Every statement about two of the three sets that holds in all models of the premises, these
  /// included; sets may be empty.
  var entailed: [Statement] {
    let models = Model.all.filter { $0.holds(first) && $0.holds(second) }
    let orders = Statement.Term.allCases.flatMap { subject in
      Statement.Term.allCases.filter { $0 != subject }.map { (subject, $0) }
    }
    return Quantifier.allCases.flatMap { quantifier in
      orders.map { Statement(quantifier, $0, $1) }
        .filter { statement in models.allSatisfy { $0.holds(statement) } }
    }
  }
}
