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
    return try FileSystem.isDirectory(path)
      ? load(folder: path, device: device) : load(gguf: path, device: device)
  }

  private static func load(gguf path: String, device: sending CPUDevice) throws -> LanguageModel {
    let file = try GGUFFile(path: path)
    let configuration = try ModelConfiguration(gguf: file)
    let definition = try TokenizerDefinition(GGUFTokenizerMetadata(file))
    let tokenizer = try Tokenizer(definition)
    try checkVocabulary(tokenizer, configuration, path)
    let loader = DecoderLoader(
      source: file, naming: .gguf, configuration: configuration, device: device)
    let weights = try loader.load()
    let format = try file.tensor(named: "blk.0.attn_q.weight")?.dtype.name ?? "?"
    return LanguageModel(
      decoder: Decoder(configuration: configuration, weights: weights, device: device),
      tokenizer: tokenizer, chatTemplateSource: definition.chatTemplate, path: path,
      weightFormat: format)
  }

  private static func load(
    folder path: String, device: sending CPUDevice
  ) throws -> LanguageModel {
    func json(_ name: String) throws -> NamedJSON? {
      let file = path + "/" + name
      guard FileSystem.exists(file) else { return nil }
      return NamedJSON(
        file: file, value: try JSONParser.parse(try FileSystem.contents(file), file: file))
    }
    func required(_ name: String) throws -> NamedJSON {
      if let json = try json(name) { return json }
      throw ModelError(
        .notFound,
        "\(path): the folder has no \(name); a model folder holds config.json, tokenizer.json and "
          + "model.safetensors (or its shards and model.safetensors.index.json)")
    }
    let config = try required("config.json")
    let configuration = try ModelConfiguration(json: config.value, file: config.file)
    let definition = try TokenizerDefinition(
      tokenizer: try required("tokenizer.json"), config: try json("tokenizer_config.json"),
      generationConfig: try json("generation_config.json"))
    let tokenizer = try Tokenizer(definition)
    try checkVocabulary(tokenizer, configuration, path)
    let source = try SafetensorsModel(path: path)
    let loader = DecoderLoader(
      source: source, naming: .huggingFace, configuration: configuration, device: device)
    let weights = try loader.load()
    // A file of its own takes precedence, as in transformers.
    let templateFile = path + "/chat_template.jinja"
    let template =
      FileSystem.exists(templateFile)
      ? String(decoding: try FileSystem.contents(templateFile), as: UTF8.self)
      : definition.chatTemplate
    let format =
      try source.tensor(named: "model.layers.0.self_attn.q_proj.weight")?.dtype.name ?? "?"
    return LanguageModel(
      decoder: Decoder(configuration: configuration, weights: weights, device: device),
      tokenizer: tokenizer, chatTemplateSource: template, path: path, weightFormat: format)
  }

  /// Models may have more embeddings than tokens, for alignment, but never fewer.
  private static func checkVocabulary(
    _ tokenizer: Tokenizer, _ configuration: ModelConfiguration, _ path: String
  ) throws {
    guard tokenizer.vocabSize <= configuration.vocabSize else {
      throw ModelError(
        .invalid,
        "\(path): the tokenizer has \(tokenizer.vocabSize) tokens, the model \(configuration.vocabSize) "
          + "embeddings; tokenizer and model do not belong together")
    }
  }
}
