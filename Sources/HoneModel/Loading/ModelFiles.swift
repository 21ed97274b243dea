// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// The files of a model, read and checked except for the weights: a GGUF file, or a Hugging Face
/// folder (config.json, tokenizer.json, safetensors).
package struct ModelFiles {
  package let path: String
  package let configuration: ModelConfiguration
  /// Holds the chat template, too.
  package let tokenizer: TokenizerDefinition
  /// The pre-tokenizer's name, where the files give one.
  package let preTokenizerName: String?
  package let weights: any TensorSource
  /// The files that hold the weights.
  package let weightFiles: [String]
  let naming: DecoderLoader.Naming

  /// - Throws: ``FormatError`` or ``ModelError`` naming the file and what is wrong.
  package init(path: String) throws {
    self.path = path
    if try FileSystem.isDirectory(path) {
      let config = try Self.requiredJSON("config.json", in: path)
      configuration = try ModelConfiguration(json: config.value, file: config.file)
      tokenizer = try Self.folderTokenizer(path)
      preTokenizerName = nil
      let model = try SafetensorsModel(path: path)
      weights = model
      weightFiles = model.files.map(\.path)
      naming = .huggingFace
    } else {
      let file = try GGUFFile(path: path)
      configuration = try ModelConfiguration(gguf: file)
      let metadata = try GGUFTokenizerMetadata(file)
      tokenizer = try TokenizerDefinition(metadata)
      preTokenizerName = metadata.pre
      weights = file
      weightFiles = [path]
      naming = .gguf
    }
  }

  /// What the files say about the tokenizer; the weights' files are not opened.
  static func tokenizer(path: String) throws -> TokenizerDefinition {
    try FileSystem.isDirectory(path)
      ? folderTokenizer(path) : TokenizerDefinition(GGUFTokenizerMetadata(GGUFFile(path: path)))
  }

  private static func folderTokenizer(_ path: String) throws -> TokenizerDefinition {
    var definition = try TokenizerDefinition(
      tokenizer: try requiredJSON("tokenizer.json", in: path),
      config: try json("tokenizer_config.json", in: path),
      generationConfig: try json("generation_config.json", in: path))
    // A file of its own takes precedence, as in transformers.
    let templateFile = path + "/chat_template.jinja"
    if FileSystem.exists(templateFile) {
      guard
        let template = String(
          validating: try FileSystem.contents(templateFile), as: UTF8.self)
      else {
        throw ModelError(
          .invalid, "\(templateFile): is not valid UTF-8 text; get the file again")
      }
      definition.chatTemplate = template
    }
    return definition
  }

  private static func json(_ name: String, in folder: String) throws -> NamedJSON? {
    let file = folder + "/" + name
    guard FileSystem.exists(file) else { return nil }
    return NamedJSON(
      file: file, value: try JSONParser.parse(try FileSystem.contents(file), file: file))
  }

  private static func requiredJSON(_ name: String, in folder: String) throws -> NamedJSON {
    if let json = try json(name, in: folder) { return json }
    throw ModelError(
      .notFound,
      "\(folder): the folder has no \(name); a model folder holds config.json, tokenizer.json and "
        + "model.safetensors (or its shards and model.safetensors.index.json)")
  }
}
