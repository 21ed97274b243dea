// SPDX-License-Identifier: Apache-2.0
import HoneARC
import HoneModel

extension ARCRecipe {
  /// In words, one setting each.
  var settings: [String] {
    var parts = ["grids as \(gridFormat.rawValue)"]
    if let secondsPerTask { parts.append("\(secondsPerTask.formattedShort) seconds a puzzle") }
    if let training {
      parts += training.settings
    } else {
      parts.append("no training")
    }
    return parts + inference.settings
  }
}

extension ARCTraining {
  fileprivate var settings: [String] {
    var parts = [sharesAdapter ? "one adapter for all puzzles" : "trained for each puzzle"]
    switch method {
    case .full: parts.append("all weights")
    case .lora:
      parts.append(
        "LoRA rank \(loraRank), alpha \(loraAlpha.formattedShort)"
          + (usesRankStabilization ? ", rank-stabilised" : ""))
      let modules =
        targetModules.count == TargetModule.allCases.count
        ? ["all projections"] : targetModules.map(\.rawValue)
      parts.append("on " + (modules + vocabularyModules.map(\.rawValue)).joined(separator: " "))
    }
    parts.append(
      "steps of \(batchSize) \(batchSize == 1 ? "sample" : "samples"), learning rate "
        + "\(learningRate.formattedShort), \((100 * warmupFraction).formattedShort) % warm-up")
    parts.append(
      "samples: \(samples.form.rawValue), \(samples.transforms.count) transforms, at most "
        + "\(samples.maxTasks)")
    if !demonstrationLoss { parts.append("no demonstration loss") }
    return parts
  }
}

extension ARCInference {
  fileprivate var settings: [String] {
    let viewText =
      switch views {
      case .symmetries(let repeats): "\(8 * repeats) views (8 symmetries)"
      case .queries(let queries):
        "views: leave \(queries.leaveOut) out and "
          + "\(queries.transforms.count) transforms"
      }
    let searchText =
      switch search {
      case .greedy: "greedy"
      case .sampling(let temperature, let count):
        "\(count) draws at temperature \(temperature.formattedShort)"
      case .beam(let width): "beam of \(width)"
      case .depthFirst(let threshold):
        "every reply above \((100 * threshold).formattedShort) %"
      }
    return [
      viewText, searchText + (isConstrained ? ", grids only" : ""),
      "scored by \(scoringViews) views", "attempts by \(rule.rawValue)",
    ]
  }
}

extension InductionConfiguration {
  /// In words, one setting each.
  var settings: [String] {
    ["programs of at most \(maxLength) functions in a row"]
      + (secondsPerTask.map { ["at most \($0.formattedShort) seconds for programs"] } ?? [])
  }
}
