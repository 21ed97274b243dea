// SPDX-License-Identifier: Apache-2.0
@testable import HoneARC

/// A grid of digits, its rows separated by slashes.
func digits(_ text: String) -> Grid {
  let rows = text.split(separator: "/").map { $0.compactMap(\.wholeNumberValue) }
  return Grid(height: rows.count, width: rows[0].count) { UInt8(rows[$0][$1]) }
}

/// Predictions, in order, merged into candidates.
func mergedCandidates(_ predictions: [(ViewGroup, String)]) -> [ARCCandidate] {
  ARCCandidate.merging(
    predictions.enumerated().map { index, prediction in
      Prediction(
        grid: digits(prediction.1), index: index, view: prediction.0.rawValue, group: prediction.0)
    })
}

/// Grids back into their texts.
func digitTexts(_ grids: [Grid]) -> [String] {
  grids.map { $0.description.split(separator: "\n").joined(separator: "/") }
}
