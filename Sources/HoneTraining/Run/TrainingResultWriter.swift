// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Puts what was trained into the training's folder: an adapter as PEFT has it; weights as a model
/// in float32, `model.gguf` or the folder `model`, as the base is.
struct TrainingResultWriter {
  private let modelPath: String
  private let exporter: ModelExporter?

  /// - Throws: ``FormatError`` or ``ModelError`` if such a model cannot be written: before the
  ///   training, not after it.
  init(_ method: TrainingConfiguration.Method, modelPath: String) throws {
    self.modelPath = modelPath
    exporter = method == .full ? try ModelExporter(path: modelPath) : nil
    if let exporter {
      try exporter.checkTypes(.float32, in: exporter.container, merged: nil)
    }
  }

  /// Replaces what an earlier end of the same training wrote.
  ///
  /// - Returns: The adapter's folder, or the model's path.
  func write(_ trained: Trainables, into folder: TrainingFolder) throws -> String {
    if let adapter = trained.adapter {
      try adapter.write(into: folder.path, baseModel: modelPath)
    }
    guard let weights = trained.weights, let exporter else { return folder.path }
    let path = folder.modelPath(exporter.container)
    if FileSystem.exists(path) { try FileManager.default.removeItem(atPath: path) }
    let target = try ExportTarget(path: path, exporter.container)
    try target.committing {
      _ = try exporter.write(to: target, path: path, type: .float32, replacing: weights)
    }
    return path
  }
}

extension TrainingFolder {
  /// Where full fine-tuning leaves the model.
  func modelPath(_ container: ModelExporter.Container) -> String {
    path + (container == .gguf ? "/model.gguf" : "/model")
  }
}
