// SPDX-License-Identifier: Apache-2.0

extension Tokenizer {
  /// Loads the tokenizer of a model without its weights.
  ///
  /// - Parameter path: A GGUF file or a Hugging Face folder.
  /// - Throws: ``FormatError`` or ``ModelError`` naming the file and what is wrong.
  public static func load(path: String) throws -> Tokenizer {
    try Tokenizer(ModelFiles.tokenizer(path: path))
  }
}
