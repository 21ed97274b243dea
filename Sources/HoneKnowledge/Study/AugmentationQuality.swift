// SPDX-License-Identifier: Apache-2.0

/// How good statements are, where the truth is known.
public struct AugmentationQuality: Codable, Sendable, Hashable {
  /// The counts of some statements.
  public struct Counts: Codable, Sendable, Hashable {
    public var statements = 0
    public var isTrue = 0
    public var isFalse = 0
    /// No form of the data's language fits: neither true nor false.
    public var unread = 0
    /// True ones that the documents do not state.
    public var isNew = 0
    /// Oracle statements whose content is among them, and all there are.
    public var covered = 0
    public var coverable = 0

    /// The share of true ones among those that can be read; nil if none can.
    public var precision: Double? {
      isTrue + isFalse > 0 ? Double(isTrue) / Double(isTrue + isFalse) : nil
    }
    /// The share of oracle statements covered; nil if there are none.
    public var coverage: Double? {
      coverable > 0 ? Double(covered) / Double(coverable) : nil
    }

    mutating func add(_ other: Counts) {
      statements += other.statements
      isTrue += other.isTrue
      isFalse += other.isFalse
      unread += other.unread
      isNew += other.isNew
      covered += other.covered
      coverable += other.coverable
    }
  }

  public let prompt: String
  public let strategy: AugmentationPrompt.Strategy
  /// Of every text that states something: before anything was dropped for what it says.
  public private(set) var written: Counts
  /// Of what was kept.
  public private(set) var kept: Counts
  /// How many were dropped for each reason.
  public private(set) var dropped: [String: Int]

  /// Judges statements about a world, prompt by prompt.
  public static func judge(
    _ statements: [AugmentedStatement], of data: ControlledData
  ) -> [AugmentationQuality] {
    var order: [String] = []
    for statement in statements where !order.contains(statement.prompt) {
      order.append(statement.prompt)
    }
    return order.compactMap { prompt in
      let all = statements.filter { $0.prompt == prompt }
      guard let strategy = all.first?.strategy else { return nil }
      let saysNothing: Set<AugmentedStatement.Reason> = [.empty, .nothing, .repeatsSource]
      let said = all.filter { $0.dropped.map { !saysNothing.contains($0) } ?? true }
      return AugmentationQuality(
        prompt: prompt, strategy: strategy, written: counts(said, strategy, data),
        kept: counts(all.filter(\.isKept), strategy, data),
        dropped: Dictionary(grouping: all.compactMap(\.dropped), by: \.rawValue)
          .mapValues(\.count))
    }
  }

  /// Adds the counts of another world.
  public mutating func add(_ other: AugmentationQuality) {
    written.add(other.written)
    kept.add(other.kept)
    dropped.merge(other.dropped, uniquingKeysWith: +)
  }

  private static func counts(
    _ statements: [AugmentedStatement], _ strategy: AugmentationPrompt.Strategy,
    _ data: ControlledData
  ) -> Counts {
    var counts = Counts()
    counts.statements = statements.count
    var stated: Set<Triple> = []
    for statement in statements {
      guard case .triple(let triple) = data.language.read(statement.text) else {
        counts.unread += 1
        continue
      }
      if data.truths.contains(triple) {
        counts.isTrue += 1
        if !data.stated.contains(triple) { counts.isNew += 1 }
        stated.insert(triple)
      } else {
        counts.isFalse += 1
      }
    }
    let wanted = Set(
      data.oracle.filter { $0.kind.rawValue == strategy.rawValue }.map(\.triple))
    counts.coverable = wanted.count
    counts.covered = wanted.intersection(stated).count
    return counts
  }
}
