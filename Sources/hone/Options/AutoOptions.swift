// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import HoneAdaptation

/// How a strategy is chosen.
struct AutoOptions: ParsableArguments {
  @Option(help: "What counts when strategies differ in accuracy and cost.")
  var prefer = AutoPreference.balanced

  @Option(help: ArgumentHelp("Seconds that all may take together.", valueName: "s"))
  var budget: Double?

  @Option(
    help: ArgumentHelp("Queries that share the costs (default: the task's).", valueName: "n"))
  var expectedQueries: Int?

  func validate() throws {
    if let expectedQueries, !(1...1_000_000_000).contains(expectedQueries) {
      throw ValidationError("--expected-queries \(expectedQueries): expected 1 … 1000000000")
    }
    if let budget, !(budget > 0 && budget.isFinite) {
      throw ValidationError("--budget \(budget): expected seconds above 0")
    }
  }

  var configuration: AutoConfiguration {
    var result = AutoConfiguration()
    result.preference = prefer
    result.budgetSeconds = budget
    result.expectedQueries = expectedQueries
    return result
  }
}

extension AutoPreference: ExpressibleByArgument {}
