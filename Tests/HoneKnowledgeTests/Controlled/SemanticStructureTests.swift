// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HoneKnowledge

@Suite struct SemanticStructureTests {
  static let sizes = ControlledDataSize.allCases

  private func make(_ size: ControlledDataSize, seed: UInt64 = 0) -> ControlledData {
    SemanticStructure.make(size: size, seed: seed)
  }

  /// The same data with one more document.
  private func adding(_ sentence: String, to data: ControlledData) -> ControlledData {
    ControlledData(
      name: data.name, size: data.size, seed: data.seed,
      documents: data.documents + [Document(id: "added", sentences: [sentence])],
      items: data.items, splits: data.splits, oracle: data.oracle, language: data.language,
      stated: data.stated, truths: data.truths)
  }

  @Test(arguments: sizes) func `a seed decides everything`(size: ControlledDataSize) {
    let (first, second, other) = (make(size, seed: 3), make(size, seed: 3), make(size, seed: 4))
    #expect(first.documents == second.documents)
    #expect(first.items == second.items)
    #expect(first.oracle == second.oracle)
    #expect(first.stated == second.stated)
    #expect(first.truths == second.truths)
    #expect(first.documents != other.documents)
    #expect(first.items != other.items)
  }

  @Test func `the full tree has 110 categories with one to six properties, none twice on a path`() {
    let nodes = SemanticHierarchy(size: .full).nodes
    #expect(nodes.count == 110)
    #expect(SemanticHierarchy(size: .small).nodes.count == 36)
    #expect(Set(nodes.map(\.name)).count == nodes.count)
    #expect(nodes.allSatisfy { (1...6).contains($0.properties.count) })
    var inherited: [Set<SemanticHierarchy.Property>] = []
    for node in nodes {
      let above = node.parent.map { inherited[$0] } ?? []
      #expect(above.isDisjoint(with: node.properties), "\(node.name)")
      inherited.append(above.union(node.properties))
    }
  }

