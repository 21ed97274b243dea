// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneAdaptation
import HoneModel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a run was and where it ran, in words: what others need to check or repeat it.
struct RunSetup {
  let run: EvidenceReport.Run
  private var configuration: RunConfiguration { run.record.configuration }

  /// Names and values, in the order of a table.
  var rows: [(name: String, value: String)] {
    let model = configuration.model
    var rows = [
      ("run", run.record.label.isEmpty ? run.record.id : "\(run.record.id) \(run.record.label)"),
      ("suite", "\(configuration.suite), version \(configuration.suiteVersion)"),
      ("data SHA-256", configuration.dataSHA256),
      (
        "model",
        model == .none
          ? "none"
          : "\(model.name), \(model.weightFormat), \(ReportNumber.whole(model.parameterCount)) "
            + "parameters"
      ),
      ("model SHA-256", model == .none ? ReportNumber.missing : model.sha256),
      ("compute", configuration.compute.rawValue),
      ("tasks", "\(configuration.tasks.count)"),
      ("seeds", configuration.seeds.map { "\($0)" }.joined(separator: ", ")),
      (
        "demonstrations",
        configuration.suite == ARCSuite.name
          ? "each puzzle's own"
          : configuration.isStudy
            ? "none" : "\(configuration.demonstrations) of each task and seed"
      ),
      ("items", items),
      ("answers", Self.part(run.record.attempted, run.record.total) + " asked for"),
      ("begun", run.record.createdAt.formatted(.iso8601)),
    ]
    rows += machines.map { ("machine", $0) }
    if let time { rows.append(("time", time)) }
    if let peak = run.sessions.compactMap(\.peakMemoryBytes).max() {
      rows.append(("peak memory", ReportNumber.bytes(peak)))
    }
    return rows.map { (name: $0.0, value: $0.1) }
  }

  /// `200 of 300`
  static func part(_ count: Int, _ total: Int) -> String {
    "\(ReportNumber.whole(count)) of \(ReportNumber.whole(total))"
  }

  private var items: String {
    func span(_ values: [Int]) -> String {
      guard let low = values.min(), let high = values.max() else { return ReportNumber.missing }
      return low == high ? "\(low)" : "\(low) … \(high)"
    }
    let asked = span(run.cells.map(\.total))
    let available = span(run.cells.map(\.available))
    if configuration.suite == ARCSuite.name { return "\(asked) test inputs of each puzzle" }
    if configuration.isStudy { return "\(asked) of each split and seed" }
    return asked == available
      ? "\(asked) of each task and seed: all but the demonstrations"
      : "\(asked) of each task and seed, out of \(available)"
  }

  /// Where it ran, each place once.
  private var machines: [String] {
    var result: [String] = []
    for environment in run.sessions.map(\.environment) {
      let commit = environment.commit.map { ", commit \($0.prefix(12))" } ?? ""
      let threads = environment.threads == 1 ? "1 thread" : "\(environment.threads) threads"
      let line =
        "\(environment.processor ?? "unknown processor"), \(environment.cores) cores, "
        + "\(ReportNumber.bytes(environment.memoryBytes)); \(threads), "
        + "\(environment.kernels) kernels; \(environment.operatingSystem); "
        + "hone \(environment.honeVersion)\(commit)"
      if !result.contains(line) { result.append(line) }
    }
    return result
  }

  private var time: String? {
    let ended = run.sessions.compactMap { session in
      session.endedAt.map { $0.timeIntervalSince(session.startedAt) }
    }
    let unknown = run.sessions.count - ended.count
    guard !run.sessions.isEmpty else { return nil }
    let count = run.sessions.count == 1 ? "1 process" : "\(run.sessions.count) processes"
    let missing = unknown == 0 ? "" : ", of which \(unknown) did not end by themselves"
    return ended.isEmpty
      ? "not known: \(count)\(missing)"
      : ReportNumber.duration(ended.reduce(0, +)) + " in \(count)\(missing)"
  }

  /// The command that prints the report of the run.
  var reportCommand: String { "hone report " + Self.shellQuoted(run.record.id) }

  /// Each strategy with its settings.
  var strategies: [(name: String, settings: String)] {
    configuration.strategies.map { strategy in
      if let study = strategy.study { return (name: strategy.name, settings: study.settings) }
      if strategy.puzzle != nil || strategy.induction != nil {
        let settings =
          (strategy.induction?.settings ?? []) + (strategy.puzzle?.settings ?? [])
        return (name: strategy.name, settings: settings.joined(separator: "; "))
      }
      var parts: [String] = []
      if strategy.auto != nil {
        let weighed = run.choices?.candidates ?? CandidateStrategy.allCases
        let candidates = weighed.map(\.rawValue).joined(separator: ", ")
        parts.append("one of \(candidates), by \(configuration.demonstrations) demonstrations")
      } else if strategy.showsDemonstrations {
        parts.append("\(configuration.demonstrations) demonstrations shown")
      } else {
        parts.append("no demonstrations shown")
      }
      if strategy.orders > 1 { parts.append("\(strategy.orders) orders vote") }
      if strategy.labels == .calibrated { parts.append("labels by calibrated likelihood") }
      if let training = strategy.training {
        parts += [
          strategy.sharesAdapter ? "one adapter for all tasks" : "an adapter for each task",
          "LoRA rank \(training.loraRank), alpha \(training.loraAlpha.formattedShort)",
          training.targetModules.count == TargetModule.allCases.count
            ? "on all projections"
            : "on " + training.targetModules.map(\.rawValue).joined(separator: " "),
          "\(training.steps) steps of \(training.batchSize) "
            + (training.batchSize == 1 ? "sample" : "samples") + ", \(training.warmupSteps) of "
            + "warm-up, learning rate \(training.learningRate.formattedShort)",
          "samples: \(training.sampleForm.rawValue), loss on: \(training.sampleLoss.rawValue)",
        ]
      }
      return (name: strategy.name, settings: parts.joined(separator: "; "))
    }
  }

