// SPDX-License-Identifier: Apache-2.0

/// A statement without its words: subject, relation, object.
///
/// Direction counts: what is stated of A about B and of B about A are two triples of two relations,
/// both true or both false.
public struct Triple: Codable, Sendable, Hashable {
  public let subject: String
  public let relation: String
  public let object: String

  public init(_ subject: String, _ relation: String, _ object: String) {
    self.subject = subject
    self.relation = relation
    self.object = object
  }
}
