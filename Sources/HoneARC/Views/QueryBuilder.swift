// SPDX-License-Identifier: Apache-2.0
import HoneTensor

/// Chooses the views of a puzzle that are answered before they vote.
///
/// - SeeAlso: Akyürek et al. 2024, arXiv 2411.07279 and its released code.
public struct QueryBuilder: Sendable {
  /// The views, and what became of others.
  public struct Selection: Sendable, Hashable {
    /// Untransformed ones first, then each transform's.
    public let views: [View]
    /// Demonstrations that each of them leaves out.
    public let leftOut: Int
    /// Views with too many tokens, over all tries.
    public let tooLong: Int
  }

  public let configuration: QueryConfiguration

  /// - Throws: ``ARCError`` (`invalidSetting`) listing every value out of its range.
  public init(_ configuration: QueryConfiguration = .init()) throws {
    try configuration.validate()
    self.configuration = configuration
  }

  /// The views that fit. If none does, one more demonstration is left out, up to two.
  ///
  /// - Parameters:
  ///   - demonstrations: Of one puzzle.
  ///   - tokenCount: The tokens of a view's prompt and of the answer that is expected.
  /// - Returns: No views if none fits.
  public func views(
    of demonstrations: [ARCPair], tokenCount: (View) throws -> Int
  ) rethrows -> Selection {
    var tooLong = 0
    var leftOut = configuration.leaveOut
    while true {
      let all = views(of: demonstrations, leavingOut: leftOut)
      let fitting = try all.filter { view in
        guard let limit = configuration.tokenLimit else { return true }
        return try tokenCount(view) < limit
      }
      tooLong += all.count - fitting.count
      if !fitting.isEmpty || leftOut >= 2 {
        return Selection(views: fitting, leftOut: leftOut, tooLong: tooLong)
      }
      leftOut += 1
    }
  }

  private func views(of demonstrations: [ARCPair], leavingOut count: Int) -> [View] {
    let random = RandomSource(seed: configuration.seed).derived("leave \(count) out")
    var orders = random.derived("order")
    var seen: Set<[ARCPair]> = []
    let plain = Array(demonstrations.indices).leavingOut(count).flatMap { places in
      [places] + (0..<configuration.reorderings).map { _ in orders.shuffled(places) }
    }
    // Demonstrations may be equal: what counts is what is shown.
    .map(View.plain).filter { seen.insert($0.shown(demonstrations)).inserted }
    var choices = random.derived("choice")
    return plain
      + configuration.transforms.flatMap { transform in
        choices.shuffled(plain).prefix(configuration.viewsPerTransform).compactMap {
          $0.with(transform)
        }
      }
  }
}
