// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Colours exchanged for others, no two for the same.
public struct ColorPermutation: Sendable, Hashable {
  /// What each of the colours 0 … 9 becomes.
  public let colors: [UInt8]

  public static let identity = ColorPermutation(unchecked: Array(0..<UInt8(Grid.colorCount)))

  /// - Parameter colors: What each of the colours 0 … 9 becomes.
  /// - Returns: nil unless each of the ten is there once.
  public init?(_ colors: [Int]) {
    guard colors.sorted() == Array(0..<Grid.colorCount) else { return nil }
    self.init(unchecked: colors.map(UInt8.init))
  }

  private init(unchecked colors: [UInt8]) { self.colors = colors }

  /// What undoes it.
  public var inverse: ColorPermutation {
    var result = colors
    for (color, target) in colors.enumerated() { result[Int(target)] = UInt8(color) }
    return ColorPermutation(unchecked: result)
  }

  public func applied(to grid: Grid) -> Grid {
    Grid(height: grid.height, width: grid.width, cells: grid.cells.map { colors[Int($0)] })
  }
}

extension ColorPermutation {
  /// Which colours a random permutation exchanges.
  public enum Scope: String, Codable, CaseIterable, Sendable, Hashable {
    /// None: colours stay.
    case none
    /// 1 … 9; 0, the background of most puzzles, stays.
    case nonzero
    /// 0 … 9.
    case all
  }

  /// A uniformly random permutation of those colours.
  public static func random(
    _ scope: Scope, using random: inout RandomSource
  ) -> ColorPermutation {
    switch scope {
    case .none: identity
    case .nonzero:
      ColorPermutation(unchecked: [0] + random.shuffled(identity.colors.dropFirst()))
    case .all: ColorPermutation(unchecked: random.shuffled(identity.colors))
    }
  }

  /// A random permutation that moves the used colours to unused ones while there are any, and
  /// exchanges used ones in pairs when there are none left; 0 stays.
  ///
  /// - Parameter used: The colours of a task; 0 among them does nothing.
  /// - SeeAlso: the released code of Akyürek et al. 2024, arXiv 2411.07279.
  public static func preferringUnused(
    _ used: Set<UInt8>, using random: inout RandomSource
  ) -> ColorPermutation {
    let nonzero = identity.colors.dropFirst()
    let used = nonzero.filter(used.contains)
    var free = random.shuffled(nonzero.filter { !used.contains($0) })
    var partners = random.shuffled(used)
    var map: [UInt8: UInt8] = [0: 0]
    for color in used where map[color] == nil {
      if let target = free.popLast() {
        map[color] = target
      } else if let partner = partners.popLast() {
        // The partner may have got an unused colour before; that one is then left free.
        map[partner] = color
        map[color] = partner
        partners.removeAll { $0 == color }
      }
    }
    return completed(map)
  }

  /// Colours without a target keep theirs where nothing else takes it.
  private static func completed(_ map: [UInt8: UInt8]) -> ColorPermutation {
    let taken = Set(map.values)
    let rest = identity.colors.filter { map[$0] == nil }
    let kept = rest.filter { !taken.contains($0) }
    let moved = zip(
      rest.filter(taken.contains),
      identity.colors.filter { !taken.contains($0) && !kept.contains($0) })
    var map = map
    for color in kept { map[color] = color }
    for (color, target) in moved { map[color] = target }
    return ColorPermutation(unchecked: identity.colors.map { map[$0] ?? $0 })
  }
}

extension ColorPermutation: Codable {
  public init(from decoder: any Swift.Decoder) throws {
    let colors = try decoder.singleValueContainer().decode([Int].self)
    guard let permutation = ColorPermutation(colors) else {
      throw ARCError(
        .invalidSetting, "colour permutation \(colors): expected each of 0 … 9 once")
    }
    self = permutation
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(colors.map(Int.init))
  }
}

extension ColorPermutation: CustomStringConvertible {
  /// What 0 … 9 become, a digit each.
  public var description: String { colors.map { String($0) }.joined() }
}
