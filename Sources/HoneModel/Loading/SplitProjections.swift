// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// The weights of a family that stores queries, keys and values as rows of one matrix, and gates and
/// ups as rows of another (Phi-3), seen as a matrix for each; nothing is copied.
///
/// A tensor that is stored by itself is left as it is.
final class SplitProjections: TensorSource {
  /// A stored matrix and the rows in it, by the names of what they are seen as.
  private struct Part {
    let fused: String
    let rows: Range<Int>
    /// Rows of the whole matrix.
    let count: Int
    let columns: Int
  }

  private let source: any TensorSource
  private let parts: [String: Part]

  /// - Parameter name: A module's weight in a layer, by the naming of the files.
  init(
    _ source: any TensorSource, naming: DecoderLoader.Naming, configuration c: ModelConfiguration,
    name: (TargetModule, Int) -> String
  ) {
    self.source = source
    var parts: [String: Part] = [:]
    for layer in 0..<c.numHiddenLayers {
      let prefix = naming == .gguf ? "blk.\(layer)." : "model.layers.\(layer)."
      let names =
        naming == .gguf ? ("attn_qkv", "ffn_up") : ("self_attn.qkv_proj", "mlp.gate_up_proj")
      for (fused, modules) in [
        (names.0, [TargetModule.query, .key, .value]), (names.1, [.gate, .up]),
      ] {
        let shapes = modules.map { $0.shape(in: c) }
        let count = shapes.reduce(0) { $0 + $1.outputs }
        var start = 0
        for (module, shape) in zip(modules, shapes) {
          parts[name(module, layer)] = Part(
            fused: prefix + fused + ".weight", rows: start..<start + shape.outputs, count: count,
            columns: shape.inputs)
          start += shape.outputs
        }
      }
    }
    self.parts = parts
  }

  var path: String { source.path }
  var tensorNames: [String] { source.tensorNames }

  func tensor(named name: String) throws -> StoredTensor? {
    guard let part = parts[name], let fused = try source.tensor(named: part.fused) else {
      return try source.tensor(named: name)
    }
    // In GGUF files the matrix of both has the name of one of them.
    if part.fused == name, fused.shape == [part.rows.count, part.columns] { return fused }
    guard fused.shape == [part.count, part.columns] else {
      throw FormatError(
        .mismatch, file: source.path,
        "tensor \"\(part.fused)\" has shape \(fused.shape), expected [\(part.count), "
          + "\(part.columns)]; get the file again or convert it again")
    }
    guard let rows = fused.rows(part.rows, named: name) else {
      throw FormatError(
        .mismatch, file: source.path,
        "tensor \"\(part.fused)\": rows of \(part.columns) values are no whole number of "
          + "\(fused.dtype.name) blocks")
    }
    return rows
  }
}
