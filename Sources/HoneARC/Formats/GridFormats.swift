// SPDX-License-Identifier: Apache-2.0

/// The formats that there are, by the names that settings and reports have for them.
public enum GridFormatName: String, Codable, Sendable, Hashable, CaseIterable {
  case numpy, cells, words

  package var format: any GridFormat {
    switch self {
    case .numpy: NumpyGridFormat()
    case .cells: CellGridFormat()
    case .words: WordGridFormat()
    }
  }
}

/// As NumPy prints a matrix, `[[0 1]\n [2 3]]`, and `#` behind an output.
///
/// - SeeAlso: Akyürek et al. 2024, arXiv 2411.07279, appendix on the prompt.
package struct NumpyGridFormat: GridFormat {
  package let name = GridFormatName.numpy.rawValue
  package let opening = "[["
  package let cells = (0..<Grid.colorCount).map { String($0) }
  package let cellSeparator = " "
  package let rowSeparator = "]\n ["
  package let closing = "]]"
  package let terminator = "#"
  package init() {}
}

/// A digit for each cell, which tokenizers without tokens of several digits read as one token, and a
/// line for each row.
///
/// - SeeAlso: Franzen et al. 2025, arXiv 2505.07859, on tokens.
package struct CellGridFormat: GridFormat {
  package let name = GridFormatName.cells.rawValue
  package let opening = ""
  package let cells = (0..<Grid.colorCount).map { String($0) }
  package let cellSeparator = ""
  package let rowSeparator = "\n"
  package let closing = ""
  package let terminator = "\n"
  package init() {}
}

/// A colour's name for each cell and a line for each row.
///
/// - SeeAlso: Li et al. 2024, arXiv 2411.02272, on the transduction prompt.
package struct WordGridFormat: GridFormat {
  package let name = GridFormatName.words.rawValue
  package let opening = ""
  package let cells = [
    "Black", "Blue", "Red", "Green", "Yellow", "Gray", "Pink", "Orange", "Purple", "Brown",
  ]
  package let cellSeparator = " "
  package let rowSeparator = "\n"
  package let closing = ""
  package let terminator = ""
  package init() {}
}
