// SPDX-License-Identifier: Apache-2.0
import HoneFormats

/// mlx-lm's adapter_config.json.
struct MLXAdapterConfiguration {
  let reader: AdapterConfigurationReader

  func layout() throws -> AdapterLayout {
    let type = try reader.reader.string("fine_tune_type", default: "lora")
    guard type == "lora" || type == "dora" else {
      throw reader.unsupported(
        "\"fine_tune_type\" is \(type.quotedForMessage); Hone reads adapters of the types \"lora\" and \"dora\""
      )
    }
    guard let parameters = reader.json["lora_parameters"], parameters.objectValue != nil else {
      throw reader.malformed(
        "\"lora_parameters\" is missing, expected an object with \"rank\" and \"scale\"")
    }
    let values = ConfigurationReader(json: parameters, file: "\(reader.file): lora_parameters")
    var layout = AdapterLayout(
      naming: .mlx, rank: try reader.checked(rank: try values.int("rank"), "rank"),
      scaling: try reader.checked(positive: try values.double("scale"), "scale"))
    layout.usesMagnitudes = type == "dora"
    // Without keys the release of mlx-lm that trained it decides, so only the tensors tell.
    if let keys = try reader.strings("keys", of: parameters) {
      layout.expected = try reader.places(named: keys, "keys", layers: try layers())
    }
    return layout
  }

  /// The last `num_layers`; all for -1 or where there is none.
  private func layers() throws -> [Int] {
    let all = reader.model.numHiddenLayers
    let count = try reader.reader.int("num_layers", default: -1)
    return Array((count < 0 ? 0 : max(0, all - count))..<all)
  }
}
