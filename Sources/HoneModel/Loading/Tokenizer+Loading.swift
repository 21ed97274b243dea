// SPDX-License-Identifier: Apache-2.0
import HoneFormats

extension Tokenizer {
  /// Loads the tokenizer of a model without its weights.
  ///
  /// - Parameter path: A GGUF file.
  /// - Throws: ``FormatError`` or ``ModelError`` naming the file and what is wrong.
  public static func load(path: String) throws -> Tokenizer {
    try Tokenizer(TokenizerDefinition(GGUFTokenizerMetadata(GGUFFile(path: path))))
  }
}
