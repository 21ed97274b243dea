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

  /// A file that holds weights.
  public struct File: Sendable, Codable, Hashable {
    public let path: String
    public let sizeBytes: Int
  }

  public let path: String
  public let files: [File]
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

  /// Reads a GGUF file or a Hugging Face folder.
  ///
  /// - Throws: ``FormatError`` or ``ModelError`` naming the file and what is wrong.
  public init(path: String) throws {
    let files = try ModelFiles(path: path)
    self.path = path
    self.files = files.weightFiles.map {
      File(path: $0, sizeBytes: FileSystem.fileSize($0) ?? 0)
    }
    configuration = files.configuration
    sizeBytes = self.files.reduce(0) { $0 + $1.sizeBytes }
    let tensors = try files.weights.tensorNames.compactMap { try files.weights.tensor(named: $0) }
    weightFormats = Self.formats(tensors.map { ($0.dtype.name, $0.count, $0.bytes.count) })
    parameters = tensors.reduce(0) { $0 + $1.count }
    vocabSize = files.tokenizer.tokens.count
    preTokenizer = files.preTokenizerName
    hasChatTemplate = files.tokenizer.chatTemplate != nil
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
