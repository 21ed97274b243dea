// SPDX-License-Identifier: Apache-2.0

/// English words of four and five letters that ``NonsenseWords`` could hit upon.
///
/// Words, inflected forms, and well-known names and brands, lower case, of the shapes that nonsense
/// words have (one vowel between one or two consonants, or two open syllables). From the ENABLE
/// list, which its maintainer M. Cooper put into the public domain, and names of our own choice.
enum ShortEnglishWords {
  /// The list, a word a line.
  static let all = Set(
    String(decoding: PackageResources.english_words_txt, as: UTF8.self)
      .split(separator: "\n").map(String.init))

  /// Whether the lower-case word is on the list.
  static func contains(_ word: String) -> Bool { all.contains(word) }
}
