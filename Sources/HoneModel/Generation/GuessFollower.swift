// SPDX-License-Identifier: Apache-2.0

/// Follows one text through guesses at it and says which tokens it may go on with.
///
/// Where the text leaves its guess, it is looked for again in all of them by its last tokens. How
/// much is drafted doubles while the guesses are right and halves where they are wrong, so that a
/// wrong guess costs little.
struct GuessFollower: Sendable {
  private struct Place {
    let guess: Int
    /// Of the token expected next.
    var index: Int
    /// Whether nothing speaks for it but that the guess may be wrong in one token only.
    var isHunch = false
  }

  /// Tokens of a pass, the text's last one among them: powers of two, which suit the products.
  private static let mostPassTokens = 32
  private static let fewestPassTokens = 2
  /// Tokens that are compared to find a place again.
  private static let mostCompared = 16

  private let guesses: [[Int32]]
  private var place: Place?
  private var passTokens = 8
  /// Tokens that must agree to find a place again: more after each draft in vain, because texts of
  /// a kind share words by chance.
  private var fewestCompared = 2

  /// - Parameter endTokens: Never drafted: behind one there is nothing to guess, and the pass
  ///   before it tells for free whether it comes.
  init(_ guesses: [[Int32]], endTokens: Set<Int32>) {
    self.guesses = guesses.flatMap { guess in
      guess.split { endTokens.contains($0) }.map(Array.init)
    }
    place = self.guesses.isEmpty ? nil : Place(guess: 0, index: 0)
  }

  /// The tokens expected next, to be run together with the last one of the text.
  func draft(atMost limit: Int) -> ArraySlice<Int32> {
    guard let place, limit > 0 else { return [] }
    return guesses[place.guess][place.index...].prefix(min(limit, passTokens - 1))
  }

  /// Takes note of what came.
  ///
  /// - Parameters:
  ///   - text: All tokens so far; behind the accepted ones a last one that the model itself added.
  ///   - drafted: Tokens of the last draft that were run.
  ///   - accepted: Those of them that the model confirmed.
  mutating func follow(_ text: [Int32], drafted: Int, accepted: Int) {
    guard !guesses.isEmpty else { return }
    if accepted > 0 {
      fewestCompared = 2
    } else if drafted > 0 {
      fewestCompared = min(fewestCompared + 1, Self.mostCompared)
    }
    if drafted > 0 {
      passTokens =
        accepted == drafted
        ? min(2 * passTokens, Self.mostPassTokens) : max(passTokens / 2, Self.fewestPassTokens)
    }
    let before = place
    place = before.flatMap { behind($0, accepted, equalTo: text.last) } ?? found(text)
    if place == nil, let before, accepted > 0 || !before.isHunch {
      place = behind(before, accepted, equalTo: nil)
    }
  }

  /// The place after the accepted tokens and one more; nil if that is another one than `token`, or
  /// the guess ends there.
  private func behind(_ place: Place, _ accepted: Int, equalTo token: Int32?) -> Place? {
    let guess = guesses[place.guess]
    let index = place.index + accepted
    guard index + 1 < guess.count, token == nil || guess[index] == token else { return nil }
    return Place(guess: place.guess, index: index + 1, isHunch: token == nil)
  }

  /// Where most of the text's last tokens stand in a guess: enough of them, or all at its
  /// beginning. Among equals it is the place about as far from the beginning as the text's end.
  private func found(_ text: [Int32]) -> Place? {
    guard let last = text.last else { return nil }
    var best: Place?
    var (bestLength, bestDistance) = (0, 0)
    for (number, guess) in guesses.enumerated() {
      for index in guess.indices.dropLast() where guess[index] == last {
        let most = min(index + 1, text.count, Self.mostCompared)
        var length = 1
        while length < most, guess[index - length] == text[text.count - 1 - length] { length += 1 }
        guard length >= fewestCompared || length == text.count && index + 1 == length else {
          continue
        }
        let distance = abs(index + 1 - text.count)
        if length > bestLength || (length == bestLength && distance < bestDistance) {
          (best, bestLength, bestDistance) = (
            Place(guess: number, index: index + 1), length, distance
          )
        }
      }
    }
    return best
  }
}
