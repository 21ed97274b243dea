// SPDX-License-Identifier: Apache-2.0

extension Celebrities {
  /// What comes first in a text.
  enum Order: String, CaseIterable, Sendable {
    case name, description

    var opposite: Order { self == .name ? .description : .name }
    var templates: [String] { self == .name ? nameFirst : descriptionFirst }
    var testTemplates: [String] { self == .name ? nameFirstTest : descriptionFirstTest }

    /// A template up to its second place, without the space before that.
    func prompt(_ template: String) -> String {
      guard let place = template.firstRange(of: "{b}") else { return template }
      let opening = template[..<place.lowerBound]
      return String(opening.last == " " ? opening.dropLast() : opening)
    }
  }

  /// In which orders the documents name somebody.
  enum Group: String, CaseIterable, Sendable {
    case nameFirst = "a"
    case bothOrders = "b"
    case descriptionFirst = "c"

    var orders: [Order] {
      switch self {
      case .nameFirst: [.name]
      case .bothOrders: [.name, .description]
      case .descriptionFirst: [.description]
      }
    }
  }

  struct Person: Sendable {
    let id: String
    let group: Group
    let name: String
    let description: String

    func words(_ order: Order) -> String { order == .name ? name : description }

    func triple(_ order: Order) -> Triple {
      Triple(words(order), relation, words(order.opposite))
    }

    func sentence(_ template: String, _ order: Order) -> String {
      template.replacing("{a}", with: words(order))
        .replacing("{b}", with: words(order.opposite))
    }
  }
}
