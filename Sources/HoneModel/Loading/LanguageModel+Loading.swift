// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor

extension LanguageModel {
  /// Loads a GGUF file or a Hugging Face folder (config.json, safetensors, tokenizer.json).
  ///
  /// - Parameters:
  ///   - path: The file or folder.
  ///   - threads: Threads to compute with; nil for one per core.
  /// - Throws: ``FormatError`` or ``ModelError`` naming the file, the place and what to do.
  public static func load(path: String, threads: Int? = nil) throws -> LanguageModel {
    let device = try CPUDevice(threads: threads)
    return try load(gguf: path, device: device)
  }

  private static func load(gguf path: String, device: sending CPUDevice) throws -> LanguageModel {
    let file = try GGUFFile(path: path)
    let configuration = try ModelConfiguration(gguf: file)
    let definition = try TokenizerDefinition(GGUFTokenizerMetadata(file))
    let tokenizer = try Tokenizer(definition)
    let loader = DecoderLoader(
      source: file, naming: .gguf, configuration: configuration, device: device)
    let weights = try loader.load()
    let format = try file.tensor(named: "blk.0.attn_q.weight")?.dtype.name ?? "?"
    return LanguageModel(
      decoder: Decoder(configuration: configuration, weights: weights, device: device),
      tokenizer: tokenizer, chatTemplateSource: definition.chatTemplate, path: path,
      weightFormat: format)
  }
}
