// SPDX-License-Identifier: Apache-2.0
import HoneBench

/// What `hone bench speed` prints for people.
struct SpeedText {
  let report: SpeedReport

  var lines: [String] {
    let threads = report.threads == 1 ? "1 thread" : "\(report.threads) threads"
    let how = "\(threads), \(report.kernels), \(report.compute.rawValue)"
    let title = "\(report.model.visible()) (\(report.weightFormat)), \(how)"
    return [title.shortened(to: 80), ""] + table.lines() + [
      "",
      "loaded in \(Quantities.fixed(report.loadSeconds, 2)) s, peak memory "
        + Quantities.bytes(report.peakMemoryBytes),
    ] + CeilingsText.lines(report.ceilings)
  }

  private var table: TextTable {
    var table = TextTable([
      ("WHAT", .left), ("TOKENS/S", .right), ("RANGE", .right), ("OF CEILING", .right),
    ])
    for figure in report.figures {
      let range = [figure.samples.min(), figure.samples.max()].compactMap { $0 }
        .map { Quantities.fixed($0, 1) }.joined(separator: " – ")
      table.append([
        what(figure.figure), Quantities.fixed(figure.tokensPerSecond, 1), range,
        "\(Quantities.fixed(100 * figure.ceiling.share, 0)) % \(figure.ceiling.bound.rawValue)",
      ])
    }
    return table
  }

  private func what(_ figure: SpeedFigure) -> String {
    let c = report.configuration
    let batch = "\(c.trainSequences) × \(c.trainTokens)"
    return switch figure {
    case .prompt: "prompt of \(c.promptTokens)"
    case .generation: "generation of \(c.generationTokens)"
    case .batchGeneration: "\(c.streams) texts of \(c.generationTokens)"
    case .loraTrain: "LoRA step, \(batch)"
    case .loraTrainMasked: "LoRA step, \(batch), 20 % loss"
    }
  }
}

/// The machine's ceilings in words.
enum CeilingsText {
  /// A debug build, whose kernels and ceilings are many times too slow.
  static var isUnoptimized: Bool {
    #if DEBUG
      true
    #else
      false
    #endif
  }

  static let warning = "this is a debug build: no speed that it measures means anything"

  static func lines(_ ceilings: MachineCeilings) -> [String] {
    let perCore = Quantities.fixed(ceilings.gigaflopsPerCore, 1)
    let all = Quantities.fixed(ceilings.gigaflops, 1)
    let memory = Quantities.fixed(ceilings.memoryReadGigabytesPerSecond, 1)
    let together = ceilings.threads > 1 ? ", \(all) on \(ceilings.threads) threads" : ""
    return [
      "float32 ceiling \(perCore) GFLOP/s on one core\(together)",
      "memory reads at \(memory) GB/s",
    ]
  }
}
