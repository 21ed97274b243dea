// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Makes training tasks of a puzzle's demonstrations.
///
/// - SeeAlso: Akyürek et al. 2024, arXiv 2411.07279 and its released code; Franzen et al.
///   2025, arXiv 2505.07859, for chains.
public struct SyntheticTaskBuilder: Sendable {
  public let configuration: SyntheticTaskConfiguration

  /// - Throws: ``ARCError`` (`invalidSetting`) listing every value out of its range.
  public init(_ configuration: SyntheticTaskConfiguration = .init()) throws {
    try configuration.validate()
    self.configuration = configuration
  }

  /// The tasks; the same for the same demonstrations, configuration and token counts.
  ///
  /// - Parameters:
  ///   - demonstrations: Of one puzzle.
  ///   - tokenCount: The tokens of a whole training sample. Called for one task after the other
  ///     until there are enough.
  /// - Returns: No tasks if there is no demonstration, or if none fits.
  public func tasks(
    from demonstrations: [ARCPair], tokenCount: (SyntheticTask) throws -> Int
  ) rethrows -> SyntheticTaskSet {
    switch configuration.form {
    case .leaveOut: try leaveOutTasks(demonstrations, tokenCount)
    case .direct: try directTasks(demonstrations, tokenCount)
    case .chain: try chains(demonstrations, tokenCount)
    }
  }

  private func random(_ purpose: String) -> RandomSource {
    RandomSource(seed: configuration.seed).derived(purpose)
  }

  // MARK: One left out, or two

  private func leaveOutTasks(
    _ demonstrations: [ARCPair], _ tokenCount: (SyntheticTask) throws -> Int
  ) rethrows -> SyntheticTaskSet {
    var one = Pass(leftOut: 1)
    one.add(Self.base(demonstrations, leavingOut: 1), configuration, random("leave one out"))
    try one.dropLong(configuration.tokenLimit, tokenCount)
    let missing = configuration.maxTasks - one.tasks.count
    if missing <= 0 { return cut(one) }
    var two = Pass(leftOut: 2)
    two.add(Self.base(demonstrations, leavingOut: 2), configuration, random("leave two out"))
    try two.dropLong(
      configuration.tokenLimit, enough: one.tasks.isEmpty ? nil : missing, tokenCount)
    return SyntheticTaskSet(tasks: one.tasks + two.tasks, counts: [one.counts, two.counts])
  }

  /// Each demonstration held out, behind the others without `count - 1` of them, in every way.
  static func base(_ demonstrations: [ARCPair], leavingOut count: Int) -> [SyntheticTask] {
    demonstrations.indices.flatMap { place in
      Array(demonstrations[..<place] + demonstrations[(place + 1)...]).leavingOut(count - 1).map {
        SyntheticTask(demonstrations: $0, heldOut: demonstrations[place])
      }
    }
  }

  /// At most as many as wanted; a random choice if there are more.
  private func cut(_ pass: Pass) -> SyntheticTaskSet {
    var random = random("cut")
    let tasks =
      pass.tasks.count > configuration.maxTasks
      ? Array(random.shuffled(pass.tasks).prefix(configuration.maxTasks)) : pass.tasks
    return SyntheticTaskSet(tasks: tasks, counts: [pass.counts])
  }

  // MARK: Other forms

  private func directTasks(
    _ demonstrations: [ARCPair], _ tokenCount: (SyntheticTask) throws -> Int
  ) rethrows -> SyntheticTaskSet {
    var pass = Pass(leftOut: demonstrations.count)
    pass.add(
      demonstrations.map { SyntheticTask(demonstrations: [], heldOut: $0) }, configuration,
      random("direct"))
    try pass.dropLong(configuration.tokenLimit, tokenCount)
    return cut(pass)
  }

  /// Repeated chains stay, as the number of training steps is theirs.
  private func chains(
    _ demonstrations: [ARCPair], _ tokenCount: (SyntheticTask) throws -> Int
  ) rethrows -> SyntheticTaskSet {
    var random = random("chain")
    var counts = SyntheticTaskSet.Counts()
    var tasks: [SyntheticTask] = []
    let views =
      demonstrations.isEmpty
      ? []
      : View.symmetries(
        demonstrationCount: demonstrations.count, repeats: configuration.chainRepeats,
        colors: configuration.chainColors, using: &random)
    counts.base = views.count
    for view in views {
      var chain: SyntheticTask?
      let fitting = try view.shortened(minimum: 1) { view in
        chain = SyntheticTask(chain: view.shown(demonstrations))
        guard let limit = configuration.tokenLimit, let chain else { return true }
        return try tokenCount(chain) < limit
      }
      guard let fitting, let chain else {
        counts.tooLong += 1
        continue
      }
      if fitting.order.count < view.order.count { counts.shortened += 1 }
      tasks.append(chain)
    }
    counts.kept = tasks.count
    return SyntheticTaskSet(tasks: tasks, counts: [counts])
  }
}

/// Tasks on their way through the steps, each of which is counted.
private struct Pass {
  var tasks: [SyntheticTask] = []
  var counts = SyntheticTaskSet.Counts()
  private var seen: Set<SyntheticTask> = []

  init(leftOut: Int) { counts.leftOut = leftOut }

  /// The tasks, then their transformed copies, then all those recoloured and reordered.
  mutating func add(
    _ base: [SyntheticTask], _ configuration: SyntheticTaskConfiguration, _ random: RandomSource
  ) {
    counts.base = base.count
    keep(base)
    let unchanged = tasks
    var shifts = random.derived("shift")
    for transform in configuration.transforms {
      let copies = unchanged.compactMap { task in
        switch transform {
        case .grid(let transform): task.transformed(transform)
        case .drawnShift: task.shifted(configuration.shiftDraw, using: &shifts)
        }
      }
      counts.transformed += copies.count
      counts.tooLarge += unchanged.count - copies.count
      keep(copies)
    }
    let uncolored = tasks
    var permutations = random.derived("permutation")
    for _ in 0..<configuration.permutations {
      let copies = uncolored.map { task in
        configuration.transforms.isEmpty
          ? task.reordered(using: &permutations)
          : task.recolored(using: &permutations).reordered(using: &permutations)
      }
      counts.recolored += copies.count
      keep(copies)
    }
  }

  /// Adds those that are not there yet, in their order, which no hash decides.
  private mutating func keep(_ additions: [SyntheticTask]) {
    for task in additions {
      if seen.insert(task).inserted { tasks.append(task) } else { counts.duplicates += 1 }
    }
  }

  /// - Parameter enough: Tasks after which no more are looked at.
  mutating func dropLong(
    _ limit: Int?, enough: Int? = nil, _ tokenCount: (SyntheticTask) throws -> Int
  ) rethrows {
    var kept: [SyntheticTask] = []
    var looked = 0
    for task in tasks {
      if let enough, kept.count == enough { break }
      looked += 1
      if let limit, try tokenCount(task) >= limit {
        counts.tooLong += 1
      } else {
        kept.append(task)
      }
    }
    counts.unneeded = tasks.count - looked
    counts.kept = kept.count
    tasks = kept
  }
}
