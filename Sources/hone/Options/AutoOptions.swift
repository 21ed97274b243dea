// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneAdaptation

/// How a strategy is chosen.
struct AutoOptions: ParsableArguments {
  @Option(help: "What counts when strategies differ in accuracy and cost.")
  var prefer = AutoPreference.accuracy

  @Option(help: ArgumentHelp("Seconds that all may take together.", valueName: "s"))
  var budget: Double?

  func validate() throws {
    if let budget, !(budget > 0 && budget.isFinite) {
      throw ValidationError("--budget \(budget): expected seconds above 0")
    }
  }

  var configuration: AutoConfiguration {
    var result = AutoConfiguration()
    result.preference = prefer
    result.budgetSeconds = budget
    return result
  }
}

extension AutoPreference: ExpressibleByArgument {}
