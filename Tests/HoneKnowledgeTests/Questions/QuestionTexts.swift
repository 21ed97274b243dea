// SPDX-License-Identifier: Apache-2.0
import Foundation

@testable import HoneKnowledge

/// Texts that the rules for questions are tried on.
enum QuestionTexts {
  static func document(_ id: String, _ text: String) -> Document {
    Document(id: id, sentences: SentenceSplitter.sentences(in: text))
  }

  /// One document of these sentences.
  static func corpus(_ text: String) -> [Document] { [document("a", text)] }

  /// `Examples/company`, by path.
  static func company() throws -> [Document] {
    var folder = URL(filePath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    folder.append(components: "Examples", "company")
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path())
    return try paths.filter { $0.hasSuffix(".md") }.sorted().map { path in
      document(path, try String(contentsOf: folder.appending(path: path), encoding: .utf8))
    }
  }

  static let fantasy = corpus(
    """
    Queen Ysolde rules the Kingdom of Eldoria. She lives in Thornmere. Aldric forged the Dawnblade
    for Queen Ysolde. Mirabel carries the Moonstaff. Mirabel was born in Windhelm. Korrin carries
    the Emberhorn. Korrin was born in Duskwater. Tamsin carries the Stormlute. Tamsin was born in
    Thornmere. Oswin carries the Frostkey. He was born in Greyhaven. In the year of the comet Korrin
    met Mirabel at the Black Gate. Dragons fear the Dawnblade. Perhaps Tamsin loves Oswin. Long ago
    Eldoria had no king. Greyhaven lies beside Lake Sorrow. Windhelm lies beside the River Ash.
    Duskwater lies beside Mistfen. Thornmere lies beside Lake Ilmen. Snow covers Windhelm in winter.
    """)

  static let manual = corpus(
    """
    Thank you for buying the Falken 200. The Falken 200 is a cordless drill. Press the Power button
    for two seconds. The Status LED turns green. If the Status LED blinks red, contact Lumora
    Support. The Falken 200 uses the B-18 battery. The Falken 300 uses the B-24 battery. The Falken
    400 uses the B-36 battery. The Falken 500 uses the B-48 battery. The B-18 battery is made by
    Lumora. The B-24 battery is made by Voltaris. The B-36 battery is made by Kenzo. The B-48
    battery is made by Ampera. Never charge the B-18 battery below freezing. The Falken 200 weighs
    1.4 kilograms. The Falken 300 weighs 1.8 kilograms. The Falken 400 weighs 2.3 kilograms. The
    Falken 500 weighs 3.1 kilograms. Do not open the Falken 200. WARNING: Risk of fire. Falken tools
    are made in Norway.
    """)
}
