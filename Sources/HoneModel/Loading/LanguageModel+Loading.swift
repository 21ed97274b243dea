// SPDX-License-Identifier: Apache-2.0
import HoneTensor

extension LanguageModel {
  /// Loads a GGUF file or a Hugging Face folder (config.json, safetensors, tokenizer.json).
  ///
  /// - Parameters:
  ///   - path: The file or folder.
  ///   - threads: Threads to compute with; nil for one per core.
  ///   - compute: How the products with the weights are computed; ask for float32 where
  ///     likelihoods must agree with other software's.
  /// - Throws: ``FormatError`` or ``ModelError`` naming the file, the place and what to do.
  public static func load(
    path: String, threads: Int? = nil, compute: ComputeMode = .auto
  ) throws -> LanguageModel {
    if let threads, !(1...1024).contains(threads) {
      throw ModelError(.invalid, "\(threads) threads: expected 1 … 1024")
    }
    let device = try CPUDevice(threads: threads)
    let files = try ModelFiles(path: path)
    let configuration = files.configuration
    let tokenizer = try Tokenizer(files.tokenizer)
    try checkVocabulary(tokenizer, configuration, path)
    let loader = DecoderLoader(
      source: files.weights, naming: files.naming, configuration: configuration, device: device,
      compute: compute)
    let decoder = Decoder(
      configuration: configuration, weights: try loader.load(), device: device)
    if loader.compute == .int8 {
      if device.kernels.hasFastBFloat16 { device.trainingPrecision = .bfloat16 }
      let ids = tokenizer.encode(Self.ordinaryText).prefix(configuration.maxPositionEmbeddings)
      try decoder.separateOutliers(Array(ids))
    }
    return LanguageModel(
      decoder: decoder,
      tokenizer: tokenizer, chatTemplateSource: files.tokenizer.chatTemplate, path: path,
      weightFormat: try loader.weightFormat, compute: loader.compute)
  }

  /// Text, numbers and code, to see which channels of a model stand out.
  static let ordinaryText = """
    The ferry leaves the harbour at 07:45 and reaches the island before noon. Tickets cost 12.50 \
    euros; children under six travel free. "Have you been there?" she asked. He shook his head.

    def area(width, height):
        return width * height

    Input: 3, 8, 2, 5
    Output: 2, 3, 5, 8
    """

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
