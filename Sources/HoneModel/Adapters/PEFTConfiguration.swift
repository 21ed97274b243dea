// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// PEFT's adapter_config.json.
///
/// Keys that change what the tensors mean are honoured or refused; others, such as the dropout of
/// the training, do not matter here.
struct PEFTConfiguration {
  let reader: AdapterConfigurationReader

  func layout() throws -> AdapterLayout {
    try refuseWhatIsNotPlainLoRA()
    let values = reader.reader
    let rank = try reader.checked(rank: try values.int("r"), "r")
    let alpha = try reader.checked(positive: try values.double("lora_alpha"), "lora_alpha")
    let isRankStabilized = try values.bool("use_rslora", default: false)
    func scaling(_ alpha: Double, _ rank: Int) -> Double {
      alpha / (isRankStabilized ? Double(rank).squareRoot() : Double(rank))
    }
    var layout = AdapterLayout(naming: .peft, rank: rank, scaling: scaling(alpha, rank))
    layout.usesMagnitudes = try values.bool("use_dora", default: false)
    layout.expected = try expected()
    if case .array = reader.json["target_modules"] {
      let names = try reader.strings("target_modules", of: reader.json) ?? []
      layout.vocabulary = VocabularyModule.allCases.filter { $0.isNamed(in: names) }
    }
    if layout.usesMagnitudes, !layout.vocabulary.isEmpty {
      throw reader.unsupported("\"use_dora\" with embeddings or head is not run by Hone")
    }
    let ranks = try patterns("rank_pattern")
    let alphas = try patterns("alpha_pattern")
    for (key, entry) in ranks.map({ ("rank_pattern", $0) }) + alphas.map({ ("alpha_pattern", $0) })
    where VocabularyModule.allCases.contains(where: { $0.isNamed(in: [entry.name]) }) {
      throw reader.unsupported(
        "\"\(key)\" of \(entry.key.quotedForMessage): Hone reads no other rank or alpha for "
          + "embeddings and head")
    }
    for place in reader.places() {
      let ownRank = try ranks.first { $0.matches(place) }.map { entry in
        guard let rank = entry.value.intValue else {
          throw reader.malformed(
            "\"rank_pattern\" of \(entry.key.quotedForMessage) is no whole number")
        }
        return try reader.checked(rank: rank, "rank_pattern")
      }
      let ownAlpha = try alphas.first { $0.matches(place) }.map { entry in
        guard let alpha = entry.value.doubleValue else {
          throw reader.malformed("\"alpha_pattern\" of \(entry.key.quotedForMessage) is no number")
        }
        return try reader.checked(positive: alpha, "alpha_pattern")
      }
      if ownRank == nil, ownAlpha == nil { continue }
      layout.exceptions[place] = (
        ownRank ?? rank, scaling(ownAlpha ?? alpha, ownRank ?? rank)
      )
    }
    return layout
  }

  /// Where `target_modules` wants updates; nil for a regular expression, which only the tensors
  /// answer.
  private func expected() throws -> [AdapterPlace]? {
    let json = reader.json
    var layers: [Int]?
    if let entry = json["layers_to_transform"], !entry.isNull {
      let values = entry.arrayValue ?? [entry]
      let indices = values.compactMap(\.intValue)
      guard indices.count == values.count,
        indices.allSatisfy((0..<reader.model.numHiddenLayers).contains)
      else {
        throw reader.malformed(
          "\"layers_to_transform\" must list layers of 0 … \(reader.model.numHiddenLayers - 1)")
      }
      layers = Array(Set(indices)).sorted()
    }
    // Which of the targets are left out by a regular expression, only the tensors tell.
    if let entry = json["exclude_modules"], entry.stringValue != nil { return nil }
    let excluded = try reader.strings("exclude_modules", of: json) ?? []
    let included: [AdapterPlace]
    switch json["target_modules"] {
    case .string("all-linear"): included = reader.places(layers)
    case .string: return nil
    case .array:
      included = try reader.places(
        named: (try reader.strings("target_modules", of: json) ?? []).filter { name in
          !VocabularyModule.allCases.contains { $0.isNamed(in: [name]) }
        }, "target_modules", layers: layers)
    default:
      throw reader.malformed(
        "\"target_modules\" must be an array of module names, a regular expression or "
          + "\"all-linear\"")
    }
    return included.filter { place in !excluded.contains { place.isNamed($0) } }
  }

