// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor

/// Writes a model's files anew: as GGUF or as a Hugging Face folder, in its own number formats or
/// in others, with an adapter merged into its weights or without.
package struct ModelExporter {
  package enum Container: Sendable {
    case gguf
    /// config.json, model.safetensors and the tokenizer's files.
    case huggingFace
  }

  /// What was written.
  package struct Report: Sendable, Codable, Hashable {
    package let path: String
    /// Tensors of each number format.
    package var tensors: [String: Int] = [:]
    /// Tensors of the base that the model does not use, and that were left out.
    package var leftOut: [String] = []
    /// What other programs make of the file otherwise than Hone.
    package var notes: [String] = []
    package var sizeBytes = 0
  }

  let tensors: ModelTensors
  let device: CPUDevice
  /// As the model's files hold it.
  package var files: ModelFiles { tensors.files }
  private var configuration: ModelConfiguration { files.configuration }

  /// Opens and checks a model's files.
  package init(path: String, threads: Int? = nil) throws {
    device = try CPUDevice(threads: threads)
    tensors = try ModelTensors(try ModelFiles(path: path), device: device)
  }

  package var container: Container { files.naming == .gguf ? .gguf : .huggingFace }

  /// The number format for a tensor.
  ///
  /// - Parameter type: The one asked for; nil keeps the base's.
  func type(of tensor: ModelTensor, _ type: StoredType?, in container: Container) -> StoredType {
    let own = tensor.stored.dtype
    // llama.cpp wants these as float32.
    guard tensor.isMatrix else { return container == .gguf ? .float32 : type ?? own }
    guard let type, type.isQuantized else { return type ?? own }
    // Rows must be whole blocks; and few bits cost most where every token passes.
    if tensor.stored.shape[1] % type.blockValues != 0 { return .float16 }
    return tensor.isVocabulary ? .q8v0 : type
  }

  /// - Throws: ``FormatError`` if a matrix's type cannot be written, with what to do.
  package func checkTypes(_ type: StoredType?, in container: Container, merged: LoRAAdapter?)
    throws
  {
    try checkContainer(container)
    if let merged, !merged.vocabulary.isEmpty, configuration.tieWordEmbeddings {
      throw ModelError(
        .unsupported,
        "\(files.path): embeddings and head are one table, so an adapter of one of them cannot be "
          + "merged; use it beside the model with --adapter-path")
    }
    for tensor in tensors.tensors {
      let target = self.type(of: tensor, type, in: container)
      let isCopied = target == tensor.stored.dtype && update(of: tensor, merged) == nil
      if container == .huggingFace, target.isQuantized {
        throw FormatError(
          .mismatch, file: files.path,
          "its weights are \(target.name), which safetensors cannot hold; "
            + "ask for --outtype f16, bf16 or f32")
      }
      guard isCopied || TensorEncoder.writableTypes.contains(target) else {
        throw FormatError(
          .unsupported, file: files.path,
          "tensor \"\(tensor.name)\" would be \(target.name), which Hone reads but does not write; "
            + "ask for another format: hone export --outtype, hone fuse --dequantize")
      }
    }
  }

  /// - Throws: ``ModelError`` if the other container cannot be written for such a model.
  private func checkContainer(_ container: Container) throws {
    guard container != self.container else { return }
    let own = self.container == .gguf ? "gguf" : "safetensors"
    var what: String?
    if let family = ModelFamily(rawValue: configuration.modelType), family.isGemma {
      what = family.models
    } else if files.tokenizer.spelling != .byteLevel {
      what = "a tokenizer of SentencePiece"
    }
    if let what {
      throw ModelError(
        .unsupported,
        "\(files.path): Hone does not convert \(what) between GGUF and a Hugging Face folder; "
          + "ask for --format \(own)")
    }
  }

  private func update(of tensor: ModelTensor, _ adapter: LoRAAdapter?) -> LoRALinear? {
    if let place = tensor.place { return adapter?.linear(place.layer, place.module) }
    switch tensor.name {
    case "lm_head.weight": return adapter?.vocabulary[.lmHead]
    case "model.embed_tokens.weight":
      // A token's row is that of A transposed.
      return adapter?.vocabulary[.embedTokens].map {
        LoRALinear(a: $0.b, b: $0.a, scaling: $0.scaling)
      }
    default: return nil
    }
  }

  /// What becomes of a tensor's values; nil where they stay.
  private func change(
    of tensor: ModelTensor, _ adapter: LoRAAdapter?, _ weights: [String: Tensor]
  ) -> (([Float]) -> [Float])? {
    if let trained = weights[tensor.name] { return { _ in trained.toArray() } }
    guard let adapter, let linear = update(of: tensor, adapter) else { return nil }
    return { merged($0, linear, scaling: Float(adapter.scaling(of: linear))) }
  }

  /// `W + scaling · B · A`, its rows brought to the magnitude's lengths where there is one.
  private func merged(_ values: [Float], _ linear: LoRALinear, scaling: Float) -> [Float] {
    let (n, k, r) = (linear.b.columns, linear.a.columns, linear.a.rows)
    let sum = Tensor(rows: n, columns: k)
    device.linear(
      into: sum, Tensor(linear.b.transposed().map { $0 * scaling }, rows: n, columns: r),
      WeightMatrix(Tensor(linear.a.transposed(), rows: k, columns: r)))
    device.add(into: sum, Tensor(values, rows: n, columns: k))
    guard let magnitude = linear.magnitude else { return sum.toArray() }
    for row in 0..<n {
      let row = (row, sum.rows(row..<row + 1))
      let norm = Float(device.sumOfSquares(row.1).squareRoot())
      device.scale(row.1, by: magnitude[0, row.0] / max(norm, 1e-15))
    }
    return sum.toArray()
  }

  /// Calls `add` with each tensor, its type in the new file, and what stands in for it there, made
  /// when it is asked for; counts them in the report.
  private func forEachTensor(
    _ type: StoredType?, in container: Container, _ adapter: LoRAAdapter?,
    _ weights: DecoderTensors?, _ report: inout Report,
    add: (ModelTensor, StoredType, @escaping () throws -> [UInt8]) throws -> Void
  ) throws {
    let weights = weights?.byName ?? [:]
    for tensor in tensors.tensors {
      let type = self.type(of: tensor, type, in: container)
      try add(tensor, type) {
        try tensors.bytes(
          of: tensor, naming: container == .gguf ? .gguf : .huggingFace, type: type,
          changing: change(of: tensor, adapter, weights))
      }
      report.tensors[type.name, default: 0] += 1
    }
  }

  // MARK: GGUF

  /// Writes a GGUF file; the caller commits it.
  package func write(
    gguf file: AtomicFile, path: String, type: StoredType?, merging adapter: LoRAAdapter? = nil,
    replacing weights: DecoderTensors? = nil
  ) throws -> Report {
    try adapter?.checkFit(configuration)
    try checkTypes(type, in: .gguf, merged: adapter)
    var report = Report(path: path)
    let source = files.weights as? GGUFFile
    var writer = GGUFWriter(alignment: source?.alignment ?? 32)
    if let source {
      for key in source.keys {
        if let stored = source.storedValue(key) { writer.set(key, stored: stored) }
      }
    } else {
      try GGUFMetadata(files).write(to: &writer)
      if let window = configuration.slidingWindow {
        report.notes.append(
          "llama.cpp ignores this family's sliding window: its logits differ from token "
            + "\(window + 1) on")
      }
    }
    if source == nil || type != nil {
      writer.set("general.file_type", .uint32(fileType(type)))
      writer.set("general.quantization_version", .uint32(2))
    }
    try forEachTensor(type, in: .gguf, adapter, weights, &report) { tensor, type, bytes in
      try writer.add(tensor.ggufName, shape: tensor.stored.shape, dtype: type, bytes: bytes)
    }
    if let source {
      // Such as rope_freqs.weight, which is read with the configuration.
      for name in tensors.unused {
        guard let info = source.info(named: name) else { continue }
        try writer.add(name, shape: info.shape.reversed(), dtype: info.dtype) {
          Array(try source.rawBytes(of: info))
        }
        report.tensors[info.dtype.name, default: 0] += 1
      }
    } else {
      if let factors = configuration.ropeScaling.ggufFactors(configuration) {
        try writer.add("rope_freqs.weight", shape: [factors.count], dtype: .float32) {
          try TensorEncoder.encode(factors, as: .float32)
        }
        report.tensors[StoredType.float32.name, default: 0] += 1
      }
      report.leftOut = tensors.unused
    }
    try writer.write(to: file)
    return report
  }

  /// llama.cpp's number for what most of the weights are.
  private func fileType(_ type: StoredType?) -> UInt32 {
    switch projectionType(type, in: .gguf) {
    case .float32: return 0
    case .float16: return 1
    case .q4v0: return 2
    case .q4v1: return 3
    case .q8v0: return 7
    case .q5v0: return 8
    case .q5v1: return 9
    case .bfloat16: return 32
    case .q4K: return 15
    case .q5K: return 17
    case .q6K: return 18
    }
  }

  // MARK: Hugging Face

  /// Fills a Hugging Face folder; the caller commits it.
  package func write(
    folder: AtomicFolder, path: String, type: StoredType?, merging adapter: LoRAAdapter? = nil,
    replacing weights: DecoderTensors? = nil
  ) throws -> Report {
    try adapter?.checkFit(configuration)
    try checkTypes(type, in: .huggingFace, merged: adapter)
    var report = Report(path: path)
    // First what is small: whatever cannot be expressed shows before the weights are written.
    try HuggingFaceFiles(files).write(to: folder, type: projectionType(type, in: .huggingFace))
    var writer = SafetensorsWriter()
    writer.metadata = ["format": "pt"]
    try forEachTensor(type, in: .huggingFace, adapter, weights, &report) { tensor, type, bytes in
      try writer.add(tensor.name, shape: tensor.stored.shape, dtype: type, bytes: bytes)
    }
    try writer.write(to: folder.file("model.safetensors"))
    report.leftOut = tensors.unused.filter { $0 != "rope_freqs.weight" }
    return report
  }

  /// The type of the projections, by which a file as a whole is called.
  private func projectionType(_ type: StoredType?, in container: Container) -> StoredType {
    let first = tensors.tensors.first { $0.place != nil }
    return first.map { self.type(of: $0, type, in: container) } ?? .float32
  }
}

extension RoPEScaling {
  /// The divisors that GGUF's `rope_freqs.weight` holds; nil where the metadata say it all.
  func ggufFactors(_ configuration: ModelConfiguration) -> [Float]? {
    switch self {
    case .none, .linear, .yarn: return nil
    case .factors(let factors): return factors
    case .llama3:
      let (headDim, theta) = (configuration.headDim, configuration.ropeTheta)
      let plain = RoPEScaling.none.inverseFrequencies(headDim: headDim, ropeTheta: theta)
      let scaled = inverseFrequencies(headDim: headDim, ropeTheta: theta)
      return zip(plain, scaled).map { Float($0 / $1) }
    }
  }
}
