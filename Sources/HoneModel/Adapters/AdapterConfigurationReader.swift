// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// What the readers of both kinds of adapter_config.json share.
struct AdapterConfigurationReader {
  let json: JSONValue
  let file: String
  let model: ModelConfiguration

  var reader: ConfigurationReader { ConfigurationReader(json: json, file: file) }

  func malformed(_ message: String) -> FormatError {
    FormatError(.malformed, file: file, message)
  }

  func unsupported(_ message: String) -> ModelError {
    ModelError(.unsupported, "\(file): \(message)")
  }

  /// - Throws: ``FormatError`` for a rank that no adapter has.
  func checked(rank: Int, _ key: String) throws -> Int {
    guard (1...4096).contains(rank) else {
      throw malformed("\"\(key)\" is \(rank), expected 1 … 4096")
    }
    return rank
  }

  func checked(positive value: Double, _ key: String) throws -> Double {
    guard value > 0, value.isFinite else {
      throw malformed("\"\(key)\" is \(value), expected a positive number")
    }
    return value
  }

  /// Every projection of the layers, in order.
  func places(_ layers: [Int]? = nil) -> [AdapterPlace] {
    (layers ?? Array(0..<model.numHiddenLayers)).flatMap { layer in
      TargetModule.allCases.map { AdapterPlace(layer, $0) }
    }
  }

  /// An array of strings; nil if the key is missing or null.
  func strings(_ key: String, of value: JSONValue) throws -> [String]? {
    guard let entry = value[key], !entry.isNull else { return nil }
    let strings = entry.arrayValue?.compactMap(\.stringValue)
    guard let strings, strings.count == entry.arrayValue?.count else {
      throw malformed("\"\(key)\" must be an array of module names")
    }
    return strings
  }

  /// The projections whose names end with one of `names`, as PEFT and mlx-lm compare them.
  ///
  /// - Throws: ``ModelError`` naming all of `names` that mean none.
  func places(named names: [String], _ key: String, layers: [Int]? = nil) throws -> [AdapterPlace] {
    let all = places()
    let unknown = names.filter { name in !all.contains { $0.isNamed(name) } }
    guard unknown.isEmpty else {
      let known = TargetModule.allCases.map(\.rawValue).joined(separator: ", ")
      throw unsupported(
        "\"\(key)\" names \(unknown.map(\.quotedForMessage).joined(separator: ", ")); Hone adapts "
          + "\(known) in layers 0 … \(model.numHiddenLayers - 1) of this model")
    }
    return places(layers).filter { place in names.contains { place.isNamed($0) } }
  }
}

extension VocabularyModule {
  /// Whether one of the names means it, as PEFT compares them.
  func isNamed(in names: [String]) -> Bool {
    let whole = self == .embedTokens ? "model.embed_tokens" : "lm_head"
    return names.contains { $0 == whole || $0 == rawValue }
  }
}

extension AdapterPlace {
  /// Whether `name` is the module's whole name or its end after a point.
  func isNamed(_ name: String) -> Bool {
    self.name == name || self.name.hasSuffix("." + name) && !name.isEmpty
  }
}
