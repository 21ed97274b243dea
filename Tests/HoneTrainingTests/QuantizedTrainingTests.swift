// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTesting
import HoneTraining
import Testing

/// What quantised products cost in accuracy, on tiny models.
@Suite struct QuantizedTrainingTests {
  private func gradients(
    _ compute: ComputeMode, _ folder: String = "tiny-llama", threads: Int = 2,
    precision: ProductPrecision = .float32
  ) throws -> (Double, LoRAAdapter) {
    let device = try CPUDevice(threads: threads)
    device.trainingPrecision = precision
    let decoder = try Fixtures.decoder(folder: folder, device: device, compute: compute)
    let golden = try Golden(folder + "/golden.safetensors")
    let adapter = try golden.adapter(rank: 4, alpha: 8, model: decoder.configuration)
    let gradients = LoRAAdapter(configuration: adapter.configuration, model: decoder.configuration)
    var batch = PackedBatch()
    for index in 0..<2 {
      batch.append(try golden.ids("ids.\(index)"), isTarget: try golden.flags("mask.\(index)"))
    }
    let likelihoods = try decoder.logLikelihoodsAndGradients(
      batch, adapter: adapter, gradients: gradients, weight: 1 / Float(batch.targets.count))
    return (-likelihoods.reduce(0) { $0 + Double($1) } / Double(batch.targets.count), gradients)
  }

  /// The families' models have queries and keys of four times the size, so that scores, and what
  /// rounding does to them, are sixteen times as large: there a gradient may be off by a tenth
  /// (cosine 0.995) in place of a sixteenth, and where scores of that size are made in bfloat16 by a
  /// seventh (0.99).
  static let bounds: [(String, Double)] =
    [("tiny-llama", 0.998)] + Fixtures.families.map { ($0, 0.995) }

  @Test(arguments: bounds)
  func `the loss is within a hundredth, the gradient's cosine above its bound`(
    folder: String, bound: Double
  ) throws {
    let (exactLoss, exact) = try gradients(.float32, folder)
    let a = exact.parameters.flatMap { $0.toArray().map(Double.init) }
    func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    for precision in Kernels.available[0].precisions {
      let (loss, found) = try gradients(.int8, folder, precision: precision)
      #expect(abs(loss / exactLoss - 1) < 0.01, "\(precision)")
      let b = found.parameters.flatMap { $0.toArray().map(Double.init) }
      let cosine = dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
      let isRounded = precision == .bfloat16 && folder != "tiny-llama"
      #expect(cosine > (isRounded ? 0.99 : bound), "\(precision)")
    }
  }

  @Test func `threads change no bit`() throws {
    for precision in Kernels.available[0].precisions {
      let (loss, one) = try gradients(.int8, threads: 1, precision: precision)
      let (otherLoss, three) = try gradients(.int8, threads: 3, precision: precision)
      #expect(loss == otherLoss)
      for (a, b) in zip(one.parameters, three.parameters) {
        expectEqualBits(a.toArray(), b.toArray())
      }
    }
  }

  @Test func `trainings use bfloat16 beside int8, where it is faster`() async throws {
    let fast = try Kernels.chosen().hasFastBFloat16
    for (compute, expected) in [
      (ComputeMode.int8, fast ? ProductPrecision.bfloat16 : .float32), (.float32, .float32),
    ] {
      let model = try LanguageModel.load(
        path: Fixtures.path("tiny-llama"), threads: 1, compute: compute)
      #expect(await model.trainingPrecision == expected)
    }
  }
}

extension LanguageModel {
  fileprivate var trainingPrecision: ProductPrecision { decoder.device.trainingPrecision }
}