  @Test(arguments: sizes, UInt64(0)...4)
  func `documents and items are as many and as long as they should be`(
    size: ControlledDataSize, seed: UInt64
  ) {
    let data = make(size, seed: seed)
    let isFull = size == .full
    #expect(data.documents.count == (isFull ? 2200 : 60))
    #expect(Set(data.documents.map(\.id)).count == data.documents.count)
    let bounds = isFull ? 4...20 : 4...8
    #expect(data.documents.allSatisfy { bounds.contains($0.sentences.count) })
    let words = data.documents.reduce(0) {
      $0 + $1.text.split(whereSeparator: \.isWhitespace).count
    }
    if !isFull { #expect(words <= 4500) }
    #expect(data.splits == ["rephrased", "reversed", "syllogism", "holdout"])
    for split in data.splits {
      let items = data.items.filter { $0.split == split }
      #expect(isFull ? items.count >= 150 : (36...60).contains(items.count), "\(split)")
      #expect(Set(items.map(\.group)) == ["property", "category"])
    }
    #expect(Set(data.items.map(\.id)).count == data.items.count)
  }

  @Test(arguments: sizes, UInt64(0)...4)
  func `no document states what only an inference may give`(
    size: ControlledDataSize, seed: UInt64
  ) {
    #expect(SemanticAudit.violations(of: make(size, seed: seed)) == [])
  }

  @Test func `the audit finds a reversal, in known and in unknown words`() throws {
    let data = make(.small)
    let item = try #require(
      data.items.first { $0.split == "reversed" && $0.group == "category" })
    let ask = try #require(item.asks.first)
    for sentence in [
      "\(ask.subject) include \(ask.object).", "Under \(ask.subject) the wise file \(ask.object).",
    ] {
      #expect(
        SemanticAudit.violations(of: adding(sentence, to: data)).contains {
          $0.hasPrefix(item.id + " ")
        })
    }
  }

  @Test func `the audit finds an inference, in known and in unknown words`() throws {
    let data = make(.small)
    let item = try #require(
      data.items.first { $0.split == "syllogism" && $0.asks.first?.relation == "can" })
    let ask = try #require(item.asks.first)
    for sentence in [
      "All \(ask.subject) can \(ask.object).", "To \(ask.object) is what \(ask.subject) adore.",
      "A \(ask.subject.dropLast()) would \(ask.object) all day.",
    ] {
      #expect(
        SemanticAudit.violations(of: adding(sentence, to: data)).contains {
          $0.hasPrefix(item.id + " ")
        })
    }
  }

  @Test func `the audit finds another word on a category held out, and a wording of the test`()
    throws
  {
    let data = make(.small)
    let item = try #require(
      data.items.first { $0.split == "holdout" && $0.asks.first?.relation == "is" })
    let name = try #require(item.asks.first?.subject)
    #expect(
      SemanticAudit.violations(of: adding("Little is known about \(name).", to: data)).contains {
        $0.hasPrefix(name)
      })
    let rephrased = try #require(data.items.first { $0.split == "rephrased" })
    let right = rephrased.options[rephrased.correct[0]]
    #expect(
      SemanticAudit.violations(of: adding(rephrased.prompt + right, to: data)).contains {
        $0.hasPrefix("added has a wording of the test")
      })
  }

  @Test func `the audit finds a premise that is missing`() throws {
    let data = make(.small)
    let item = try #require(data.items.first { $0.split == "rephrased" })
    let ask = try #require(item.asks.first)
    let fewer = ControlledData(
      name: data.name, size: data.size, seed: data.seed,
      documents: data.documents.filter { document in
        !document.sentences.contains { data.language.read($0) == .triple(ask) }
      }, items: data.items, splits: data.splits, oracle: data.oracle, language: data.language,
      stated: data.stated, truths: data.truths)
    #expect(
      SemanticAudit.violations(of: fewer).contains {
        $0.hasPrefix(item.id) && $0.hasSuffix("is stated nowhere")
      })
  }

  @Test(arguments: sizes)
  func `every sentence that states something states a truth, and all of them are stated`(
    size: ControlledDataSize
  ) {
    let data = make(size)
    var read: Set<Triple> = []
    for sentence in data.documents.flatMap(\.sentences) {
      guard case .triple(let triple) = data.language.read(sentence) else { continue }
      #expect(data.truths.contains(triple), "\(sentence)")
      read.insert(triple)
    }
    #expect(read == data.stated)
  }

  @Test(arguments: sizes)
  func `options differ, one is right, and the others are false and true of something else`(
    size: ControlledDataSize
  ) throws {
    let data = make(size)
    for item in data.items {
      let ask = try #require(item.asks.first)
      #expect(item.options.count == 4 && Set(item.options).count == 4)
      #expect(item.options.allSatisfy { $0.hasPrefix(" ") })
      #expect(!item.prompt.hasSuffix(" ") && !item.neutralPrompt.hasSuffix(" "))
      #expect(item.correct.map { item.options[$0] } == [" " + ask.object])
      let right = item.options.filter {
        data.truths.contains(Triple(ask.subject, ask.relation, String($0.dropFirst())))
      }
      #expect(right == [" " + ask.object], "\(item.id)")
      let prompt = StatementLanguage.words(item.prompt.lowercased()[...])
      #expect(!item.options.contains { prompt.contains($0.dropFirst()) }, "\(item.id)")
    }
    let others = Dictionary(grouping: data.truths) { [$0.relation, $0.object] }
    for item in data.items {
      for (option, ask) in item.options.map({ ($0, item.asks[0]) }) {
        #expect(others[[ask.relation, String(option.dropFirst())]] != nil)
      }
    }
  }

  @Test(arguments: sizes)
  func `the oracle adds each inference once, true, and in words that read as it`(
    size: ControlledDataSize
  ) {
    let data = make(size)
    let ids = Set(data.documents.map(\.id))
    for statement in data.oracle {
      #expect(data.language.read(statement.text) == .triple(statement.triple))
      #expect(data.truths.contains(statement.triple))
      #expect(!data.stated.contains(statement.triple))
      #expect(!statement.documents.isEmpty && ids.isSuperset(of: statement.documents))
    }
    let triples = Set(data.oracle.map(\.triple))
    #expect(triples.count == data.oracle.count)
    let local = Set(data.oracle.filter { $0.kind == .local }.map(\.triple))
    #expect(local == Set(data.stated.compactMap(\.semanticConverse)))
    // With the documents it answers everything.
    #expect(data.items.allSatisfy { triples.union(data.stated).isSuperset(of: $0.asks) })
  }

  @Test(arguments: sizes) func `the oracle has no question word for word`(size: ControlledDataSize)
  {
    let data = make(size)
    let test = StatementLanguage(
      forms: SemanticForms.forms(.asked) + SemanticForms.forms(.reversedAsked),
      names: Set(data.truths.flatMap { [$0.subject, $0.object] }).sorted())
    #expect(data.oracle.allSatisfy { test.read($0.text) == .unread })
  }

  @Test func `no two relations share a wording`() {
    let relations = Dictionary(grouping: SemanticForms.all) { form in
      form.pattern.lowercased().split { !($0.isLetter || $0 == "{" || $0 == "}") }
    }
    for (words, forms) in relations {
      #expect(Set(forms.map(\.relation)).count == 1, "\(words.joined(separator: " "))")
    }
  }

  @Test(
    arguments: [
      ("gruds is a kind of abmes", Triple("gruds", "is", "abmes")),
      ("So gruds belong to the abmes.", Triple("gruds", "is", "abmes")),
      ("Gruds have the property of being rony.", Triple("gruds", "is", "rony")),
      ("Among the abmes are gruds.", Triple("abmes", "includes", "gruds")),
      ("Abmes are a category that contains gruds", Triple("abmes", "includes", "gruds")),
      ("Rony things include gruds.", Triple("rony", "includes", "gruds")),
      ("Things that have telks include gruds.", Triple("telks", "had-by", "gruds")),
      ("The ability to zept is found in gruds.", Triple("zept", "done-by", "gruds")),
      ("Gruds are capable to swim; gruds can zept", Triple("gruds", "can", "zept")),
    ])
  func `a model's wordings are read`(sentence: String, triple: Triple) {
    let language = StatementLanguage(
      forms: SemanticForms.all, names: ["gruds", "abmes", "rony", "telks", "zept"])
    #expect(language.read(sentence) == .triple(triple))
  }

  @Test func `an outline drops what is not marked with all under it`() {
    let outline = "a*: is x\n  b: has y\n    c*: can z\n  d*: can w, odd\n"
    let marked = SemanticHierarchy(outline: outline, onlyMarked: true).nodes
    #expect(marked.map(\.name) == ["a", "d"])
    #expect(marked.map(\.parent) == [nil, 0])
    #expect(marked.last?.properties == [.init(predicate: .verb, word: "w")])
    #expect(
      SemanticHierarchy(outline: outline, onlyMarked: false).nodes.map(\.depth) == [0, 1, 2, 1])
  }
}
