// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel

/// What a model's files say about it, read without its weights.
public struct ModelInspection: Sendable, Codable, Hashable {
  /// How many tensors have a number format, and what they take.
  public struct WeightFormat: Sendable, Codable, Hashable {
    public let format: String
    public let tensors: Int
    public let parameters: Int
    public let sizeBytes: Int
  }

  public let path: String
  /// Of the weights' files.
  public let sizeBytes: Int
  public let configuration: ModelConfiguration
  public let parameters: Int
  /// The largest first.
  public let weightFormats: [WeightFormat]
  public let vocabSize: Int
  /// The pre-tokenizer's name, where the file gives one.
  public let preTokenizer: String?
  public let hasChatTemplate: Bool

  /// Reads the heads of a GGUF file.
  ///
  /// - Throws: ``FormatError`` or ``ModelError`` naming the file and what is wrong.
  public init(path: String) throws {
    let file = try GGUFFile(path: path)
    configuration = try ModelConfiguration(gguf: file)
    let metadata = try GGUFTokenizerMetadata(file)
    self.path = path
    sizeBytes = FileSystem.fileSize(path) ?? 0
    weightFormats = Self.formats(
      file.tensors.map { ($0.dtype.name, $0.count, $0.byteCount) })
    parameters = file.tensors.reduce(0) { $0 + $1.count }
    vocabSize = metadata.tokens.count
    preTokenizer = metadata.pre
    hasChatTemplate = metadata.chatTemplate != nil
  }

  private static func formats(_ tensors: [(name: String, count: Int, bytes: Int)])
    -> [WeightFormat]
  {
    Dictionary(grouping: tensors, by: \.name).map { name, tensors in
      WeightFormat(
        format: name, tensors: tensors.count, parameters: tensors.reduce(0) { $0 + $1.count },
        sizeBytes: tensors.reduce(0) { $0 + $1.bytes })
    }.sorted { ($0.sizeBytes, $0.format) > ($1.sizeBytes, $1.format) }
  }
}
