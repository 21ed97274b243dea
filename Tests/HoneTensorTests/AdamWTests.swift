// SPDX-License-Identifier: Apache-2.0
import HoneTensor
import HoneTesting
import Testing

@Suite struct AdamWTests {
  @Test(arguments: DeviceChoice.all)
  func `ten steps follow the reference`(choice: DeviceChoice) {
    let device = choice.device
    var configuration = AdamWConfiguration()
    configuration.weightDecay = 0.1
    var random = RandomSource(seed: 50)
    for n in awkwardLengths {
      let parameter = random.tensor(1, n)
      let (first, second) = (Tensor(rows: 1, columns: n), Tensor(rows: 1, columns: n))
      var exact = parameter.toDoubles().map { (parameter: $0, first: 0.0, second: 0.0) }
      for step in 1...10 {
        let gradient = random.tensor(1, n)
        let learningRate = 1e-2 / Double(step)
        device.adamW(
          parameter, firstMoment: first, secondMoment: second, gradient: gradient, step: step,
          learningRate: learningRate, configuration: configuration)
        for (i, g) in gradient.toDoubles().enumerated() {
          exact[i] = Reference.adamW(
            exact[i].parameter, first: exact[i].first, second: exact[i].second, gradient: g,
            step: step, learningRate: learningRate, configuration: configuration)
        }
      }
      expectClose(parameter.toArray(), exact.map(\.parameter), absolute: 3e-6, "n \(n)")
      expectClose(first.toArray(), exact.map(\.first), absolute: 3e-7, "n \(n)")
      expectClose(second.toArray(), exact.map(\.second), absolute: 3e-7, "n \(n)")
    }
  }

  @Test(arguments: Kernels.available)
  func `a gradient of zeros only decays, and tiny gradients take whole steps`(kernels: Kernels) {
    let device = CPUDevice(kernels: kernels, threads: 1)
    let ones = [Float](repeating: 1, count: 17)
    for (size, expected) in [(Float(0), 0.99), (1e-4, 0.89), (-1e4, 1.09)] {
      let parameter = Tensor(ones, rows: 1, columns: 17)
      let gradient = Tensor(ones.map { $0 * size }, rows: 1, columns: 17)
      var configuration = AdamWConfiguration()
      configuration.weightDecay = 0.1
      device.adamW(
        parameter, firstMoment: Tensor(rows: 1, columns: 17),
        secondMoment: Tensor(rows: 1, columns: 17), gradient: gradient, step: 1,
        learningRate: 0.1, configuration: configuration)
      expectClose(
        parameter.toArray(), ones.map { _ in expected }, absolute: 2e-5, "gradient \(size)")
    }
  }
}
