// SPDX-License-Identifier: Apache-2.0
import HoneBench

/// What `hone bench accuracy` prints for people.
struct AccuracyText {
  let report: AccuracyReport

  var lines: [String] {
    let threads = report.threads == 1 ? "1 thread" : "\(report.threads) threads"
    let title =
      "\(report.model.visible()) (\(report.weightFormat)), \(threads), \(report.kernels)"
    let text = "\(report.text.visible()), \(report.textTokens) tokens"
    return [title, text].map { $0.shortened(to: 80) } + [""] + table.lines() + [
      "",
      "\(trainings): \(c.samples) × \(c.sampleTokens) tokens in batches of \(c.batchSize), "
        + "rate \(report.learningRate)",
    ] + seeds + [
      "peak memory " + Quantities.bytes(report.peakMemoryBytes)
    ]
  }

  private var trainings: String {
    c.trainings == 1 ? "1 training" : "means of \(c.trainings) trainings"
  }

  private var seeds: [String] {
    guard let deviation = report.seedDeviationPercent else { return [] }
    return ["another seed changes float32's loss after them by \(Quantities.fixed(deviation, 2)) %"]
  }

  private var c: AccuracyConfiguration { report.configuration }

  private var table: TextTable {
    let mode = report.compute.rawValue
    var table = TextTable([
      ("WHAT", .left), ("FLOAT32", .right), (mode.uppercased(), .right), ("DIFFERENCE", .right),
    ])
    func append(_ what: String, _ pair: AccuracyReport.Pair, _ digits: Int) {
      var difference = "–"
      if let percent = pair.differencePercent {
        let error = pair.standardErrorPercent.map { " ± " + Quantities.fixed($0, 2) } ?? ""
        difference = (percent < 0 ? "" : "+") + Quantities.fixed(percent, 2) + error + " %"
      }
      table.append([
        what, Quantities.fixed(pair.float32, digits), Quantities.fixed(pair.other, digits),
        difference,
      ])
    }
    func append(_ what: String, _ gradient: GradientComparison) {
      table.append([what, "", "", Quantities.fixed(gradient.cosine, 5)])
      guard let worst = gradient.worst else { return }
      // The prefix is the same everywhere.
      let name = worst.name.split(separator: ".").dropFirst().joined(separator: ".")
      table.append(["  worst, \(name)", "", "", Quantities.fixed(worst.cosine, 5)])
    }
    append("perplexity of \(report.scoredTokens) tokens", report.perplexity, 4)
    table.append([
      "  mean |Δ log p| of a token", "", "", Quantities.fixed(report.logLikelihoodDifference, 4),
    ])
    table.append([
      "  likeliest token the same", "", "",
      Quantities.fixed(100 * report.topTokenAgreement, 1) + " %",
    ])
    let batch = "\(c.trainSequences) × \(c.trainTokens)"
    append("cosine of the gradient, \(batch)", report.gradient)
    append("the same at B = 0", report.gradientAtStart)
    append("loss before training", report.lossBeforeTraining, 4)
    append("loss of steps \(c.steps - c.lastSteps + 1) … \(c.steps)", report.lossOfLastSteps, 4)
    append("loss after them", report.lossAfterSteps, 4)
    append("  both run in float32", report.lossAfterStepsInFloat32, 4)
    return table
  }
}
