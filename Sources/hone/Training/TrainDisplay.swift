// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTraining

/// Shows a training: what it begins with, a line now and then in mlx-lm's form, and a live bar.
final class TrainDisplay {
  private let reporter: ProgressReporter
  private let configuration: TrainingConfiguration
  private let stepsPerReport: Int
  private let isQuiet: Bool
  private let clock = ContinuousClock()
  /// Since the last line.
  private var (losses, tokens, duration) = (0.0, 0, Duration.zero)
  private var count = 0
  private var lastRate = 0.0
  private var reading = ""

  init(
    _ reporter: ProgressReporter, configuration: TrainingConfiguration, stepsPerReport: Int,
    isQuiet: Bool
  ) {
    self.reporter = reporter
    self.configuration = configuration
    self.stepsPerReport = stepsPerReport
    self.isQuiet = isQuiet
  }

  func finish() { reporter.finish() }

  func reading(_ path: String, _ fraction: Double) {
    if path != reading {
      reading = path
      reporter.begin("reading \(path.visible())")
    }
    reporter.update(fraction: fraction)
  }

  func header(model: String, weightFormat: String, compute: ComputeMode, data: TrainingData) {
    reporter.finish()
    let c = configuration
    line("model     \(model) (\(weightFormat)), computed in \(compute.rawValue)")
    for report in data.reports {
      line(
        "data      \(report.path.visible()): \(report.samples) of \(report.rows) rows, "
          + "\(Quantities.count(report.tokens)) tokens, \(Quantities.count(report.targetTokens)) "
          + "with loss (\(report.form.rawValue), \(report.lossScope.rawValue))")
      for note in report.notes { line("          \(note)") }
    }
    line(Self.method(c))
    line(
      "steps     \(c.iters) of \(c.batchSize) × \(c.gradientAccumulationSteps) samples, \(c.optimizerKind == .muon ? "Muon and AdamW" : "AdamW"), rate "
        + "\(c.learningRate) \(c.schedule.rawValue), warm-up \(c.warmupSteps)")
  }

  private static func method(_ c: TrainingConfiguration) -> String {
    let layers = c.numLayers.map { ", the last \($0) layers" } ?? ""
    func names(_ values: [String]) -> String { values.joined(separator: " ") }
    let name: String
    switch c.method {
    case .full:
      let frozen = c.frozenParts.isEmpty ? "" : " but \(names(c.frozenParts.map(\.rawValue)))"
      return "weights   all\(frozen)\(layers)"
    case .lora: name = "LoRA"
    case .rslora: name = "rsLoRA"
    case .dora: name = "DoRA"
    }
    let dropout = c.loraDropout > 0 ? ", dropout \(c.loraDropout)" : ""
    return
      "adapter   \(name) rank \(c.loraRank), alpha \(Quantities.fixed(c.loraAlpha, 1))\(dropout), "
      + names(c.targetModules.map(\.rawValue) + c.vocabularyModules.map(\.rawValue)) + layers
  }

  func show(_ event: TrainingEvent) {
    switch event {
    case .began(let start):
      let part = 100 * Double(start.trainableParameters) / Double(max(1, start.modelParameters))
      line(
        "training  \(Quantities.count(start.trainableParameters)) of "
          + "\(Quantities.count(start.modelParameters)) parameters (\(Quantities.fixed(part, 2)) %)"
          + (start.stepsDone > 0 ? ", going on behind step \(start.stepsDone)" : ""))
      if start.recomputesActivations {
        line("memory    activations are computed twice, to keep fewer of them")
      }
      reporter.begin("training")
    case .step(let step, let trained, let duration):
      self.step(step, trained, duration)
    case .validated(let step, let loss, let isBest):
      line(
        "Iter \(step): Val loss \(Quantities.fixed(loss, 3))\(isBest ? ", the lowest so far" : "")")
    case .saved(let step): line("Iter \(step): Saved the checkpoint")
    case .finished: break
    }
  }

  private func step(_ step: TrainingStep, _ trained: Int, _ duration: Duration) {
    losses += step.loss
    tokens += step.tokens
    self.duration += duration
    count += 1
    lastRate = step.learningRate
    let done = step.step + 1
    let seconds = max(self.duration.inSeconds, 1e-9)
    let left = Duration.seconds(seconds / Double(count) * Double(configuration.iters - done))
    reporter.update(
      done: done, of: configuration.iters,
      note: "loss \(Quantities.fixed(step.loss, 3)), \(Int(Double(tokens) / seconds)) tokens/s, "
        + "\(Quantities.duration(left)) left")
    guard done % stepsPerReport == 0 || done == configuration.iters else { return }
    line(
      "Iter \(done): Train loss \(Quantities.fixed(losses / Double(count), 3)), Learning Rate "
        + "\(Self.scientific(lastRate)), It/sec \(Quantities.fixed(Double(count) / seconds, 3)), "
        + "Tokens/sec \(Quantities.fixed(Double(tokens) / seconds, 1)), Trained Tokens \(trained), "
        + "Peak mem \(Quantities.bytes(SystemMemory.peakBytes))")
    (losses, tokens, self.duration, count) = (0, 0, .zero, 0)
  }

  /// The lines at the end.
  func closing(_ summary: TrainingSummary) -> [String] {
    var lines: [String] = []
    if summary.stoppedEarly {
      lines.append(
        "stopped behind step \(summary.steps): the validation loss no longer fell")
    }
    if let best = summary.bestValidationLoss, let step = summary.bestStep {
      lines.append("lowest validation loss \(Quantities.fixed(best, 3)), behind step \(step)")
    }
    if let test = summary.testLoss, let base = summary.baseTestLoss {
      lines.append(
        "test loss \(Quantities.fixed(test, 3)), before training \(Quantities.fixed(base, 3))")
    }
    let path = summary.path.visible()
    let isModel = configuration.method == .full
    lines.append("\(isModel ? "model" : "adapter") \(summary.checksum) in \(path)")
    let option = isModel ? "--model" : "--adapter-path"
    lines.append("try it: hone generate \(option) \(path) --prompt \"…\"")
    return lines
  }

  private func line(_ text: String) {
    if !isQuiet { reporter.line(text) }
  }

  /// `1.000e-04`
  private static func scientific(_ value: Double) -> String {
    guard value > 0, value.isFinite else { return "0.000e+00" }
    var (mantissa, exponent) = (value, 0)
    while mantissa >= 9.999_5 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 0.999_5 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    let digits = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
    return "\(Quantities.fixed(mantissa, 3))e\(exponent < 0 ? "-" : "+")\(digits)"
  }
}

extension DataReport {
  /// What is left out or cut, a line each.
  fileprivate var notes: [String] {
    var notes: [String] = []
    func add(_ count: Int, _ what: String) {
      if count > 0 { notes.append("\(count) \(count == 1 ? "row" : "rows") \(what)") }
    }
    add(badRows, "left out that cannot be used")
    add(emptyRows.count, "empty, left out")
    add(truncatedRows.count, "cut to the longest length")
    add(droppedRows.count, "too long, left out")
    add(rowsWithoutTarget.count, "without a token to learn, left out")
    return notes
  }
}
