// SPDX-License-Identifier: Apache-2.0
import HoneFormats

extension LoRAAdapter {
  /// Loads the folder of an adapter: PEFT's (adapter_config.json, adapter_model.safetensors) or
  /// mlx-lm's (adapter_config.json, adapters.safetensors).
  ///
  /// The matrices become float32, whatever they are stored as. See docs/adapters.md for what of
  /// both configurations is honoured and what is refused.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - model: The model that it will be used with.
  /// - Throws: ``FormatError`` or ``ModelError`` naming the file and what is wrong; tensors that do
  ///   not fit the model are all listed in one.
  public static func load(path: String, model: ModelConfiguration) throws -> LoRAAdapter {
    guard try FileSystem.isDirectory(path) else {
      throw ModelError(
        .invalid,
        "\(path): is a file; name the adapter's folder, which holds adapter_config.json and "
          + "adapter_model.safetensors (PEFT) or adapters.safetensors (mlx-lm)")
    }
    let file = path + "/adapter_config.json"
    guard FileSystem.exists(file) else {
      throw ModelError(
        .notFound,
        "\(path): the folder has no adapter_config.json; an adapter's folder holds it beside "
          + "adapter_model.safetensors (PEFT) or adapters.safetensors (mlx-lm)")
    }
    let json = try JSONParser.parse(try FileSystem.contents(file), file: file)
    guard json.objectValue != nil else {
      throw FormatError(.malformed, file: file, "is \(json.typeName), expected an object")
    }
    let reader = AdapterConfigurationReader(json: json, file: file, model: model)
    let (layout, name) =
      if json["peft_type"] != nil {
        (try PEFTConfiguration(reader: reader).layout(), "adapter_model.safetensors")
      } else if json["lora_parameters"] != nil || json["fine_tune_type"] != nil {
        (try MLXAdapterConfiguration(reader: reader).layout(), "adapters.safetensors")
      } else {
        throw FormatError(
          .malformed, file: file,
          "has neither \"peft_type\" (PEFT) nor \"lora_parameters\" (mlx-lm); it is no "
            + "configuration of an adapter")
      }
    let weights = path + "/" + name
    guard FileSystem.exists(weights) else {
      throw ModelError(
        .notFound, "\(path): the folder has adapter_config.json but no \(name); get it again")
    }
    var tensors = AdapterTensors(
      source: try SafetensorsFile(path: weights), layout: layout, model: model)
    return try tensors.read()
  }
}
