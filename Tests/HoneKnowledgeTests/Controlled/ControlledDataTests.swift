// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneKnowledge

/// What every set of controlled data promises.
@Suite struct ControlledDataTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: ControlledDataName
    let size: ControlledDataSize

    var testDescription: String { "\(name.rawValue), \(size.rawValue)" }
    var data: ControlledData { ControlledData.make(name, size: size, seed: 5) }

    static let all = [
      ControlledDataName.simpleReversals, .simpleSyllogisms, .celebrities, .familyTrees,
    ].flatMap { name in ControlledDataSize.allCases.map { Case(name: name, size: $0) } }
  }

  /// Splits whose answers the documents imply and do not state.
  static let heldOut: Set<String> = [
    "reversed", "reversed two-way", "reversed within set", "linked", "chain", "other forms",
  ]

  @Test(arguments: Case.all) func `a seed decides all of it, and each its own`(_ test: Case) {
    let data = test.data
    let again = test.data
    #expect(data.documents == again.documents && data.items == again.items)
    #expect(data.oracle == again.oracle)
    #expect(data.stated == again.stated && data.truths == again.truths)
    let other = ControlledData.make(test.name, size: test.size, seed: 6)
    #expect(data.documents != other.documents && data.items != other.items)
    #expect(data.documents.count == other.documents.count && data.items.count == other.items.count)
  }

  @Test(arguments: Case.all) func `documents state what is stated and nothing else`(_ test: Case) {
    let data = test.data
    var found: Set<Triple> = []
    for document in data.documents {
      for (place, sentence) in document.sentences.enumerated() {
        switch data.language.read(sentence) {
        case .triple(let triple): found.insert(triple)
        case .unread:
          // Only the sentence that names what a syllogism is about states nothing.
          #expect(data.name == .simpleSyllogisms && place == 0, "\(sentence)")
        }
      }
    }
    #expect(found == data.stated)
    #expect(data.stated.isSubset(of: data.truths))
    #expect(Set(data.documents.map(\.id)).count == data.documents.count)
    #expect(Set(data.documents.map(\.text)).count == data.documents.count)
  }

  @Test(arguments: Case.all) func `no document gives a held-out answer away`(_ test: Case) {
    let data = test.data
    let items = data.items.filter { Self.heldOut.contains($0.split) }
    #expect(!items.isEmpty)
    var read: Set<Triple> = []
    for sentence in data.documents.flatMap(\.sentences) {
      if case .triple(let triple) = data.language.read(sentence) { read.insert(triple) }
    }
    for item in items {
      #expect(!item.asks.isEmpty && read.isDisjoint(with: item.asks), "\(item.id)")
    }
    for item in data.items where !Self.heldOut.contains(item.split) {
      #expect(!read.isDisjoint(with: item.asks), "\(item.id)")
    }
  }

  @Test(arguments: Case.all) func `right options are true and the others false`(_ test: Case) {
    let data = test.data
    for item in data.items {
      #expect(item.options.count >= 2 && Set(item.options).count == item.options.count)
      #expect(!item.correct.isEmpty && item.correct.count < item.options.count)
      for (place, option) in item.options.enumerated() {
        guard case .triple(let triple) = data.language.read(item.prompt + option) else {
          Issue.record("\(item.prompt + option) cannot be read")
          continue
        }
        #expect(data.truths.contains(triple) == item.correct.contains(place), "\(item.id)")
        #expect(item.asks.contains(triple) == item.correct.contains(place), "\(item.id)")
      }
    }
  }

  @Test(arguments: Case.all) func `items are spelled as options are scored`(_ test: Case) {
    let data = test.data
    #expect(Set(data.items.map(\.id)).count == data.items.count)
    #expect(
      data.items.map(\.split)
        == data.splits.flatMap { split in
          data.items.map(\.split).filter { $0 == split }
        })
    #expect(Set(data.items.map(\.split)) == Set(data.splits))
    let names = Set(data.language.names.map { $0.lowercased() })
    let opening = { (text: String) in text.split(separator: " ").prefix(2) }
    let documents = Dictionary(grouping: data.documents.map(\.text), by: opening)
    for item in data.items {
      #expect(item.options.allSatisfy { $0.first == " " && $0.dropFirst().first != " " })
      #expect(item.prompt.last?.isWhitespace == false)
      #expect(item.neutralPrompt.last?.isWhitespace == false)
      let neutral = item.neutralPrompt.lowercased()
      #expect(StatementLanguage.words(neutral[...]).allSatisfy { !names.contains(String($0)) })
      let alike = documents[opening(item.prompt)] ?? []
      #expect(!alike.contains { $0.hasPrefix(item.prompt) }, "\(item.id)")
    }
  }

  @Test(arguments: Case.all) func `the oracle says what is true and not stated`(_ test: Case) {
    let data = test.data
    let ids = Set(data.documents.map(\.id))
    #expect(!data.oracle.isEmpty)
    for statement in data.oracle {
      #expect(data.language.read(statement.text) == .triple(statement.triple))
      #expect(data.truths.contains(statement.triple) && !data.stated.contains(statement.triple))
      #expect(!statement.documents.isEmpty && ids.isSuperset(of: statement.documents))
    }
    #expect(Set(data.oracle.map(\.text)).count == data.oracle.count)
    // It answers every held-out question.
    let said = Set(data.oracle.map(\.triple))
    for item in data.items where Self.heldOut.contains(item.split) {
      #expect(!said.isDisjoint(with: item.asks), "\(item.id)")
    }
  }

  @Test(arguments: Case.all) func `nothing is called by an English word`(_ test: Case) {
    let data = test.data
    guard data.name != .celebrities else { return }
    #expect(!data.language.names.isEmpty)
    for name in data.language.names {
      #expect(!ShortEnglishWords.contains(name.lowercased()), "\(name)")
    }
  }
}
