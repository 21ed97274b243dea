// SPDX-License-Identifier: Apache-2.0

/// What is done to a puzzle before a prompt is made of it, in a way that can be undone on the
/// answer.
///
/// - SeeAlso: Franzen et al. 2025, arXiv 2505.07859.
public struct View: Sendable, Hashable {
  public let transform: GridTransform
  public let colors: ColorPermutation
  /// The demonstrations that are shown, by their places in the puzzle, in this order; others are
  /// left out.
  public let order: [Int]
  private let inverse: GridTransform

  /// - Parameters:
  ///   - transform: One with an inverse.
  ///   - order: Places of demonstrations, none twice.
  /// - Throws: ``ARCError`` (`invalidSetting`) listing what does not hold.
  public init(
    transform: GridTransform = .identity, colors: ColorPermutation = .identity, order: [Int]
  ) throws {
    var problems: [String] = []
    let inverse = transform.isValid ? transform.inverse : nil
    if inverse == nil {
      problems.append("view's transform \(transform.name): expected one that can be undone")
    }
    if order.contains(where: { $0 < 0 }) || Set(order).count != order.count {
      problems.append("view's order \(order): expected places 0, 1 …, none twice")
    }
    guard problems.isEmpty, let inverse else {
      throw ARCError(.invalidSetting, problems.joined(separator: "\n"))
    }
    self.init(transform: transform, inverse: inverse, colors: colors, order: order)
  }

  private init(
    transform: GridTransform, inverse: GridTransform, colors: ColorPermutation, order: [Int]
  ) {
    self.transform = transform
    self.inverse = inverse
    self.colors = colors
    self.order = order
  }

  /// The puzzle as it is.
  public static func identity(demonstrationCount: Int) -> View {
    plain(Array(0..<demonstrationCount))
  }

  /// Demonstrations chosen and ordered, nothing else.
  static func plain(_ order: [Int]) -> View {
    View(transform: .identity, inverse: .identity, colors: .identity, order: order)
  }

  /// - Returns: nil if the transform has no inverse.
  func with(_ transform: GridTransform) -> View? {
    transform.inverse.map {
      View(transform: transform, inverse: $0, colors: colors, order: order)
    }
  }

  func with(_ colors: ColorPermutation) -> View {
    View(transform: transform, inverse: inverse, colors: colors, order: order)
  }

  func with(order: [Int]) -> View {
    View(transform: transform, inverse: inverse, colors: colors, order: order)
  }
}

extension View {
  /// The grid as this view shows it.
  public func applied(to grid: Grid) -> Grid { colors.applied(to: transform.applied(to: grid)) }

  /// The grid that this view shows as this one: an answer's way back.
  public func inverted(_ grid: Grid) -> Grid {
    inverse.applied(to: colors.inverse.applied(to: grid))
  }

  /// The demonstrations that are shown, in this view's order, and the input to answer.
  ///
  /// - Throws: ``ARCError`` (`notFound`) if there are fewer demonstrations than the view needs.
  public func applied(
    to demonstrations: [ARCPair], input: Grid
  ) throws -> (demonstrations: [ARCPair], input: Grid) {
    if let place = order.first(where: { $0 >= demonstrations.count }) {
      throw ARCError(
        .notFound,
        "view \(self): no demonstration \(place); the puzzle has \(demonstrations.count)")
    }
    return (shown(demonstrations), applied(to: input))
  }

  /// As above, where all places are known to be there.
  func shown(_ demonstrations: [ARCPair]) -> [ARCPair] {
    order.map {
      ARCPair(
        input: applied(to: demonstrations[$0].input), output: applied(to: demonstrations[$0].output)
      )
    }
  }

  /// This view, with as many of its demonstrations left out, from the end, as it takes to fit.
  ///
  /// - Parameters:
  ///   - minimum: The fewest demonstrations to leave.
  ///   - fits: Whether a view's prompt is short enough.
  /// - Returns: nil if it does not fit with the fewest either.
  /// - SeeAlso: the released code of Franzen et al. 2025, arXiv 2505.07859.
  public func shortened(minimum: Int = 0, toFit fits: (View) throws -> Bool) rethrows -> View? {
    for count in stride(from: order.count, through: minimum, by: -1) {
      let view = with(order: Array(order.prefix(count)))
      if try fits(view) { return view }
    }
    return nil
  }
}

extension View: CustomStringConvertible {
  /// Such as `rotate90 colors 0312456789 order 2,0,1`; colours that stay are not said.
  public var description: String {
    let recolored = colors == .identity ? "" : " colors \(colors)"
    let order = self.order.map(String.init).joined(separator: ",")
    return "\(transform.name)\(recolored) order \(order.isEmpty ? "none" : order)"
  }
}

extension View: Codable {
  private enum CodingKeys: String, CodingKey { case transform, colors, order }

  public init(from decoder: any Swift.Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      transform: container.decode(GridTransform.self, forKey: .transform),
      colors: container.decode(ColorPermutation.self, forKey: .colors),
      order: container.decode([Int].self, forKey: .order))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(transform, forKey: .transform)
    try container.encode(colors, forKey: .colors)
    try container.encode(order, forKey: .order)
  }
}
