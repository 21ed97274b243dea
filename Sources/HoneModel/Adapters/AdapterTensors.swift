// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor

/// Puts an adapter file's tensors in their places.
struct AdapterTensors {
  let source: SafetensorsFile
  let layout: AdapterLayout
  let model: ModelConfiguration
  private var problems: [String] = []
  private var foundVocabulary: [VocabularyModule: [AdapterLayout.Part: Tensor]] = [:]
  private var found: [AdapterPlace: [AdapterLayout.Part: Tensor]] = [:]

  init(source: SafetensorsFile, layout: AdapterLayout, model: ModelConfiguration) {
    self.source = source
    self.layout = layout
    self.model = model
  }

  /// - Throws: ``FormatError`` listing every tensor that does not fit and every one missing.
  mutating func read() throws -> LoRAAdapter {
    for name in source.tensorNames { try read(name) }
    findMissing()
    try refuseProblems()
    let modules = TargetModule.allCases.filter { module in
      found.keys.contains { $0.module == module }
    }
    let configuration = try LoRAConfiguration(
      loraRank: layout.rank, loraAlpha: layout.scaling * Double(layout.rank),
      targetModules: modules, vocabularyModules: Array(foundVocabulary.keys))
    return LoRAAdapter(
      configuration: configuration,
      layers: (0..<model.numHiddenLayers).map { layer in
        TargetModule.allCases.map { module in
          let place = AdapterPlace(layer, module)
          guard let parts = found[place], let a = parts[.a], let b = parts[.b] else { return nil }
          return LoRALinear(
            a: a, b: b, magnitude: parts[.magnitude], scaling: layout.exceptions[place]?.scaling)
        }
      },
      vocabulary: foundVocabulary.compactMapValues { parts in
        guard let a = parts[.a], let b = parts[.b] else { return nil }
        return LoRALinear(a: a, b: b)
      })
  }

  private mutating func read(_ name: String) throws {
    let shown = quoted(name)
    for module in VocabularyModule.allCases {
      for part in layout.parts where layout.naming.name(module, part) == name {
        return try read(name, module, part)
      }
    }
    if layout.naming.isBaseCopy(name), !layout.vocabulary.isEmpty || layout.expected == nil {
      // The frozen table itself, which PEFT saves beside an adapter of it.
      _ = try matrix(name, shape: [model.vocabSize, model.hiddenSize], transposed: false)
      return
    }
    guard let (place, part) = layout.naming.parse(name), layout.parts.contains(part) else {
      problems.append("\(shown): no such module; expected names such as \(example)")
      return
    }
    guard place.layer < model.numHiddenLayers else {
      problems.append("\(shown): no such module (layers 0 … \(model.numHiddenLayers - 1))")
      return
    }
    if let expected = layout.expected, !expected.contains(place) {
      problems.append("\(shown): a module that the configuration does not name")
      return
    }
    let size = place.module.shape(in: model)
    let shape = layout.naming.shape(
      part, rank: layout.rank(place), inputs: size.inputs, outputs: size.outputs)
    found[place, default: [:]][part] = try matrix(
      name, shape: shape, transposed: layout.naming.isTransposed(part))
  }

  private mutating func read(
    _ name: String, _ module: VocabularyModule, _ part: AdapterLayout.Part
  ) throws {
    if layout.expected != nil, !layout.vocabulary.contains(module) {
      problems.append("\(quoted(name)): a module that the configuration does not name")
      return
    }
    let size = module.shape(in: model)
    let shape = layout.naming.shape(
      part, rank: layout.rank, inputs: size.inputs, outputs: size.outputs)
    foundVocabulary[module, default: [:]][part] = try matrix(
      name, shape: shape, transposed: layout.naming.isTransposed(part))
  }

  /// A tensor's values; nil, and a problem, if it is not what it should be.
  private mutating func matrix(_ name: String, shape: [Int], transposed: Bool) throws -> Tensor? {
    let shown = quoted(name)
    let stored: StoredTensor
    do {
      guard let tensor = try source.tensor(named: name) else { return nil }
      stored = tensor
    } catch let error as FormatError where error.code == .unsupported {
      problems.append("\(shown): is not stored as F32, F16 or BF16")
      return nil
    }
    guard stored.shape == shape else {
      problems.append("\(shown): shape \(stored.shape), expected \(shape)")
      return nil
    }
    let matrix = tensor(
      try stored.floats(), rows: shape.count == 1 ? 1 : shape[0], columns: shape[shape.count - 1],
      transposed: transposed)
    guard matrix.isFinite else {
      problems.append("\(shown): holds NaN or infinity")
      return nil
    }
    return matrix
  }

  private var example: String { layout.naming.name(AdapterPlace(0, .query), .a) }

  /// - Parameter rows: Of the file's matrix.
  private func tensor(_ values: [Float], rows: Int, columns: Int, transposed: Bool) -> Tensor {
    guard transposed else { return Tensor(values, rows: rows, columns: columns) }
    return Tensor(
      (0..<values.count).map { values[$0 % rows * columns + $0 / rows] },
      rows: columns, columns: rows)
  }

  private mutating func findMissing() {
    let names = Set(source.tensorNames)
    var wanted = Set(layout.expected ?? [])
    // Of every pair that is there in part, too.
    wanted.formUnion(source.tensorNames.compactMap { layout.naming.parse($0)?.place })
    for place in wanted.sorted(by: { ($0.layer, $0.module.index) < ($1.layer, $1.module.index) })
    where place.layer < model.numHiddenLayers {
      let size = place.module.shape(in: model)
      for part in layout.parts {
        let name = layout.naming.name(place, part)
        if names.contains(name) { continue }
        let shape = layout.naming.shape(
          part, rank: layout.rank(place), inputs: size.inputs, outputs: size.outputs)
        problems.append("\"\(name)\": missing, expected shape \(shape)")
      }
    }
    let modules = Set(layout.vocabulary).union(foundVocabulary.keys)
    for module in VocabularyModule.allCases where modules.contains(module) {
      for part in layout.parts {
        guard let name = layout.naming.name(module, part), !names.contains(name) else { continue }
        problems.append("\"\(name)\": missing")
      }
    }
    if wanted.isEmpty, modules.isEmpty, problems.isEmpty {
      problems.append("no tensor at all; expected names such as \(example)")
    }
  }

  private func refuseProblems() throws {
    if problems.isEmpty { return }
    // All of them, unless a damaged file makes them endless.
    let shown = problems.prefix(1000).joined(separator: "\n  ")
    let more = problems.count > 1000 ? "\n  … and \(problems.count - 1000) more" : ""
    throw FormatError(
      .mismatch, file: source.path,
      "\(problems.count) \(problems.count == 1 ? "tensor does" : "tensors do") not fit the model "
        + "and the adapter's configuration; use the adapter with the model that it was trained on"
        + "\n  \(shown)\(more)")
  }
}
