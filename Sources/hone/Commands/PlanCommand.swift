// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneModel
import HoneTraining

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Says what a training will take before it starts.",
    usage: "hone plan [-c <config>] --data <path> [<options>]",
    discussion: """
      Takes the settings of `hone train`. Loads the model and the data, does a few \
      steps in memory, and prints parameters, memory by part and the time of the \
      whole training at the measured speed. No file is written.
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("Settings in YAML.", valueName: "file"))
  var config: String?

  @Option(help: ArgumentHelp("Steps to measure, after one that is not.", valueName: "n"))
  var measureSteps = 2

  @OptionGroup(title: "Training") var options: TrainOptions
  @OptionGroup var output: JSONOption

  func validate() throws {
    _ = try options.settings()
    guard (1...100).contains(measureSteps) else {
      throw ValidationError("--measure-steps \(measureSteps): expected 1 … 100")
    }
  }

  func run() async throws {
    let settings = try options.settings(config: config)
    let model = try settings.loadModel()
    let configuration = try settings.configuration(contextLength: model.contextLength)
    let reporter = ProgressReporter(isQuiet: output.json && !Console.errorCapabilities.isLive)
    defer { reporter.finish() }
    reporter.begin("reading \(configuration.data.path.visible())")
    let data = try TrainingData.load(configuration.data, for: model) {
      reporter.update(fraction: $1)
    }
    reporter.begin("measuring")
    let all = measureSteps + 1
    let plan = try await FineTuning.plan(
      model: model, configuration: configuration, data: data, measuring: measureSteps
    ) { reporter.update(fraction: Double($0) / Double(all)) }
    reporter.finish()
    if output.json { return try Console.printJSON(plan) }
    for line in lines(plan) { try Console.print(line) }
  }

  private func lines(_ plan: TrainingPlan) -> [String] {
    let memory = plan.memory
    let parts = [
      ("weights", memory.weights), ("trained", memory.trained), ("gradients", memory.gradients),
      ("optimiser", memory.optimizer), ("means", memory.means),
      ("activations", memory.activations),
    ].filter { $0.1 > 0 }
    let part = 100 * Double(plan.trainableParameters) / Double(max(1, plan.modelParameters))
    func row(_ name: String, _ text: String) -> String { name.rightPadded(to: 15) + text }
    var lines = [
      row(
        "parameters",
        "\(Quantities.count(plan.trainableParameters)) trained of "
          + "\(Quantities.count(plan.modelParameters)) (\(Quantities.fixed(part, 2)) %)"),
      row(
        "steps",
        "\(plan.steps) of \(Quantities.count(Int(plan.tokensPerStep))) tokens, "
          + "\(Quantities.fixed(plan.epochs, 1)) times each of \(plan.samples) samples"),
      row("memory", "\(Quantities.bytes(memory.total)) estimated at its fullest"),
    ]
    lines += parts.map { row("  \($0.0)", Quantities.bytes($0.1)) }
    lines += [
      row(
        "",
        "\(Quantities.bytes(plan.measuredPeakBytes)) at the most so far, of the machine's "
          + Quantities.bytes(plan.machineBytes)),
      row(
        "disk",
        "\(plan.keptCheckpoints) checkpoints of \(Quantities.bytes(plan.checkpointBytes))"),
      row(
        "speed",
        "\(Quantities.count(Int(plan.measuredTokensPerSecond))) tokens/s over "
          + "\(plan.measuredSteps) steps"),
      row("time", "about \(Quantities.duration(.seconds(plan.estimatedSeconds)))"),
    ]
    if plan.recomputesActivations {
      lines.insert(
        row("", "activations are computed twice, to keep fewer of them"), at: 3 + parts.count)
    }
    return lines
  }
}
