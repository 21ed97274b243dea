// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneTensor

extension LoRAAdapter {
  /// Writes a folder that PEFT's `PeftModel.from_pretrained` and ``load(path:model:)`` read.
  ///
  /// The folder appears complete or not at all.
  ///
  /// - Parameters:
  ///   - path: A folder that does not exist yet, or is empty.
  ///   - baseModel: What PEFT is told to load it on by itself: a name on Hugging Face or a path;
  ///     nil leaves it to the user.
  /// - Throws: ``FormatError`` if the place is taken or cannot be written.
  public func save(path: String, baseModel: String? = nil) throws {
    let folder = try AtomicFolder(path: path)
    try folder.committing { try save(into: folder, baseModel: baseModel) }
  }

  private func save(into folder: AtomicFolder, baseModel: String?) throws {
    try writeTensors(to: folder.file("adapter_model.safetensors"))
    try folder.write("adapter_config.json", peftConfigurationText(baseModel).utf8)
  }

  /// Writes the files of ``save(path:baseModel:)`` into a folder that holds other things, too;
  /// each is replaced as a whole.
  package func write(into folder: String, baseModel: String? = nil) throws {
    try writeTensors(to: folder + "/adapter_model.safetensors")
    try AtomicFile.write(
      peftConfigurationText(baseModel).utf8, to: folder + "/adapter_config.json")
  }

  private func peftConfigurationText(_ baseModel: String?) -> String {
    peftConfiguration(baseModel).text + "\n"
  }

  private func writeTensors(to path: String) throws {
    let naming = AdapterLayout.Naming.peft
    var writer = SafetensorsWriter()
    writer.metadata = ["format": "pt"]
    for (place, linear) in updates {
      try writer.add(
        naming.name(place, .a), shape: [linear.a.rows, linear.a.columns], linear.a.toArray())
      try writer.add(
        naming.name(place, .b), shape: [linear.b.columns, linear.b.rows], linear.b.transposed())
      if let magnitude = linear.magnitude {
        try writer.add(
          naming.name(place, .magnitude), shape: [magnitude.columns], magnitude.toArray())
      }
    }
    for module in VocabularyModule.allCases {
      guard let linear = vocabulary[module], let a = naming.name(module, .a),
        let b = naming.name(module, .b)
      else { continue }
      try writer.add(a, shape: [linear.a.rows, linear.a.columns], linear.a.toArray())
      try writer.add(b, shape: [linear.b.columns, linear.b.rows], linear.b.transposed())
    }
    try writer.write(to: path)
  }

  /// Every update with its place, in order.
  var updates: [(AdapterPlace, LoRALinear)] {
    layers.enumerated().flatMap { layer, modules in
      zip(TargetModule.allCases, modules).compactMap { module, linear in
        linear.map { (AdapterPlace(layer, module), $0) }
      }
    }
  }

  private func peftConfiguration(_ baseModel: String?) -> JSONValue {
    let updates = updates
    // Short names mean a module in every layer.
    let isRegular = TargetModule.allCases.allSatisfy { module in
      let count = layers.count { $0[module.index] != nil }
      return count == 0 || count == layers.count
    }
    let targets =
      (isRegular ? configuration.targetModules.map(\.rawValue) : updates.map { $0.0.name })
      + configuration.vocabularyModules.map(\.rawValue)
    var ranks: [(String, JSONValue)] = []
    var alphas: [(String, JSONValue)] = []
    for (place, linear) in updates {
      let rank = linear.a.rows
      if rank != configuration.loraRank { ranks.append((place.name, .integer(rank))) }
      // PEFT divides by the module's own rank.
      let alpha = scaling(of: linear) * Double(rank)
      if alpha != configuration.loraAlpha { alphas.append((place.name, .shortest(alpha))) }
    }
    return .members([
      ("base_model_name_or_path", baseModel.map { .string($0) } ?? .null),
      ("bias", .string("none")),
      ("fan_in_fan_out", .bool(false)),
      ("inference_mode", .bool(true)),
      ("init_lora_weights", .bool(true)),
      ("lora_alpha", .shortest(configuration.loraAlpha)),
      ("alpha_pattern", .members(alphas)),
      ("lora_dropout", .number(0)),
      ("modules_to_save", .null),
      ("peft_type", .string("LORA")),
      ("r", .integer(configuration.loraRank)),
      ("rank_pattern", .members(ranks)),
      ("target_modules", .array(targets.map { .string($0) })),
      ("task_type", .string("CAUSAL_LM")),
      ("use_dora", .bool(usesMagnitudes)),
      ("use_rslora", .bool(false)),
    ])
  }
}

extension JSONValue {
  /// A number, without a fraction if it has none.
  fileprivate static func shortest(_ value: Double) -> JSONValue {
    Int(exactly: value).map { .integer($0) } ?? .number(value)
  }
}

extension Tensor {
  /// The elements of the transpose, row by row.
  func transposed() -> [Float] {
    let values = toArray()
    return (0..<values.count).map { values[$0 % rows * columns + $0 / rows] }
  }
}
