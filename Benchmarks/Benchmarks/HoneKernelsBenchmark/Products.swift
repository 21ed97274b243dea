// SPDX-License-Identifier: Apache-2.0
import Benchmark
import CHoneKernels

/// Products with weights `[outputs, inputs]`: one row as in generation, 32 as in a batch of texts,
/// 512 as in prompts and training.
func registerProducts(_ kernels: ChosenKernels) {
  let shapes = [
    (name: "gate-up", outputs: 1536, inputs: 576), (name: "down", outputs: 576, inputs: 1536),
    (name: "head", outputs: 49_152, inputs: 576),
  ]
  for (name, outputs, inputs) in shapes {
    let weight = Values(outputs * inputs)
    for rows in [1, 32, 512] {
      registerProduct(
        "float32-\(name)-\(rows)-rows", kernels, weight: weight, rows: rows, outputs: outputs,
        inputs: inputs)
    }
    registerBackward(
      "float32-backward-\(name)-512-rows", kernels, weight: weight, rows: 512, outputs: outputs,
      inputs: inputs)
  }
}

private func registerProduct(
  _ name: String, _ kernels: ChosenKernels, weight: Values, rows: Int, outputs: Int, inputs: Int
) {
  let x = Values(rows * inputs)
  let y = Values(rows * outputs)
  let scratch = Values(hone_gemm_scratch())
  Benchmark(name, configuration: .product) { benchmark in
    benchmark.measure(operations: 2 * rows * outputs * inputs) {
      if rows <= 4 {
        kernels.entry.dot_rows(
          rows, outputs, inputs, y.pointer, outputs, x.pointer, inputs, weight.pointer, inputs)
      } else {
        hone_gemm(
          kernels.table, rows, outputs, inputs, 1, 0, y.pointer, outputs, x.pointer, inputs, 1,
          weight.pointer, inputs, 1, scratch.pointer)
      }
    }
  } setup: {
    for values in [weight, x, y, scratch] { blackHole(values.pointer) }
  }
}

/// `dx = dy · W`.
private func registerBackward(
  _ name: String, _ kernels: ChosenKernels, weight: Values, rows: Int, outputs: Int, inputs: Int
) {
  let dy = Values(rows * outputs)
  let dx = Values(rows * inputs)
  let scratch = Values(hone_gemm_scratch())
  Benchmark(name, configuration: .product) { benchmark in
    benchmark.measure(operations: 2 * rows * outputs * inputs) {
      hone_gemm(
        kernels.table, rows, inputs, outputs, 1, 0, dx.pointer, inputs, dy.pointer, outputs, 1,
        weight.pointer, inputs, 0, scratch.pointer)
    }
  } setup: {
    for values in [weight, dy, dx, scratch] { blackHole(values.pointer) }
  }
}
