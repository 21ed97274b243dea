// SPDX-License-Identifier: Apache-2.0

extension GridTransform {
  /// As reports and settings have it: `rotate90`, `tile2x1` (rows, then columns),
  /// `rotate90+upscale2x2`.
  public var name: String {
    switch self {
    case .identity: "identity"
    case .rotate90: "rotate90"
    case .rotate180: "rotate180"
    case .rotate270: "rotate270"
    case .flipUpDown: "flipUpDown"
    case .flipLeftRight: "flipLeftRight"
    case .transpose: "transpose"
    case .antiTranspose: "antiTranspose"
    case .mirrorAbove: "mirrorAbove"
    case .mirrorLeft: "mirrorLeft"
    case .mirrorBelow: "mirrorBelow"
    case .mirrorRight: "mirrorRight"
    case .shift(let rows, let columns): "shift\(rows)x\(columns)"
    case .upscale(let rows, let columns): "upscale\(rows)x\(columns)"
    case .tile(let rows, let columns): "tile\(rows)x\(columns)"
    case .chain(let parts): parts.map(\.name).joined(separator: "+")
    }
  }

  private static let withoutNumbers: [GridTransform] =
    symmetries + [.mirrorAbove, .mirrorLeft, .mirrorBelow, .mirrorRight]

  /// - Parameter name: As ``name`` gives it.
  /// - Returns: nil where the text names none, or one with a number out of its range.
  public init?(name: String) {
    let parts = name.split(separator: "+", omittingEmptySubsequences: false)
      .compactMap { Self.single(String($0)) }
    guard let first = parts.first, parts.count == name.count(where: { $0 == "+" }) + 1 else {
      return nil
    }
    self = parts.count == 1 ? first : .chain(parts)
  }

  private static func single(_ name: String) -> GridTransform? {
    if let transform = withoutNumbers.first(where: { $0.name == name }) { return transform }
    func numbers(after word: String) -> (Int, Int)? {
      guard name.hasPrefix(word) else { return nil }
      let numbers = name.dropFirst(word.count)
        .split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
      guard numbers.count == 2, let rows = numbers[0], let columns = numbers[1] else { return nil }
      return (rows, columns)
    }
    let transform: GridTransform? =
      if let (rows, columns) = numbers(after: "shift") {
        .shift(rows: rows, columns: columns)
      } else if let (rows, columns) = numbers(after: "upscale") {
        .upscale(rows: rows, columns: columns)
      } else if let (rows, columns) = numbers(after: "tile") {
        .tile(rows: rows, columns: columns)
      } else {
        nil
      }
    // One spelling for each, so `+1` and `01` are none.
    guard let transform, transform.isValid, transform.name == name else { return nil }
    return transform
  }
}

extension GridTransform: Codable {
  public init(from decoder: any Swift.Decoder) throws {
    let name = try decoder.singleValueContainer().decode(String.self)
    guard let transform = GridTransform(name: name) else {
      throw ARCError(
        .invalidSetting,
        "transform \"\(name)\": expected a name such as rotate90, transpose, tile2x1 (numbers "
          + "1 … \(Grid.maxSide)), or several joined by +")
    }
    self = transform
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}
