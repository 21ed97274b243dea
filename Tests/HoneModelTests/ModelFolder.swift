// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel
import HoneTensor
import HoneTesting

/// Copies of the tiny model with something changed.
enum ModelFolder {
  typealias Tensors = [String: (shape: [Int], values: [Float])]

  static let config = """
    {"model_type": "llama", "vocab_size": 320, "hidden_size": 64, "intermediate_size": 176,
    "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
    "max_position_embeddings": 512, "rms_norm_eps": 1e-05, "tie_word_embeddings": true}
    """

  static func tensors() throws -> Tensors {
    let file = try SafetensorsFile(path: Fixtures.path("tiny-llama/model.safetensors"))
    var result: Tensors = [:]
    for name in file.tensorNames {
      if let tensor = try file.tensor(named: name) {
        result[name] = (tensor.shape, try tensor.floats())
      }
    }
    return result
  }

  static func write(
    _ tensors: Tensors, config: String = ModelFolder.config, to folder: TemporaryFolder
  ) throws {
    var writer = SafetensorsWriter()
    for (name, tensor) in tensors { try writer.add(name, shape: tensor.shape, tensor.values) }
    try writer.write(to: folder.path + "/model.safetensors")
    try folder.write("config.json", config)
    for name in ["tokenizer.json", "tokenizer_config.json"] {
      try folder.write(name, try FileSystem.contents(Fixtures.path("tiny-llama/" + name)))
    }
  }

  /// A model that says `script` word for word when it is given its first token, then ends.
  ///
  /// Its layers add nothing, and the head's row of each token is the embedding of the token before
  /// it; so no token may occur twice.
  static func scripted(_ script: [Int32], in folder: TemporaryFolder) throws -> LanguageModel {
    var tensors = try tensors()
    for name in tensors.keys where name.contains("o_proj") || name.contains("down_proj") {
      let shape = tensors[name]?.shape ?? []
      tensors[name] = (shape, Array(repeating: 0, count: shape.reduce(1, *)))
    }
    tensors["model.norm.weight"] = ([64], Array(repeating: 1, count: 64))
    var random = RandomSource(seed: 5)
    let embedding = (0..<320 * 64).map { _ in random.uniform() < 0.5 ? Float(-1) : 1 }
    var head = [Float](repeating: 0, count: 320 * 64)
    for (before, after) in zip(script, script.dropFirst() + [2]) {
      let (from, to) = (Int(before) * 64, Int(after) * 64)
      head.replaceSubrange(to..<to + 64, with: embedding[from..<from + 64])
    }
    tensors["model.embed_tokens.weight"] = ([320, 64], embedding)
    tensors["lm_head.weight"] = ([320, 64], head)
    let config = config.replacing(
      "\"tie_word_embeddings\": true", with: "\"tie_word_embeddings\": false")
    try write(tensors, config: config, to: folder)
    return try LanguageModel.load(path: folder.path, threads: 1)
  }
}
