// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel
import HoneTensor

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a training needs to go on, besides the tensors: all small enough for JSON.
struct TrainingProgress: Codable, Sendable, Hashable {
  /// Optimiser steps done.
  var steps = 0
  /// Tokens run so far.
  var trainedTokens = 0
  /// The lowest validation loss and the step it was seen at.
  var bestLoss: Double?
  var bestStep = 0
  /// Validations since then.
  var validationsSinceBest = 0
  /// The last step's validation, if one is due, is still to be done.
  var isUnsettled = false
  /// Training is over: all steps are done, or it stopped early.
  var isFinished = false
}

/// The checkpoints of a run, each a folder that appears complete or not at all.
struct TrainingCheckpoints {
  /// Holds one folder for each.
  let folder: String

  private func path(_ step: Int) -> String { "\(folder)/step-\(step)" }

  /// The steps of the checkpoints there are, ascending.
  func steps() -> [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.compactMap { name in
      name.hasPrefix("step-") ? Int(name.dropFirst("step-".count)) : nil
    }.filter { $0 >= 0 }.sorted()
  }

  /// Writes a checkpoint and removes old ones.
  ///
  /// - Throws: ``FormatError`` if it cannot be written; those before it are then untouched.
  func save(
    _ progress: TrainingProgress, state: [(name: String, tensor: Tensor)], keeping count: Int
  ) throws {
    let path = path(progress.steps)
    if FileSystem.exists(path) { return }
    let folder = try AtomicFolder(path: path)
    try folder.committing {
      var writer = SafetensorsWriter()
      for (name, tensor) in state {
        try writer.add(name, shape: [tensor.rows, tensor.columns], dtype: .float32) {
          TensorEncoder.float32(tensor.toArray())
        }
      }
      try writer.write(to: folder.file("state.safetensors"))
      try folder.write("progress.json", JSONEncoder.sorted.encode(progress))
    }
    for step in steps().dropLast(count) {
      try? FileManager.default.removeItem(atPath: self.path(step))
    }
  }

  /// Reads a checkpoint into the tensors of ``Trainer/state``.
  ///
  /// - Throws: ``FormatError`` if it cannot be read or belongs to a training of other sizes.
  func load(
    _ step: Int, into state: [(name: String, tensor: Tensor)]
  ) throws -> TrainingProgress {
    let file = path(step) + "/progress.json"
    let progress: TrainingProgress
    do {
      progress = try JSONDecoder().decode(
        TrainingProgress.self, from: Data(try FileSystem.contents(file)))
    } catch let error as DecodingError {
      throw FormatError(
        .malformed, file: file, "is no training's progress (\(error)); remove this checkpoint")
    }
    guard progress.steps == step else {
      throw FormatError(
        .mismatch, file: file,
        "is of step \(progress.steps), expected \(step); remove this checkpoint")
    }
    let tensors = try SafetensorsFile(path: path(step) + "/state.safetensors")
    var problems: [String] = []
    for (name, target) in state {
      guard let stored = try tensors.tensor(named: name) else {
        problems.append("\(name): missing")
        continue
      }
      guard stored.shape == [target.rows, target.columns], stored.dtype == .float32 else {
        problems.append(
          "\(name): \(stored.dtype.name) \(stored.shape), expected F32 "
            + "\([target.rows, target.columns])")
        continue
      }
      try target.withElements { try stored.readFloat32(into: $0) }
    }
    guard problems.isEmpty else {
      throw FormatError(
        .mismatch, file: tensors.path,
        "\(problems.count) tensors do not fit the training; remove this checkpoint\n  "
          + problems.prefix(8).joined(separator: "\n  "))
    }
    return progress
  }
}
