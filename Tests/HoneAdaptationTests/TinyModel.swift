// SPDX-License-Identifier: Apache-2.0
import HoneAdaptation
import HoneFormats
import HoneModel
import HoneTesting

/// The tiny model of the fixtures, and tasks for it.
enum TinyModel {
  static func load(threads: Int = 2) throws -> LanguageModel {
    try LanguageModel.load(path: Fixtures.path("tiny-llama"), threads: threads)
  }

  static func tokenizer() throws -> Tokenizer {
    func json(_ name: String) throws -> NamedJSON {
      let path = Fixtures.path("tiny-llama/" + name)
      return NamedJSON(
        file: path, value: try JSONParser.parse(try FileSystem.contents(path), file: path))
    }
    return try Tokenizer(TokenizerDefinition(tokenizer: try json("tokenizer.json")))
  }

  /// Every answer is the same word.
  static func task(demonstrations: Int = 4, queries: Int = 3) -> FewShotTask {
    FewShotTask(
      name: "dogs", instruction: "Say it.",
      demonstrations: (0..<demonstrations).map { .init(input: "x\($0)", output: "the dog") },
      queries: (0..<queries).map { .init(input: "y\($0)", output: "the dog") })
  }
}
