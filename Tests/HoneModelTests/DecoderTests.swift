// SPDX-License-Identifier: Apache-2.0
import HoneFormats
import HoneModel
import HoneTensor
import HoneTesting
import Testing

/// Logits against transformers, from Tools/goldens/tiny_llama.py, tiny_llama3.py and families.py.
@Suite struct DecoderTests {
  /// A model file with its reference numbers.
  struct Case: Sendable, CustomTestStringConvertible {
    let model: String
    var config = "config.json"
    let golden: String
    let ids: String
    let logits: String
    var testDescription: String { "\(model) \(config) \(logits)" }

    func decoder(_ device: CPUDevice) throws -> Decoder {
      try model.hasSuffix(".gguf")
        ? Fixtures.decoder(gguf: model, device: device)
        : Fixtures.decoder(folder: model, config: config, device: device)
    }
  }

  static let cases =
    [0, 1].flatMap { index -> [Case] in
      let ids = "ids.\(index)"
      let logits = "logits.\(index)"
      return [
        Case(model: "tiny-llama", golden: "tiny-llama", ids: ids, logits: logits),
        Case(
          model: "tiny-llama-gguf/model-f32.gguf", golden: "tiny-llama", ids: ids, logits: logits),
        Case(
          model: "tiny-llama-gguf/model-q8_0.gguf", golden: "tiny-llama-gguf", ids: ids,
          logits: "q8." + logits),
        Case(model: "tiny-llama3", golden: "tiny-llama3", ids: ids, logits: logits),
        Case(
          model: "tiny-llama3", config: "config-v4.json", golden: "tiny-llama3", ids: ids,
          logits: logits),
      ]
    } + [
      Case(
        model: "tiny-llama3", config: "config-linear.json", golden: "tiny-llama3", ids: "ids.0",
        logits: "linear.logits.0")
    ] + families

  static let families =
    Fixtures.families.flatMap { family in
      ["", "/model.gguf"].flatMap { file in
        [0, 1].map { index in
          Case(
            model: family + file, golden: family, ids: "ids.\(index)", logits: "logits.\(index)")
        }
      }
    }
    + [
      ("mistral", "full"), ("qwen2", "window"), ("qwen2", "yarn"), ("qwen2", "mscale"),
      ("qwen3", "yarn"), ("gemma2", "plain"), ("gemma3_text", "pattern"),
    ].map { family, variant in
      Case(
        model: family, config: "config-\(variant).json", golden: family, ids: "ids.0",
        logits: variant + ".logits.0")
    }

  /// Models in which every kind of layer is found.
  static let folders = ["tiny-llama"] + Fixtures.families

  /// `count` different tokens of a model.
  private func ids(_ count: Int, _ decoder: Decoder, step: Int = 7) -> [Int32] {
    (0..<count).map { Int32($0 * step % decoder.configuration.vocabSize) }
  }

  @Test(arguments: cases, Kernels.available)
  func `logits equal those of transformers`(item: Case, kernels: Kernels) throws {
    let decoder = try item.decoder(CPUDevice(kernels: kernels, threads: 2))
    let golden = try Golden(item.golden + "/golden.safetensors")
    let ids = try golden.ids(item.ids)
    let logits = try allLogits(decoder, ids, adapter: nil)
    expectClose(logits, try golden.doubles(item.logits), absolute: 2e-4, relative: 1e-4)
  }

  @Test(arguments: ["tiny-llama", "tiny-llama3"] + Fixtures.families, [0, 1])
  func `logits with an adapter equal those of PEFT`(folder: String, index: Int) throws {
    let decoder = try Fixtures.decoder(folder: folder, device: CPUDevice(threads: 2))
    let golden = try Golden(folder + "/golden.safetensors")
    let adapter = try golden.adapter(rank: 4, alpha: 8, model: decoder.configuration)
    let logits = try allLogits(decoder, try golden.ids("ids.\(index)"), adapter: adapter)
    expectClose(
      logits, try golden.doubles("lora.logits.\(index)"), absolute: 2e-4, relative: 1e-4)
  }

  @Test func `a fresh adapter leaves the logits bit-equal`() throws {
    let decoder = try Fixtures.decoder(folder: "tiny-llama", device: CPUDevice(threads: 2))
    var random = RandomSource(seed: 1)
    let adapter = LoRAAdapter(
      configuration: try LoRAConfiguration(loraRank: 4, loraAlpha: 8),
      model: decoder.configuration, random: &random)
    let ids: [Int32] = [5, 9, 200, 13, 77]
    expectEqualBits(
      try allLogits(decoder, ids, adapter: adapter), try allLogits(decoder, ids, adapter: nil))
  }

