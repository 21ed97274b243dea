// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor

extension LoRAAdapter {
  /// Writes the adapter as the GGUF file that llama.cpp's `--lora` reads, made as its
  /// convert_lora_to_gguf does; the caller commits it.
  ///
  /// - Parameter type: Of the matrices: F32, F16 or BF16.
  /// - Throws: ``ModelError`` if the adapter is for another model, ``FormatError`` if the file
  ///   cannot be written.
  package func write(
    gguf file: AtomicFile, name: String, model: ModelConfiguration, type: StoredType = .float32
  ) throws {
    try checkFit(model)
    try model.checkSeparateProjections(name)
    if !vocabulary.isEmpty {
      throw ModelError(
        .unsupported,
        "\(name): has updates of the embeddings or the head, which Hone does not write for "
          + "llama.cpp; merge it with hone fuse")
    }
    if usesMagnitudes {
      throw ModelError(
        .unsupported,
        "\(name): is a DoRA adapter, which llama.cpp does not read; merge it with hone fuse")
    }
    var writer = GGUFWriter()
    writer.set("general.architecture", .string(model.ggufArchitecture))
    writer.set("general.type", .string("adapter"))
    writer.set("general.name", .string(name))
    writer.set("general.quantization_version", .uint32(2))
    writer.set("adapter.type", .string("lora"))
    writer.set("adapter.lora.alpha", .float32(Float(configuration.loraAlpha)))
    for (place, linear) in updates {
      let name = "blk.\(place.layer).\(place.module.ggufName).weight"
      let rank = linear.a.rows
      try writer.add(name + ".lora_a", shape: [rank, linear.a.columns], dtype: type) {
        try TensorEncoder.encode(linear.a.toArray(), as: type)
      }
      let factor = Float(ggufFactor(linear))
      try writer.add(name + ".lora_b", shape: [linear.b.columns, rank], dtype: type) {
        var rows = linear.b.transposed()
        if factor != 1 { rows = rows.map { $0 * factor } }
        if let heads = place.module.interleavedHeads(model) {
          rows = RowOrder.reordered(rows, heads: heads, rows: linear.b.columns, toGGUF: true)
        }
        return try TensorEncoder.encode(rows, as: type)
      }
    }
    try writer.write(to: file)
  }

  /// What B must be multiplied with: llama.cpp scales every module by the one alpha of the file
  /// over the module's own rank.
  private func ggufFactor(_ linear: LoRALinear) -> Double {
    guard linear.scaling != nil || linear.a.rows != configuration.loraRank else { return 1 }
    return scaling(of: linear) * Double(linear.a.rows) / configuration.loraAlpha
  }
}
