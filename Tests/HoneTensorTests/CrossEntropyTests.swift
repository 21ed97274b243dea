// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import HoneTesting
import Testing

@Suite struct CrossEntropyTests {
  /// `weight · (softmax − onehot)` of each row.
  static func gradient(_ logits: [Double], targets: [Int32], weight: Double) -> [Double] {
    let columns = logits.count / targets.count
    return targets.enumerated().flatMap { row, target in
      Reference.softmax(logits[row * columns..<(row + 1) * columns]).enumerated().map {
        weight * ($0.element - ($0.offset == Int(target) ? 1 : 0))
      }
    }
  }

  @Test(arguments: DeviceChoice.all)
  func `likelihoods and gradient agree with the reference`(choice: DeviceChoice) {
    let device = choice.device
    var random = RandomSource(seed: 40)
    for v in awkwardLengths + [4096] {
      for t in [1, 2, 11] {
        for bound: Float in [1, 30] {
          let logits = random.view(t, v, bound: bound)
          let targets = (0..<t).map { _ in Int32(random.index(below: v)) }
          let exact = logits.toDoubles()
          let expected = Reference.logLikelihood(exact, targets: targets)
          let before = logits.toArray()
          let what = "T \(t) V \(v) ± \(bound)"
          expectClose(
            device.logLikelihood(logits, targets: targets), expected, absolute: 5e-6, what)
          expectEqualBits(logits.toArray(), before, what)
          let likelihoods = device.crossEntropy(logits, targets: targets, weight: 0.25)
          expectClose(likelihoods, expected, absolute: 5e-6, what)
          expectClose(
            logits.toArray(), Self.gradient(exact, targets: targets, weight: 0.25),
            absolute: 2e-6, what)
          expectOnlyViewWritten(logits, what)
        }
      }
    }
  }

  @Test(arguments: Kernels.available)
  func `the gradient is that of the reference`(kernels: Kernels) {
    let device = CPUDevice(kernels: kernels, threads: 2)
    var random = RandomSource(seed: 41)
    let logits = random.tensor(3, 19, bound: 4)
    let point = logits.toArray()
    let targets: [Int32] = [0, 18, 7]
    _ = device.crossEntropy(logits, targets: targets, weight: 0.5)
    // The loss is the negative log-likelihood, hence the upstream of −weight.
    gradientCheck(logits.toArray(), upstream: [-0.5, -0.5, -0.5], at: point) { logits in
      Reference.logLikelihood(logits, targets: targets)
    }
  }

  @Test(arguments: Kernels.available, [1, 2, 7, 15, 16, 17, 33, 100])
  func `extreme logits give finite and right values`(kernels: Kernels, v: Int) {
    let device = CPUDevice(kernels: kernels, threads: 1)
    let levels: [Float] = [0, 1e4, -1e4, 100, -100, 88.5, -88.5, 3e38, -3e38, 1e-38]
    for level in levels {
      for other in levels {
        for place in Set([0, v / 2, v - 1]) {
          var values = [Float](repeating: level, count: v)
          values[place] = other
          // Differences beyond the range of float32 have no finite likelihood.
          guard (values.max()! - values.min()!).isFinite else { continue }
          for target in Set([0, place, v - 1]) {
            let logits = Tensor(values, rows: 1, columns: v)
            let exact = logits.toDoubles()
            let expected = Reference.logLikelihood(exact, targets: [Int32(target)])
            let what = "\(level), \(other) at \(place), target \(target)"
            // The float32 spacing of the largest logit bounds the logarithm's accuracy.
            let absolute = 1e-5 + Double(max(abs(level), abs(other)).ulp)
            let likelihood = device.logLikelihood(logits, targets: [Int32(target)])
            expectClose(likelihood, expected, absolute: absolute, what)
            let same = device.crossEntropy(logits, targets: [Int32(target)], weight: 1)
            expectClose(same, expected, absolute: absolute, what)
            #expect(logits.isFinite, "\(what)")
            if absolute < 0.01 {
              expectClose(
                logits.toArray(), Self.gradient(exact, targets: [Int32(target)], weight: 1),
                absolute: absolute, what)
            }
          }
        }
      }
    }
  }

  @Test(arguments: Kernels.available, [1, 2, 15, 16, 17, 40])
  func `a logit that is not a number is not hidden`(kernels: Kernels, v: Int) {
    let device = CPUDevice(kernels: kernels, threads: 1)
    for place in 0..<v {
      var values = [Float](repeating: 1, count: v)
      values[place] = .nan
      let logits = Tensor(values, rows: 1, columns: v)
      #expect(device.logLikelihood(logits, targets: [0])[0].isNaN, "at \(place)")
      #expect(device.crossEntropy(logits, targets: [0], weight: 1)[0].isNaN, "at \(place)")
      #expect(!logits.isFinite, "at \(place)")
    }
  }

  @Test(arguments: Kernels.available)
  func `the number of threads changes no bit`(kernels: Kernels) {
    let results = [1, 2, 3, 5].map { threads in
      let device = CPUDevice(kernels: kernels, threads: threads)
      var random = RandomSource(seed: 42)
      let logits = random.tensor(37, 301, bound: 9)
      let targets = (0..<37).map { Int32($0 * 8) }
      return device.logLikelihood(logits, targets: targets)
        + device.crossEntropy(logits, targets: targets, weight: 0.1) + logits.toArray()
    }
    for result in results[1...] { expectEqualBits(result, results[0]) }
  }
}
