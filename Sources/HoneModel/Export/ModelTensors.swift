// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor

/// One tensor of a model on its way to another file.
struct ModelTensor {
  /// The name in a Hugging Face folder.
  let name: String
  let ggufName: String
  /// The projection whose weight it is.
  let place: AdapterPlace?
  /// Heads whose rows GGUF interleaves; nil where both namings have the same rows.
  let interleavedHeads: Int?
  let stored: StoredTensor

  var isMatrix: Bool { stored.shape.count == 2 }
  /// The embedding table or the head.
  var isVocabulary: Bool { isMatrix && place == nil }
}

/// The tensors of a model, as its files hold them, under both namings.
struct ModelTensors {
  let files: ModelFiles
  let tensors: [ModelTensor]
  /// Tensors that the model does not use, under their names in the file.
  let unused: [String]

  /// - Throws: ``FormatError`` listing every tensor that is missing or of the wrong shape.
  init(_ files: ModelFiles, device: CPUDevice) throws {
    self.files = files
    let c = files.configuration
    try c.checkSeparateProjections(files.path)
    // The same checks as for running it.
    let loader = DecoderLoader(
      source: files.weights, naming: files.naming, configuration: c, device: device)
    try loader.checkShapes()
    var tensors: [ModelTensor] = []
    var used: Set<String> = []
    func add(_ name: String, _ ggufName: String, _ place: AdapterPlace? = nil, heads: Int? = nil)
      throws
    {
      let own = files.naming == .gguf ? ggufName : name
      guard let stored = try files.weights.tensor(named: own) else { return }
      used.insert(own)
      tensors.append(
        ModelTensor(
          name: name, ggufName: ggufName, place: place, interleavedHeads: heads, stored: stored))
    }
    try add("model.embed_tokens.weight", "token_embd.weight")
    for layer in 0..<c.numHiddenLayers {
      let ggufName = "blk.\(layer)."
      for module in TargetModule.allCases {
        let place = AdapterPlace(layer, module)
        let heads = module.interleavedHeads(c)
        try add(place.name + ".weight", ggufName + module.ggufName + ".weight", place, heads: heads)
        if c.attentionBias, module.parent == "self_attn" {
          try add(place.name + ".bias", ggufName + module.ggufName + ".bias", heads: heads)
        }
      }
      for norm in loader.norms {
        try add(loader.name(norm, layer, .huggingFace), loader.name(norm, layer, .gguf))
      }
    }
    try add("model.norm.weight", "output_norm.weight")
    if !c.tieWordEmbeddings { try add("lm_head.weight", "output.weight") }
    self.tensors = tensors
    unused = files.weights.tensorNames.filter { !used.contains($0) }
  }

  /// The tensor's bytes in another file.
  ///
  /// - Parameters:
  ///   - naming: Whose order of rows is wanted.
  ///   - type: The number format; bytes are copied where it is the stored one.
  ///   - change: Gives the new values, from the stored ones; rows in Hugging Face's order.
  func bytes(
    of tensor: ModelTensor, naming: DecoderLoader.Naming, type: StoredType,
    changing change: (([Float]) -> [Float])? = nil
  ) throws -> [UInt8] {
    try Task.checkCancellation()
    let stored = tensor.stored
    if change == nil, type == stored.dtype {
      let bytes = withExtendedLifetime(stored.owner) { Array(stored.bytes) }
      return reordered(bytes, tensor, from: files.naming, to: naming)
    }
    var values = try stored.floats()
    if let change {
      values = change(reordered(values, tensor, from: files.naming, to: .huggingFace))
      values = reordered(values, tensor, from: .huggingFace, to: naming)
    } else {
      values = reordered(values, tensor, from: files.naming, to: naming)
    }
    do {
      return try TensorEncoder.encode(values, as: type)
    } catch let error as FormatError {
      throw FormatError(error.code, file: files.path, "tensor \"\(tensor.name)\": \(error.message)")
    }
  }

  /// Rows of bytes or values in the order of another naming.
  private func reordered<Element>(
    _ elements: [Element], _ tensor: ModelTensor, from: DecoderLoader.Naming,
    to: DecoderLoader.Naming
  ) -> [Element] {
    guard let heads = tensor.interleavedHeads, from != to, let rows = tensor.stored.shape.first
    else { return elements }
    return RowOrder.reordered(elements, heads: heads, rows: rows, toGGUF: to == .gguf)
  }
}

/// The order of q's and k's rows, of which there are two: Hugging Face has the first halves of a
/// head's rotated pairs before the second ones, GGUF's llama architecture has the pairs side by side.
enum RowOrder {
  static func reordered<Element>(
    _ elements: [Element], heads: Int, rows: Int, toGGUF: Bool
  ) -> [Element] {
    let width = elements.count / rows
    // The GGUF row of each Hugging Face row.
    let order = DecoderLoader.splitRows(heads: heads, rows: rows)
    var result = elements
    for (row, ggufRow) in order.enumerated() {
      let (from, to) = toGGUF ? (row, ggufRow) : (ggufRow, row)
      result.replaceSubrange(
        to * width..<(to + 1) * width, with: elements[from * width..<(from + 1) * width])
    }
    return result
  }
}

extension TargetModule {
  /// Heads whose rows GGUF interleaves; nil where rows stand as they are.
  func interleavedHeads(_ configuration: ModelConfiguration) -> Int? {
    guard configuration.ggufArchitecture == ModelFamily.llama.rawValue else { return nil }
    return switch self {
    case .query: configuration.numAttentionHeads
    case .key: configuration.numKeyValueHeads
    default: nil
    }
  }
}

extension ModelConfiguration {
  /// - Throws: ``ModelError`` for a family whose files hold several projections in one tensor.
  func checkSeparateProjections(_ path: String) throws {
    guard modelType != ModelFamily.phi3.rawValue else {
      throw ModelError(
        .unsupported,
        "\(path): Phi-3 is neither exported nor fused, because its files hold several projections "
          + "in one tensor; use the adapter beside the model, with --adapter-path")
    }
  }

  /// `general.architecture` of the model's GGUF file.
  var ggufArchitecture: String {
    ModelFamily(rawValue: modelType)?.writtenArchitecture ?? modelType
  }
}
