// SPDX-License-Identifier: Apache-2.0

/// What is done to every grid of a synthetic task to make another.
///
/// - SeeAlso: Akyürek et al. 2024, arXiv 2411.07279, Table 5.
public enum TaskTransform: Sendable, Hashable {
  /// The same for every task.
  case grid(GridTransform)
  /// A cyclic shift by 0 … 3 rows and 0 … 3 columns, drawn for each task.
  case drawnShift

  /// How ``drawnShift`` draws.
  public enum ShiftDraw: String, Codable, CaseIterable, Sendable, Hashable {
    /// One shift for all grids of a task, and another for the next task.
    case perTask = "per-task"
    /// As the paper's released code does: one shift for all inputs and one for all outputs, drawn
    /// within each grid's sides, and both the same in every task.
    case inputAndOutput = "input-and-output"
  }

  /// The 20 of the paper's Table 5, in the order of its released code.
  public static let paper: [TaskTransform] = basic + upscaled

  /// The 23 of the paper's released code: its table's, and three tilings.
  public static let released: [TaskTransform] =
    paper + [
      .grid(.tile(rows: 2, columns: 1)), .grid(.tile(rows: 1, columns: 2)),
      .grid(.tile(rows: 2, columns: 2)),
    ]

  private static let basic: [TaskTransform] = [
    .grid(.rotate90), .grid(.rotate270), .grid(.rotate180),
    .grid(.flipUpDown), .grid(.flipLeftRight),
    .grid(.mirrorAbove), .grid(.mirrorLeft), .grid(.mirrorBelow), .grid(.mirrorRight),
    .drawnShift, .grid(.transpose),
  ]

  private static let upscaled: [TaskTransform] =
    [
      .grid(.upscale(rows: 2, columns: 2)), .grid(.upscale(rows: 2, columns: 1)),
      .grid(.upscale(rows: 1, columns: 2)),
    ]
    + [.rotate90, .rotate270, .rotate180, .flipUpDown, .flipLeftRight, .transpose].map {
      .grid(.chain([$0, .upscale(rows: 2, columns: 2)]))
    }

  /// `shift`, or the grid transform's name.
  public var name: String {
    switch self {
    case .grid(let transform): transform.name
    case .drawnShift: "shift"
    }
  }
}

extension TaskTransform: Codable {
  public init(from decoder: any Swift.Decoder) throws {
    let name = try decoder.singleValueContainer().decode(String.self)
    self = name == Self.drawnShift.name ? .drawnShift : .grid(try GridTransform(from: decoder))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}
