// SPDX-License-Identifier: Apache-2.0
import HoneModel
import HoneTensor
import HoneTesting
import HoneTraining
import Testing

/// What quantised products cost in accuracy, on tiny models.
@Suite struct QuantizedTrainingTests {
  private func gradients(
    _ compute: ComputeMode, _ folder: String = "tiny-llama", threads: Int = 2
  ) throws -> (Double, LoRAAdapter) {
    let decoder = try Fixtures.decoder(
      folder: folder, device: CPUDevice(threads: threads), compute: compute)
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
  /// (cosine 0.995) in place of a sixteenth.
  static let bounds: [(String, Double)] =
    [("tiny-llama", 0.998)] + Fixtures.families.map { ($0, 0.995) }

  @Test(arguments: bounds)
  func `the loss is within a hundredth, the gradient's cosine above its bound`(
    folder: String, bound: Double
  ) throws {
    let (exactLoss, exact) = try gradients(.float32, folder)
    let (loss, found) = try gradients(.int8, folder)
    #expect(abs(loss / exactLoss - 1) < 0.01)
    let a = exact.parameters.flatMap { $0.toArray().map(Double.init) }
    let b = found.parameters.flatMap { $0.toArray().map(Double.init) }
    func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    let cosine = dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    #expect(cosine > bound)
  }

  @Test func `threads change no bit`() throws {
    let (loss, one) = try gradients(.int8, threads: 1)
    let (otherLoss, three) = try gradients(.int8, threads: 3)
    #expect(loss == otherLoss)
    for (a, b) in zip(one.parameters, three.parameters) {
      expectEqualBits(a.toArray(), b.toArray())
    }
  }
}
