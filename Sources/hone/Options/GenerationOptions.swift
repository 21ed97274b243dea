// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneModel

/// How texts are drawn and where they end.
struct GenerationOptions: ParsableArguments {
  @Option(help: ArgumentHelp("New tokens at most.", valueName: "n"))
  var maxTokens = 256

  @Option(help: ArgumentHelp("Temperature; 0 is greedy.", valueName: "t"))
  var temp = 0.0

  @Option(help: ArgumentHelp("Draw from the k likeliest tokens.", valueName: "k"))
  var topK = 0

  @Option(help: ArgumentHelp("Draw from the likeliest that sum to p.", valueName: "p"))
  var topP = 1.0

  @Option(
    help: ArgumentHelp("Draw from those above p times the top.", valueName: "p"))
  var minP = 0.0

  @Option(help: ArgumentHelp("Seed of the draws.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("End before this text (repeatable).", valueName: "text"))
  var stop: [String] = []

  func validate() throws {
    if maxTokens < 1 { throw ValidationError("--max-tokens \(maxTokens): expected 1 or more") }
    if stop.contains("") { throw ValidationError("--stop is empty: give the text to end before") }
    do {
      _ = try sampling
    } catch let error as ModelError {
      // The library names the property, the option is shorter.
      let message = error.message
      let name = "temperature"
      throw ValidationError(
        "--" + (message.hasPrefix(name) ? "temp" + message.dropFirst(name.count) : message))
    }
  }

  var sampling: SamplingConfiguration {
    get throws {
      try SamplingConfiguration(
        temperature: temp, topK: topK, topP: topP, minP: minP, seed: seed)
    }
  }
}
