// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor

/// Puts a file's tensors into a decoder's weights.
///
/// Weights up to a quarter of the machine's memory become float32; larger models keep block
/// formats as they are mapped, and are unpacked where they are used.
package struct DecoderLoader {
  /// The two namings and layouts of weights.
  package enum Naming {
    case huggingFace
    /// GGUF files; in those of the llama family q and k rows stand in pairs (i, i + E/2) of each
    /// head.
    case gguf
  }

  private(set) var source: any TensorSource
  let naming: Naming
  let configuration: ModelConfiguration
  let device: CPUDevice
  /// Keep block formats as they are.
  let keepsBlocks: Bool
  /// Resolved, never ``ComputeMode/auto``.
  private(set) var compute: ComputeMode

  /// - Parameters:
  ///   - compute: How products with the weights will be computed.
  ///   - keepsBlocks: Keep block formats as they are; nil to decide by the model's size.
  package init(
    source: any TensorSource, naming: Naming, configuration: ModelConfiguration, device: CPUDevice,
    compute: ComputeMode = .float32, keepsBlocks: Bool? = nil
  ) {
    self.compute = compute
    self.source = source
    self.naming = naming
    self.configuration = configuration
    self.device = device
    self.keepsBlocks =
      keepsBlocks ?? (configuration.parameterCount * 4 > SystemMemory.physicalBytes / 4)
    if configuration.modelType == ModelFamily.phi3.rawValue {
      self.source = SplitProjections(
        source, naming: naming, configuration: configuration,
        name: { [self] module, layer in name(module, layer) })
    }
    self.compute = compute.resolved(isQuantized: isQuantized, kernels: device.kernels)
  }

  /// - Throws: ``FormatError`` listing every tensor that is missing or of the wrong shape, or
  ///   naming the one that holds NaN or infinity.
  package func load() throws -> DecoderWeights {
    try checkShapes()
    let c = configuration
    let embedding = try matrix(name("embed_tokens"))
    let layers = try (0..<c.numHiddenLayers).map { layer in
      DecoderLayerWeights(
        projections: try TargetModule.allCases.map { module in
          try matrix(name(module, layer), headsToSplit: headsToSplit(module))
        },
        biases: try [TargetModule.query, .key, .value, .output].map { module in
          try optionalBias(module, layer)
        },
        inputLayerNorm: try gain(name(.input, layer)),
        postAttentionLayerNorm: try gain(name(.beforeFeedForward, layer)),
        queryNorm: c.usesQueryKeyNorm ? try gain(name(.queryHeads, layer)) : nil,
        keyNorm: c.usesQueryKeyNorm ? try gain(name(.keyHeads, layer)) : nil,
        attentionOutputNorm: c.usesPostNorms ? try gain(name(.attentionOutput, layer)) : nil,
        feedForwardOutputNorm: c.usesPostNorms ? try gain(name(.feedForwardOutput, layer)) : nil)
    }
    return DecoderWeights(
      embedTokens: embedding, layers: layers, norm: try gain(name("norm")),
      lmHead: c.tieWordEmbeddings ? embedding : try matrix(name("lm_head")))
  }

  /// The number format of the first layer's projections, by ggml's name.
  var weightFormat: String {
    get throws { try stored(name(.query, 0)).dtype.name }
  }

  /// Whether most of the projections' values are stored in blocks of integers: some files keep
  /// a few tensors as they were.
  ///
  /// A tensor that is missing or cannot be read counts for neither; ``load()`` says what is wrong.
  private var isQuantized: Bool {
    var (quantized, all) = (0.0, 0.0)
    for layer in 0..<configuration.numHiddenLayers {
      for module in TargetModule.allCases {
        guard let tensor = try? source.tensor(named: name(module, layer)) else { continue }
        all += Double(tensor.count)
        if tensor.dtype.isQuantized { quantized += Double(tensor.count) }
      }
    }
    return quantized > all / 2
  }

  // MARK: Names

  enum Norm {
    case input, beforeFeedForward, queryHeads, keyHeads, attentionOutput, feedForwardOutput
  }

  /// The norms of each layer.
  var norms: [Norm] {
    [.input, .beforeFeedForward]
      + (configuration.usesPostNorms ? [.attentionOutput, .feedForwardOutput] : [])
      + (configuration.usesQueryKeyNorm ? [.queryHeads, .keyHeads] : [])
  }

  private func name(_ part: String) -> String {
    switch (naming, part) {
    case (.huggingFace, "lm_head"): "lm_head.weight"
    case (.huggingFace, _): "model.\(part).weight"
    case (.gguf, "embed_tokens"): "token_embd.weight"
    case (.gguf, "norm"): "output_norm.weight"
    case (.gguf, _): "output.weight"
    }
  }

  func name(_ norm: Norm, _ layer: Int, _ naming: Naming? = nil) -> String {
    // Where attention's result has a norm, that one is called what is otherwise the next one.
    let names: (huggingFace: String, gguf: String) =
      switch norm {
      case .input: ("input_layernorm", "attn_norm")
      case .beforeFeedForward:
        (
          configuration.usesPostNorms ? "pre_feedforward_layernorm" : "post_attention_layernorm",
          "ffn_norm"
        )
      case .queryHeads: ("self_attn.q_norm", "attn_q_norm")
      case .keyHeads: ("self_attn.k_norm", "attn_k_norm")
      case .attentionOutput: ("post_attention_layernorm", "post_attention_norm")
      case .feedForwardOutput: ("post_feedforward_layernorm", "post_ffw_norm")
      }
    return naming ?? self.naming == .gguf
      ? "blk.\(layer).\(names.gguf).weight" : "model.layers.\(layer).\(names.huggingFace).weight"
  }

  private func name(_ module: TargetModule, _ layer: Int, _ kind: String = "weight") -> String {
    switch naming {
    case .huggingFace: "model.layers.\(layer).\(module.parent).\(module.rawValue).\(kind)"
    case .gguf: "blk.\(layer).\(module.ggufName).\(kind)"
    }
  }

  /// Heads whose rows stand in GGUF's order; nil where rows stand as they are.
  private func headsToSplit(_ module: TargetModule) -> Int? {
    naming == .gguf ? module.interleavedHeads(configuration) : nil
  }

  // MARK: Checks

  func checkShapes() throws {
    let c = configuration
    var expected: [(String, [Int])] = [
      (name("embed_tokens"), [c.vocabSize, c.hiddenSize]), (name("norm"), [c.hiddenSize]),
    ]
    if !c.tieWordEmbeddings { expected.append((name("lm_head"), [c.vocabSize, c.hiddenSize])) }
    for layer in 0..<c.numHiddenLayers {
      for module in TargetModule.allCases {
        let shape = module.shape(in: c)
        expected.append((name(module, layer), [shape.outputs, shape.inputs]))
        if c.attentionBias, module.parent == "self_attn" {
          let bias = name(module, layer, "bias")
          // Not every family with biases has one on the output projection.
          if module != .output || source.tensorNames.contains(bias) {
            expected.append((bias, [shape.outputs]))
          }
        }
      }
      for norm in norms {
        let isOfHeads = norm == .queryHeads || norm == .keyHeads
        expected.append((name(norm, layer), [isOfHeads ? c.headDim : c.hiddenSize]))
      }
    }
    var problems: [String] = []
    for (name, shape) in expected {
      if let tensor = try source.tensor(named: name) {
        if tensor.shape != shape {
          problems.append("\(name): shape \(tensor.shape), expected \(shape)")
        }
      } else {
        problems.append("\(name): missing, expected shape \(shape)")
      }
    }
    if problems.isEmpty { return }
    let shown = problems.prefix(8).joined(separator: "\n  ")
    let more = problems.count > 8 ? "\n  … and \(problems.count - 8) more" : ""
    throw FormatError(
      .mismatch, file: source.path,
      "\(problems.count) \(problems.count == 1 ? "tensor does" : "tensors do") not fit the model's configuration; get the file again or "
        + "convert it again\n  \(shown)\(more)")
  }

  private func stored(_ name: String) throws -> StoredTensor {
    guard let tensor = try source.tensor(named: name) else {
      throw FormatError(.mismatch, file: source.path, "tensor \"\(name)\" is missing")
    }
    return tensor
  }

  private func notFinite(_ name: String) -> FormatError {
    FormatError(
      .malformed, file: source.path,
      "tensor \"\(name)\" holds NaN or infinity; get the file again or convert it again")
  }

  // MARK: Reading

  private func vector(_ name: String) throws -> Tensor {
    let values = try stored(name).floats()
    let tensor = Tensor(values, rows: 1, columns: values.count)
    if !tensor.isFinite { throw notFinite(name) }
    return tensor
  }

  /// A norm's gain; Gemma's files but for GGUF hold what is added to 1.
  private func gain(_ name: String) throws -> Tensor {
    let gain = try vector(name)
    guard naming == .huggingFace,
      ModelFamily(rawValue: configuration.modelType)?.isGemma ?? false
    else { return gain }
    return Tensor(gain.toArray().map { 1 + $0 }, rows: 1, columns: gain.columns)
  }

  private func optionalBias(_ module: TargetModule, _ layer: Int) throws -> Tensor? {
    let name = name(module, layer, "bias")
    guard configuration.attentionBias, try source.tensor(named: name) != nil else { return nil }
    let bias = try vector(name)
    guard let heads = headsToSplit(module) else { return bias }
    let values = bias.toArray()
    let order = Self.splitRows(heads: heads, rows: values.count)
    return Tensor(order.map { values[$0] }, rows: 1, columns: values.count)
  }

  /// The stored row of each row wanted: GGUF has row 2·i + j of a head where Hugging Face has
  /// row j·E/2 + i.
  static func splitRows(heads: Int, rows: Int) -> [Int] {
    let e = rows / heads
    return (0..<rows).map { row in
      let (head, within) = (row / e, row % e)
      return head * e + within % (e / 2) * 2 + within / (e / 2)
    }
  }

  private func matrix(_ name: String, headsToSplit: Int? = nil) throws -> WeightMatrix {
    try Task.checkCancellation()
    let tensor = try stored(name)
    let (rows, columns) = (tensor.shape[0], tensor.shape[1])
    guard
      let blocks = BlockRows(
        bytes: tensor.bytes, dtype: tensor.dtype.rawValue, rows: rows, columns: columns,
        owner: tensor.owner)
    else {
      throw FormatError(
        .mismatch, file: source.path,
        "tensor \"\(name)\": rows of \(columns) values are no whole number of \(tensor.dtype.name)"
          + " blocks")
    }
    let order = headsToSplit.map { Self.splitRows(heads: $0, rows: rows) }
    if compute == .int8 {
      if !device.isFinite(blocks) { throw notFinite(name) }
      return device.quantize(blocks, order: order)
    }
    // Float32 in the file, rows in order and aligned: used where it is mapped.
    if tensor.dtype == .float32, order == nil, let floats = tensor.alignedFloats {
      let matrix = Tensor(
        buffer: TensorBuffer(borrowing: floats, owner: tensor.owner), rows: rows, columns: columns)
      if !device.isFinite(matrix) { throw notFinite(name) }
      return WeightMatrix(matrix)
    }
    if keepsBlocks && order == nil {
      if !device.isFinite(blocks) { throw notFinite(name) }
      return WeightMatrix(blocks)
    }
    let matrix = device.unpack(blocks, order: order)
    if !device.isFinite(matrix) { throw notFinite(name) }
    return WeightMatrix(matrix)
  }
}

extension StoredTensor {
  /// The values in place, if they are float32 and aligned.
  fileprivate var alignedFloats: UnsafeBufferPointer<Float>? {
    guard dtype == .float32, let base = bytes.baseAddress, UInt(bitPattern: base) % 4 == 0 else {
      return nil
    }
    // The bytes are exactly `count` little-endian floats (StoredTensor.init), aligned, and mapped
    // read-only for the owner's life.
    return UnsafeBufferPointer(start: base.assumingMemoryBound(to: Float.self), count: count)
  }
}
