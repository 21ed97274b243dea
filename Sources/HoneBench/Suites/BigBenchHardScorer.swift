// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation

/// Finds the answer in what a model wrote and compares it with the expected one.
///
/// Only one line counts: the first that is not empty, without the prompt's own "A:" at its start,
/// and that does not end in a colon, as "The answer is:" does before the answer's line. In it is
/// taken, by the task's format:
/// - choice: the first of these that is there: a letter in parentheses; a single letter at the
///   start, before a mark or the end (A and I before a space are words); a letter behind "answer",
///   "option" or "choice", with "is" or a colon between them; the one option whose text the line is,
///   or that alone occurs in it. It becomes `(X)`.
/// - either: the first whole word that is one of the two, in any case.
/// - number: behind the last "=", if there is one, the first whole number, thousands commas left
///   out; if there is no digit, the first number word up to twenty.
/// - word list: words split at spaces and commas, in lower case, a point at the end left out.
/// - brackets: every bracket, in order.
///
/// Right is equality. Three items of the data expect a text where all others expect an option's
/// letter; there the lines are compared in lower case.
package struct BigBenchHardScorer: AnswerScorer {
  package let format: AnswerFormat

  package init(format: AnswerFormat) { self.format = format }

  package var name: String {
    switch format {
    case .choice: "choice/1"
    case .either(let first, let second): "\(first)-\(second)/1"
    case .number: "number/1"
    case .wordList: "word-list/1"
    case .brackets: "brackets/1"
    }
  }

  package var findsAnswers: Bool { true }

  package func score(_ answer: String, for item: BenchItem) -> AnswerScore {
    let expected = item.expected.trimmingWhitespace()
    let line = Self.line(of: answer)
    if format == .choice, Self.parenthesised(expected[...]) == nil {
      let text = Self.plain(line)
      return AnswerScore(normalized: text, value: text == Self.plain(expected) ? 1 : 0)
    }
    let found = normalize(line, input: item.input)
    return AnswerScore(
      normalized: found, value: !found.isEmpty && found == normalize(expected, input: "") ? 1 : 0)
  }

  private func normalize(_ line: String, input: String) -> String {
    switch format {
    case .choice: Self.choice(line, options: Self.options(in: input)) ?? ""
    case .either(let first, let second):
      Self.words(line.lowercased()).first { $0 == first.lowercased() || $0 == second.lowercased() }
        ?? ""
    case .number: Self.number(line) ?? ""
    case .wordList:
      Self.withoutPoint(line.lowercased()).split { $0.isWhitespace || $0 == "," }
        .joined(separator: " ")
    case .brackets:
      line.filter { "()[]{}<>".contains($0) }.map(String.init).joined(separator: " ")
    }
  }

  /// The line that counts, without emphasis marks.
  private static func line(of answer: String) -> String {
    let lines = answer.split(whereSeparator: \.isNewline).map { line in
      var line = line.filter { $0 != "*" && $0 != "`" }.trimmingWhitespace()
      while line.hasPrefix("A:") { line = String(line.dropFirst(2)).trimmingWhitespace() }
      return line
    }.filter { !$0.isEmpty }
    return lines.first { !$0.hasSuffix(":") } ?? lines.first ?? ""
  }

  // MARK: Choices

  private static func choice(_ line: String, options: [(letter: Character, text: String)])
    -> String?
  {
    let letter =
      parenthesised(line[...]) ?? leading(line[...]) ?? named(line) ?? described(line, options)
    return letter.map { "(\($0))" }
  }

  /// The first letter in parentheses.
  private static func parenthesised(_ text: Substring) -> String? {
    var rest = text
    while let open = rest.firstIndex(of: "(") {
      rest = rest[rest.index(after: open)...]
      if let letter = rest.first, isLetter(letter), rest.dropFirst().first == ")" {
        return letter.uppercased()
      }
    }
    return nil
  }

  /// A letter that stands by itself at the start.
  private static func leading(_ text: Substring) -> String? {
    guard let letter = text.first, isLetter(letter) else { return nil }
    switch text.dropFirst().first {
    case nil, ")", ".", ":", ",", ";", "]": return letter.uppercased()
    case let next? where next.isWhitespace && !"AaIi".contains(letter): return letter.uppercased()
    default: return nil
    }
  }

  /// "The answer is B", "option: B".
  private static func named(_ line: String) -> String? {
    let words = line.split { $0.isWhitespace }
    for (place, word) in words.enumerated() {
      guard ["answer", "option", "choice"].contains(word.lowercased().filter(\.isLetter)) else {
        continue
      }
      let rest = words[(place + 1)...].drop { $0.lowercased().filter(\.isLetter) == "is" }
      // Behind these words "A" is a letter, whatever follows.
      if let next = rest.first, let letter = next.first, isLetter(letter),
        next.dropFirst().allSatisfy({ !$0.isLetter && !$0.isNumber })
      {
        return letter.uppercased()
      }
    }
    return nil
  }

  /// The option that the line is, or the only one that occurs in it.
  private static func described(
    _ line: String, _ options: [(letter: Character, text: String)]
  ) -> String? {
    let text = plain(line)
    if text.isEmpty { return nil }
    let equal = options.filter { plain($0.text) == text }
    if equal.count == 1 { return equal[0].letter.uppercased() }
    let spoken = words(text)
    let within = options.filter { contains(spoken, words(plain($0.text))) }
    return within.count == 1 ? within[0].letter.uppercased() : nil
  }

  /// The lines `(A) text` of a question.
  private static func options(in input: String) -> [(letter: Character, text: String)] {
    input.split(whereSeparator: \.isNewline).compactMap { line in
      let line = String(line).trimmingWhitespace()
      guard line.hasPrefix("("), let letter = line.dropFirst().first, isLetter(letter),
        line.dropFirst(2).first == ")"
      else { return nil }
      return (letter, String(line.dropFirst(3)).trimmingWhitespace())
    }
  }

  private static func isLetter(_ character: Character) -> Bool {
    character.isASCII && character.isLetter
  }

  // MARK: Texts

  /// In lower case, without quotation marks and a point at the end, white space squeezed.
  private static func plain(_ text: String) -> String {
    withoutPoint(text.lowercased().filter { $0 != "\"" && $0 != "'" })
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func withoutPoint(_ text: String) -> String {
    let text = text.trimmingWhitespace()
    return text.hasSuffix(".") ? String(text.dropLast()).trimmingWhitespace() : text
  }

  private static func words(_ text: String) -> [String] {
    text.split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  private static func contains(_ words: [String], _ part: [String]) -> Bool {
    guard !part.isEmpty, part.count <= words.count else { return false }
    return (0...(words.count - part.count)).contains {
      words[$0..<($0 + part.count)].elementsEqual(part)
    }
  }

  // MARK: Numbers

  private static func number(_ line: String) -> String? {
    let text = line.split(separator: "=", omittingEmptySubsequences: false).last ?? ""
    var digits = ""
    var isNegative = false
    let characters = Array(text)
    for (place, character) in characters.enumerated() {
      if character.isASCII, character.isNumber {
        if digits.isEmpty, place > 0 { isNegative = "-−".contains(characters[place - 1]) }
        digits.append(character)
      } else if !digits.isEmpty {
        let next = place + 1 < characters.count ? characters[place + 1] : " "
        if character != "," || !next.isNumber { break }
      }
    }
    if digits.isEmpty {
      return words(text.lowercased()).lazy.compactMap { numberWords.firstIndex(of: $0) }.first
        .map(String.init)
    }
    let significant = digits.drop { $0 == "0" }
    if significant.isEmpty { return "0" }
    return (isNegative ? "-" : "") + significant
  }

  private static let numberWords = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty",
  ]
}
