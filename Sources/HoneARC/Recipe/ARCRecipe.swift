// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTraining

/// How a puzzle is solved: what is trained, which views are answered, how answers are found and
/// chosen. Anything that a method or a model asks for is a setting here.
public struct ARCRecipe: Codable, Sendable, Hashable {
  public var gridFormat = GridFormatName.cells
  /// What is trained on a puzzle before it is answered; nil to answer in context.
  public var training: ARCTraining?
  public var inference = ARCInference()
  /// The wall-clock time of a puzzle, which training and scoring are stretched or cut to; nil for as
  /// long as it takes.
  public var secondsPerTask: Double?
  public var seed: UInt64 = 0

  public init() {}

  /// - Throws: ``ARCError`` (`invalidSetting`) listing every value out of its range.
  public func validate() throws {
    var problems: [String] = []
    if let secondsPerTask, !(secondsPerTask > 0 && secondsPerTask <= 1_000_000) {
      problems.append("seconds per task \(secondsPerTask): expected above 0, at most 1000000")
    }
    problems += training?.problems ?? []
    problems += inference.problems
    if !problems.isEmpty {
      throw ARCError(.invalidSetting, problems.joined(separator: "\n"))
    }
    try training?.samples.validate()
    if case .queries(let queries) = inference.views { try queries.validate() }
  }
}

/// What is trained on the demonstrations of a puzzle, or of all of them.
public struct ARCTraining: Codable, Sendable, Hashable {
  public enum Method: String, Codable, CaseIterable, Sendable, Hashable {
    /// A low-rank adapter.
    case lora
    /// All weights, as a copy in float32.
    case full
  }

  public var method = Method.lora
  public var samples = SyntheticTaskConfiguration()
  /// Whether the outputs of demonstrations carry loss, too, from the second on.
  public var demonstrationLoss = true
  public var loraRank = 16
  public var loraAlpha = 32.0
  /// The updates' factor is α/√r instead of α/r (Kalajdzievski 2023, arXiv 2312.03732).
  public var usesRankStabilization = false
  public var targetModules = TargetModule.allCases
  public var vocabularyModules: [VocabularyModule] = []
  public var learningRate = 5e-4
  /// The part of the rate that the updates of embeddings and head have.
  public var vocabularyRateFactor = 1.0
  /// Passes over the samples, where no time is set.
  public var epochs = 1
  /// Steps at most; nil for all of the epochs.
  public var maxSteps: Int?
  public var batchSize = 1
  /// The part of the training in which the rate rises; then it falls in half a cosine to zero.
  public var warmupFraction = 0.1
  public var weightDecay: Float = 0
  /// Gradients longer than this are shortened to it; nil for no clipping.
  public var maxGradNorm: Double? = 1
  /// One adapter is trained on the demonstrations of all puzzles of a run.
  public var sharesAdapter = false

  public init() {}

  /// The factor α of an adapter of ``LoRAConfiguration``, whose updates are scaled by α/r.
  var scaledAlpha: Double {
    usesRankStabilization ? loraAlpha * Double(loraRank).squareRoot() : loraAlpha
  }

  var problems: [String] {
    var problems: [String] = []
    func check(_ holds: Bool, _ problem: String) { if !holds { problems.append(problem) } }
    check((1...4096).contains(loraRank), "LoRA rank \(loraRank): expected 1 … 4096")
    check(loraAlpha > 0 && loraAlpha.isFinite, "LoRA alpha \(loraAlpha): expected above 0")
    check(
      method == .full || !(targetModules.isEmpty && vocabularyModules.isEmpty),
      "target modules: none; name at least one")
    check(
      learningRate > 0 && learningRate <= 1,
      "learning rate \(learningRate): expected above 0, at most 1")
    check(
      vocabularyRateFactor >= 0 && vocabularyRateFactor <= 100,
      "vocabulary rate factor \(vocabularyRateFactor): expected 0 … 100")
    check((1...100_000).contains(epochs), "epochs \(epochs): expected 1 … 100000")
    check(maxSteps ?? 1 >= 1, "max steps \(maxSteps ?? 0): expected at least 1")
    check((1...4096).contains(batchSize), "batch size \(batchSize): expected 1 … 4096")
    check(
      warmupFraction >= 0 && warmupFraction <= 1,
      "warm-up fraction \(warmupFraction): expected 0 … 1")
    check(
      weightDecay >= 0 && weightDecay.isFinite, "weight decay \(weightDecay): expected 0 or more")
    check(maxGradNorm ?? 1 > 0, "max gradient norm \(maxGradNorm ?? 0): expected above 0, or none")
    return problems
  }
}

/// How a puzzle is answered.
public struct ARCInference: Codable, Sendable, Hashable {
  /// Which views of a puzzle are answered.
  public enum Views: Codable, Sendable, Hashable {
    /// Choices and orders of demonstrations and a few transforms, as
    /// ``QueryConfiguration`` says.
    case queries(QueryConfiguration)
    /// The eight symmetries of the square so many times, with colours and orders.
    case symmetries(repeats: Int)
  }

  /// How replies are found.
  public enum Search: Codable, Sendable, Hashable {
    case greedy
    /// So many draws for each view.
    case sampling(temperature: Double, count: Int)
    case beam(width: Int)
    /// Every reply more probable than the threshold.
    case depthFirst(threshold: Double)
  }

  public var views = Views.symmetries(repeats: 1)
  public var search = Search.greedy
  /// Replies can be nothing but grids.
  public var isConstrained = true
  /// Fresh views under which every candidate is scored; 0 to score none.
  public var scoringViews = 8
  /// Candidates that are scored at most, those of the most votes first.
  public var maxScoredCandidates = 32
  /// Chooses the attempts; every other rule can be asked of the stored candidates.
  public var rule = SelectionRule.productOfExperts

  public init() {}

  var problems: [String] {
    var problems: [String] = []
    if case .symmetries(let repeats) = views, !(1...64).contains(repeats) {
      problems.append("views \(repeats): expected 1 … 64 of each symmetry")
    }
    switch search {
    case .greedy: break
    case .sampling(let temperature, let count):
      if !(temperature > 0 && temperature <= 100) {
        problems.append("temperature \(temperature): expected above 0, at most 100")
      }
      if !(1...256).contains(count) { problems.append("samples \(count): expected 1 … 256") }
    case .beam(let width):
      if !(1...64).contains(width) { problems.append("beam width \(width): expected 1 … 64") }
    case .depthFirst(let threshold):
      if !(threshold > 0 && threshold < 1) {
        problems.append("threshold \(threshold): expected above 0, below 1")
      }
    }
    if !(0...256).contains(scoringViews) {
      problems.append("scoring views \(scoringViews): expected 0 … 256")
    }
    if !(1...4096).contains(maxScoredCandidates) {
      problems.append("scored candidates \(maxScoredCandidates): expected 1 … 4096")
    }
    if rule == .oracle {
      problems.append("rule oracle: is no way to choose; it only counts what could be chosen")
    }
    if rule.needsScoring, scoringViews == 0 {
      problems.append("rule \(rule.rawValue): needs scoring views")
    }
    return problems
  }
}
