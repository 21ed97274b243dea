// SPDX-License-Identifier: Apache-2.0

/// How two sets lie to one another.
enum Quantifier: String, CaseIterable, Sendable, Hashable {
  case all, some, no
  /// Read in texts, where it must not be taken for `some` or `no`; never stated or asked.
  case someNot = "some not"

  /// Those that documents state and options offer.
  static let stated: [Quantifier] = [.all, .some, .no]

  /// With a large first letter, as it opens a sentence.
  var opening: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}

/// A quantifier over two different ones of the three sets A, B and C.
struct CategoricalStatement: Sendable, Hashable {
  enum Term: Int, CaseIterable, Sendable, Hashable {
    case a, b, c

    var letter: String { ["A", "B", "C"][rawValue] }
  }

  let quantifier: Quantifier
  let subject: Term
  let object: Term

  init(_ quantifier: Quantifier, _ subject: Term, _ object: Term) {
    self.quantifier = quantifier
    self.subject = subject
    self.object = object
  }

  /// Such as `All AB`.
  var name: String { "\(quantifier.opening) \(subject.letter)\(object.letter)" }
}

/// Two premises that share the middle term B.
struct Syllogism: Sendable, Hashable {
  typealias Statement = CategoricalStatement

  /// Of A and B.
  let first: Statement
  /// Of B and C.
  let second: Statement

  /// Such as `All AB + All BC`.
  var name: String { "\(first.name) + \(second.name)" }

  /// Whether surface order leads from the one end term over the middle to the other, as the
  /// conclusion does: what association alone could answer.
  var isChain: Bool { Self.chains.contains(self) }

  /// All pairs of premises: three quantifiers and two orders for each.
  static let pairs: [Syllogism] = {
    func statements(_ one: Statement.Term, _ other: Statement.Term) -> [Statement] {
      Quantifier.stated.flatMap { [Statement($0, one, other), Statement($0, other, one)] }
    }
    return statements(.a, .b).flatMap { first in
      statements(.b, .c).map { Syllogism(first: first, second: $0) }
    }
  }()

  private static let chains = [
    Syllogism(first: .init(.all, .a, .b), second: .init(.all, .b, .c)),
    Syllogism(first: .init(.all, .b, .a), second: .init(.all, .c, .b)),
  ]

  /// The ten pairs from which something follows of A and C where sets may be empty.
  ///
  /// Two have one conclusion, eight a symmetric pair of them.
  static let valid: [Syllogism] =
    chains + [
      Syllogism(first: .init(.all, .a, .b), second: .init(.no, .b, .c)),
      Syllogism(first: .init(.all, .a, .b), second: .init(.no, .c, .b)),
      Syllogism(first: .init(.no, .a, .b), second: .init(.all, .c, .b)),
      Syllogism(first: .init(.no, .b, .a), second: .init(.all, .c, .b)),
      Syllogism(first: .init(.all, .b, .a), second: .init(.some, .b, .c)),
      Syllogism(first: .init(.all, .b, .a), second: .init(.some, .c, .b)),
      Syllogism(first: .init(.some, .a, .b), second: .init(.all, .b, .c)),
      Syllogism(first: .init(.some, .b, .a), second: .init(.all, .b, .c)),
    ]

  /// The pairs from which nothing follows of A and C.
  static let withoutConclusion = pairs.filter { !valid.contains($0) }

  /// What follows of A and C, in the three stated quantifiers.
  var conclusions: [Statement] {
    entailed.filter { $0.quantifier != .someNot && $0.subject != .b && $0.object != .b }
  }
}