  /// The command that makes the run anew; a suite of the user's own is named without its folder.
  var command: String {
    if let study = configuration.strategies.lazy.compactMap(\.study).first {
      return study.command(of: configuration).map(Self.shellQuoted).joined(separator: " ")
    }
    var words = [
      "hone", "bench", "run", configuration.suite, "--strategies",
      configuration.strategies.map(\.name).joined(separator: ","), "--seeds",
      configuration.seeds.map { "\($0)" }.joined(separator: ","),
    ]
    if configuration.suite == ARCSuite.name {
      words += ["--ids", configuration.tasks.joined(separator: ",")]
    } else {
      if configuration.suite != BigBenchHard.name
        || configuration.tasks != BigBenchHard(folder: "").taskNames
      {
        words += ["--tasks", configuration.tasks.joined(separator: ",")]
      }
      words += ["--demonstrations", "\(configuration.demonstrations)"]
    }
    if let limit = configuration.limit { words += ["--limit", "\(limit)"] }
    if configuration.model != .none {
      words += ["--model", configuration.model.name, "--compute", configuration.compute.rawValue]
    }
    if !run.record.label.isEmpty { words += ["--label", run.record.label] }
    return (words + recipe).map(Self.shellQuoted).joined(separator: " ")
  }

  /// What the recipe changes of the model's default one; nothing where flags cannot say it.
  private var recipe: [String] {
    if configuration.suite == ARCSuite.name {
      let induction = configuration.strategies.lazy.compactMap(\.induction).first
      let seconds =
        configuration.strategies.lazy.compactMap(\.puzzle?.secondsPerTask).first
        ?? induction?.secondsPerTask
      let usual = InductionConfiguration().maxLength
      return (seconds.map { ["--seconds-per-task", $0.formattedShort] } ?? [])
        + (induction.map { $0.maxLength == usual ? [] : ["--program-length", "\($0.maxLength)"] }
          ?? [])
    }
    let known: [BenchStrategy] = [
      .testTimeTraining, .auto, .autoEvidence, .noPermutation, .noDemonstrationLoss, .inputLoss,
    ]
    guard
      var recipe = known.lazy.compactMap({ name in
        configuration.strategies.first { $0.name == name.rawValue }?.training
      }).first
    else { return [] }
    recipe.sampleForm = .permutation
    recipe.sampleLoss = .everyAnswer
    let usual = TestTimeTrainingConfiguration.defaults(
      parameterCount: configuration.model.parameterCount)
    var words: [String] = []
    func add<T: Equatable>(_ flag: String, _ value: T, _ usual: T, _ text: String) {
      if value != usual { words += [flag, text] }
    }
    // Warm-up and alpha follow steps and rank where they are not given: they always are.
    let changesSteps = recipe.steps != usual.steps || recipe.warmupSteps != usual.warmupSteps
    let changesRank = recipe.loraRank != usual.loraRank || recipe.loraAlpha != usual.loraAlpha
    if changesSteps {
      words += ["--steps", "\(recipe.steps)", "--warmup-steps", "\(recipe.warmupSteps)"]
    }
    add("--batch-size", recipe.batchSize, usual.batchSize, "\(recipe.batchSize)")
    add(
      "--learning-rate", recipe.learningRate, usual.learningRate,
      recipe.learningRate.formattedShort)
    if changesRank {
      words += [
        "--lora-rank", "\(recipe.loraRank)", "--lora-alpha", recipe.loraAlpha.formattedShort,
      ]
    }
    add(
      "--target-modules", recipe.targetModules, usual.targetModules,
      recipe.targetModules.map(\.rawValue).joined(separator: ","))
    let decay = recipe.optimizer.adamW.weightDecay
    add("--weight-decay", decay, usual.optimizer.adamW.weightDecay, "\(decay)")
    let norm = recipe.optimizer.maxGradNorm
    add(
      "--max-grad-norm", norm, usual.optimizer.maxGradNorm, norm.map { $0.formattedShort } ?? "0")
    let tokens = recipe.optimizer.maxTokensPerPass
    add("--max-tokens-per-pass", tokens, usual.optimizer.maxTokensPerPass, "\(tokens)")
    return words
  }

  private static func shellQuoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.unicodeScalars.allSatisfy {
        ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
          || "-_./,+".unicodeScalars.contains($0)
      }
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}

extension Double {
  /// Whole numbers without a point, others in their shortest form.
  var formattedShort: String {
    self == rounded() && abs(self) < 1e9 ? "\(Int(self))" : "\(self)"
  }
}