  // MARK: Patterns

  /// A key of `rank_pattern` or `alpha_pattern`, read as a name or the end of one.
  private struct Pattern {
    let key: String
    let name: String
    /// `^` before the name: the whole name is meant.
    let isWhole: Bool
    let value: JSONValue

    func matches(_ place: AdapterPlace) -> Bool {
      isWhole ? place.name == name : place.isNamed(name)
    }
  }

  private func patterns(_ key: String) throws -> [Pattern] {
    guard let entry = reader.json[key], !entry.isNull else { return [] }
    guard let object = entry.objectValue else {
      throw reader.malformed("\"\(key)\" is \(entry.typeName), expected an object")
    }
    return try zip(object.keys, object.values).map { pattern, value in
      var name = pattern[...]
      let isWhole = name.hasPrefix("^")
      if isWhole { name = name.dropFirst() }
      if name.hasSuffix("$") { name = name.dropLast() }
      // A point stands for itself in every name that a model has.
      let literal = Self.unescapingPoints(name)
      guard !literal.contains(where: "*+?[](){}|\\^$".contains) else {
        throw reader.unsupported(
          "\"\(key)\" has the regular expression \(pattern.quotedForMessage); Hone reads plain "
            + "module names there: write out the names that it stands for")
      }
      return Pattern(key: pattern, name: literal, isWhole: isWhole, value: value)
    }
  }

  private static func unescapingPoints(_ text: Substring) -> String {
    var result = ""
    var isEscaped = false
    for character in text {
      if isEscaped, character != "." { result.append("\\") }
      isEscaped = character == "\\" && !isEscaped
      if !isEscaped { result.append(character) }
    }
    return isEscaped ? result + "\\" : result
  }

  // MARK: Refusals

  private func refuseWhatIsNotPlainLoRA() throws {
    let json = reader.json
    let type = json["peft_type"]?.stringValue ?? "missing"
    guard type == "LORA" else {
      throw reader.unsupported(
        "\"peft_type\" is \(type.quotedForMessage); Hone reads adapters of the type \"LORA\"")
    }
    var problems: [String] = []
    let bias = json["bias"]?.stringValue ?? "none"
    if bias != "none" {
      problems.append("\"bias\" is \(bias.quotedForMessage), expected \"none\"")
    }
    for key in [
      "fan_in_fan_out", "use_qalora", "lora_bias", "modules_to_save",
      "layer_replication", "trainable_token_indices", "target_parameters", "velora_config",
      "monteclora_config", "kasa_config", "arrow_config", "use_bdlora", "alora_invocation_tokens",
    ] {
      if let value = json[key], !value.isOff {
        problems.append("\"\(key)\" is set, expected false or null")
      }
    }
    // These change the base weights when the training begins, which no adapter file holds.
    if let start = json["init_lora_weights"]?.stringValue,
      ["pissa", "olora", "corda", "loftq"].contains(where: start.lowercased().hasPrefix)
    {
      problems.append(
        "\"init_lora_weights\" is \(start.quotedForMessage), whose base weights differ from the "
          + "model's; save it as plain LoRA (PEFT: path_initial_model_for_weight_conversion)")
    }
    if problems.isEmpty { return }
    throw reader.unsupported(
      "this is no LoRA or DoRA adapter, the only kinds that Hone runs\n  "
        + problems.joined(separator: "\n  "))
  }
}

extension JSONValue {
  /// False, null, or nothing in it.
  fileprivate var isOff: Bool {
    switch self {
    case .null, .bool(false): true
    case .array(let values): values.isEmpty
    case .object(let object): object.count == 0
    default: false
    }
  }
}
