// SPDX-License-Identifier: Apache-2.0

extension ARCRecipe {
  /// The settings in words, by what they are about.
  var words: [(name: String, value: String)] {
    [
      ("grids as", gridFormat.rawValue),
      ("trained", training?.words ?? "nothing"),
      ("views answered", inference.views.words),
      ("search", inference.search.words + (inference.isConstrained ? ", grids only" : "")),
      (
        "scored",
        inference.scoringViews == 0
          ? "nothing"
          : "at most \(PageNumber.count(inference.maxScoredCandidates, "candidate")) under "
            + PageNumber.count(inference.scoringViews, "view")
      ),
      ("chosen by", inference.rule.rawValue),
      ("time", secondsPerTask.map { PageNumber.duration($0) } ?? "as long as it takes"),
      ("seed", "\(seed)"),
    ]
  }
}

extension InductionConfiguration {
  var words: [(name: String, value: String)] {
    [
      (
        "programs",
        "at most \(PageNumber.count(maxLength, "function")) in a row"
          + (secondsPerTask.map { ", \(PageNumber.duration($0)) at most" } ?? "")
      )
    ]
  }
}

extension ARCTraining {
  fileprivate var words: String {
    let what =
      switch method {
      case .lora:
        "LoRA of rank \(loraRank), α \(PageNumber.fixed(loraAlpha, 0))"
          + (usesRankStabilization ? " over √rank" : "")
      case .full: "all weights"
      }
    return what + ", rate \(learningRate), \(PageNumber.count(epochs, "epoch"))"
      + (maxSteps.map { ", \(PageNumber.count($0, "step")) at most" } ?? "")
      + ", batches of \(batchSize), \(samples.form.rawValue) samples"
      + (sharesAdapter ? ", one adapter for all puzzles" : "")
  }
}

extension ARCInference.Views {
  fileprivate var words: String {
    switch self {
    case .symmetries(let repeats):
      "the square's 8 symmetries" + (repeats == 1 ? "" : ", \(repeats) of each")
    case .queries(let queries):
      "\(queries.leaveOut) left out, \(PageNumber.count(queries.reorderings, "order")) drawn, "
        + (queries.transforms.isEmpty
          ? "no transforms" : queries.transforms.map(\.name).joined(separator: ", "))
    }
  }
}

extension ARCInference.Search {
  fileprivate var words: String {
    switch self {
    case .greedy: "greedy"
    case .sampling(let temperature, let count):
      "\(PageNumber.count(count, "sample")) at temperature \(temperature)"
    case .beam(let width): "beam of \(width)"
    case .depthFirst(let threshold): "depth first, all replies with p over \(threshold)"
    }
  }
}
