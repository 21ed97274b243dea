// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTesting
import HoneTraining
import Testing

/// Loss, gradients and steps against PyTorch and PEFT, from Tools/goldens/tiny_llama*.py and families.py.
@Suite struct GradientGoldenTests {
  private func batch(_ golden: Golden) throws -> PackedBatch {
    var batch = PackedBatch()
    for index in 0..<2 {
      batch.append(try golden.ids("ids.\(index)"), isTarget: try golden.flags("mask.\(index)"))
    }
    return batch
  }

  static let models =
    ["tiny-llama", "tiny-llama3"] + Fixtures.families + Fixtures.families.map { $0 + "/model.gguf" }

  @Test(arguments: models, Kernels.available)
  func `loss and every gradient equal PyTorch's`(model: String, kernels: Kernels) throws {
    let device = CPUDevice(kernels: kernels, threads: 2)
    let decoder =
      try model.hasSuffix(".gguf")
      ? Fixtures.decoder(gguf: model, device: device)
      : Fixtures.decoder(folder: model, device: device)
    let golden = try Golden(String(model.prefix { $0 != "/" }) + "/golden.safetensors")
    let adapter = try golden.adapter(rank: 4, alpha: 8, model: decoder.configuration)
    let gradients = LoRAAdapter(
      configuration: adapter.configuration, model: decoder.configuration)
    let batch = try batch(golden)
    let dInput = Tensor(rows: batch.ids.count, columns: decoder.configuration.hiddenSize)
    let likelihoods = try decoder.logLikelihoodsAndGradients(
      batch, adapter: adapter, gradients: gradients, weight: 1 / Float(batch.targets.count),
      inputGradient: dInput)
    let loss = -likelihoods.reduce(0) { $0 + Double($1) } / Double(batch.targets.count)
    #expect(abs(loss - (try golden.doubles("lora.loss"))[0]) < 1e-5)

    let expected = try golden.adapter(
      rank: 4, alpha: 8, model: decoder.configuration, prefix: "grad.")
    for layer in 0..<decoder.configuration.numHiddenLayers {
      for module in TargetModule.allCases {
        let (found, wanted) = (gradients.linear(layer, module), expected.linear(layer, module))
        for (a, b, name) in [(found?.a, wanted?.a, "A"), (found?.b, wanted?.b, "B")] {
          let wanted = try #require(b).toArray().map(Double.init)
          // Small elements of a gradient are differences of large ones: the bound is relative to
          // the matrix's largest.
          let scale = wanted.map(abs).max() ?? 0
          expectClose(
            try #require(a).toArray(), wanted, absolute: 1e-4 * scale, relative: 1e-4,
            "\(Golden.name(layer, module)).lora_\(name)")
        }
      }
    }
    if golden.names.contains("grad.inputs_embeds.0") {
      let wanted = try (0..<2).flatMap { try golden.doubles("grad.inputs_embeds.\($0)") }
      let scale = wanted.map(abs).max() ?? 0
      expectClose(dInput.toArray(), wanted, absolute: 1e-4 * scale, relative: 1e-4, "inputs")
    }
  }

  @Test(arguments: [2048, 1])
  func `ten AdamW steps have the losses, norms, rates and result of PyTorch's`(
    maxTokensPerPass: Int
  ) throws {
    let decoder = try Fixtures.decoder(folder: "tiny-llama", device: CPUDevice(threads: 2))
    let golden = try Golden("tiny-llama/golden.safetensors")
    let adapter = try golden.adapter(rank: 4, alpha: 8, model: decoder.configuration)
    var configuration = OptimizerConfiguration()
    // One token a pass puts each sequence into a pass of its own: accumulation.
    configuration.maxTokensPerPass = maxTokensPerPass
    let trainer = Trainer(
      decoder: decoder, adapter: adapter,
      schedule: try LearningRateSchedule(peak: 1e-2, warmupSteps: 3, totalSteps: 10),
      configuration: configuration)
    let samples = try (0..<2).map { index in
      var sample = TrainingSample()
      for (id, isTarget) in zip(
        try golden.ids("ids.\(index)"), try golden.flags("mask.\(index)"))
      {
        sample.append([id], isTarget: isTarget)
      }
      return sample
    }
    let steps = try (0..<10).map { _ in try trainer.step(samples) }
    expectClose(
      steps.map { Float($0.loss) }, try golden.doubles("steps.losses"), relative: 1e-4, "losses")
    expectClose(
      steps.map { Float($0.gradientNorm) }, try golden.doubles("steps.gradnorms"),
      relative: 1e-4, "norms")
    expectClose(
      steps.map { Float($0.learningRate) }, try golden.doubles("steps.learningrates"),
      relative: 1e-6, "rates")
    let final = try golden.adapter(
      rank: 4, alpha: 8, model: decoder.configuration, prefix: "final.")
    for (found, wanted) in zip(adapter.parameters, final.parameters) {
      expectClose(
        found.toArray(), wanted.toArray().map(Double.init), absolute: 2e-4, relative: 1e-3,
        "final parameters")
    }
  }
}