  @Test(arguments: folders) func `a prompt in pieces gives the logits of the whole`(
    folder: String
  ) throws {
    let decoder = try Fixtures.decoder(folder: folder, device: CPUDevice(threads: 2))
    let ids = ids(40, decoder)
    let whole = try allLogits(decoder, ids, adapter: nil).suffix(decoder.configuration.vocabSize)
    for cut in [1, 5, 39] {
      let cache = KVCache(decoder.configuration)
      try decoder.run(Array(ids[..<cut]), into: cache, adapter: nil)
      var last = Tensor(rows: 0, columns: decoder.configuration.vocabSize)
      if cut == 5 {
        for id in ids[cut...] {
          last = try decoder.nextLogits([.init(cache: cache, ids: [id])], adapter: nil)
        }
      } else {
        last = try decoder.nextLogits([.init(cache: cache, ids: Array(ids[cut...]))], adapter: nil)
      }
      #expect(cache.count == 40)
      expectClose(last.toArray(), whole.map(Double.init), absolute: 1e-4, relative: 1e-4)
    }
  }

  @Test(arguments: folders) func `forks in one batch give the logits of separate runs`(
    folder: String
  ) throws {
    let decoder = try Fixtures.decoder(folder: folder, device: CPUDevice(threads: 2))
    let prefix = ids(23, decoder, step: 11)
    let suffixes: [[Int32]] = [[1], [2, 3, 4], [5, 6], [90, 7, 8, 9, 10, 11], [12]]
    let base = KVCache(decoder.configuration)
    try decoder.run(prefix, into: base, adapter: nil)
    var forks = suffixes.map { (cache: base.fork(), ids: $0) }
    // One more generation of forks: what a fork shares may itself be shared.
    try decoder.run([20, 21], into: forks[4].cache, adapter: nil)
    let second = forks[4].cache.fork()
    forks.append((second, [44, 45]))
    let batch = try decoder.nextLogits(
      forks.map { .init(cache: $0.cache, ids: $0.ids) }, adapter: nil
    ).copied()
    let alone =
      suffixes[..<4].map { prefix + $0 } + [
        prefix + [20, 21] + suffixes[4], prefix + [20, 21, 44, 45],
      ]
    for (row, ids) in alone.enumerated() {
      let logits = try decoder.nextLogits(
        [.init(cache: KVCache(decoder.configuration), ids: ids)], adapter: nil)
      expectClose(
        batch.rows(row..<row + 1).toArray(), logits.toArray().map(Double.init), absolute: 1e-4,
        relative: 1e-4, "fork \(row)")
    }
  }

  @Test(arguments: folders) func `a prompt longer than a chunk, beside others, gives the same`(
    folder: String
  ) throws {
    let decoder = try Fixtures.decoder(folder: folder, device: CPUDevice(threads: 2))
    let prompts = [300, 1, 260, 2].map { ids($0, decoder, step: 13) }
    func fresh(_ ids: [Int32]) -> Decoder.Continuation {
      .init(cache: KVCache(decoder.configuration), ids: ids)
    }
    let together = try decoder.nextLogits(prompts.map(fresh), adapter: nil).copied()
    for (row, prompt) in prompts.enumerated() {
      let alone = try decoder.nextLogits([fresh(prompt)], adapter: nil)
      expectClose(
        together.rows(row..<row + 1).toArray(), alone.toArray().map(Double.init), absolute: 1e-4,
        relative: 1e-4, "prompt \(row)")
    }
  }

  @Test(arguments: [1, 2, 3, 5], folders) func `the number of threads changes no bit`(
    threads: Int, folder: String
  ) throws {
    func logits(_ threads: Int) throws -> [Float] {
      let decoder = try Fixtures.decoder(folder: folder, device: CPUDevice(threads: threads))
      return try allLogits(decoder, ids(60, decoder), adapter: nil)
    }
    expectEqualBits(try logits(threads), try logits(4))
  }

  private func allLogits(
    _ decoder: Decoder, _ ids: [Int32], adapter: LoRAAdapter?
  ) throws -> [Float] {
    try decoder.allLogits(ids, adapter: adapter).toArray()
  }
}
