// SPDX-License-Identifier: Apache-2.0
import HoneTensor

extension View {
  /// Views under each of the eight symmetries of the square, so many times, each with colours and
  /// an order of all demonstrations of its own.
  ///
  /// - Parameters:
  ///   - demonstrationCount: The puzzle's demonstrations.
  ///   - repeats: Views of each symmetry; the paper takes 2 to search and to score, 8 to train.
  ///   - colors: The colours exchanged; the paper's are all ten.
  ///   - random: Where colours and orders are drawn.
  /// - Returns: `8 · repeats` views; all symmetries once, then all again.
  /// - SeeAlso: Franzen et al. 2025, arXiv 2505.07859.
  public static func symmetries(
    demonstrationCount: Int, repeats: Int, colors: ColorPermutation.Scope = .all,
    using random: inout RandomSource
  ) -> [View] {
    (0..<max(0, repeats)).flatMap { _ in
      GridTransform.symmetries.compactMap { transform in
        let recolored = ColorPermutation.random(colors, using: &random)
        let order = random.shuffled(0..<demonstrationCount)
        return View.plain(order).with(recolored).with(transform)
      }
    }
  }
}
