// SPDX-License-Identifier: Apache-2.0
import Benchmark
import CHoneKernels

/// What stands between the products.
func registerLayers(_ kernels: ChosenKernels) {
  registerAttention(kernels)
  registerElementwise(kernels)
  registerCrossEntropy(kernels)
}

/// One head of causal attention over 512 tokens: scores, softmax of each row, weighted values.
private func registerAttention(_ kernels: ChosenKernels) {
  let (tokens, headDim) = (512, 64)
  let inputs = (0..<3).map { _ in Values(tokens * headDim) }
  let scores = Values(tokens * tokens)
  let out = Values(tokens * headDim)
  let scratch = Values(hone_gemm_scratch())
  Benchmark(
    "attention-one-head-512-tokens", configuration: .product
  ) { benchmark in
    benchmark.measure(operations: 4 * tokens * tokens * headDim) {
      hone_gemm(
        kernels.table, tokens, tokens, headDim, 1, 0, scores.pointer, tokens, inputs[0].pointer,
        headDim, 1, inputs[1].pointer, headDim, 1, scratch.pointer)
      for row in 0..<tokens {
        let start = scores.pointer + row * tokens
        _ = kernels.entry.softmax(row + 1, 0.125, start)
        (start + row + 1).update(repeating: 0, count: tokens - row - 1)
      }
      hone_gemm(
        kernels.table, tokens, headDim, tokens, 1, 0, out.pointer, headDim, scores.pointer, tokens,
        1, inputs[2].pointer, headDim, 0, scratch.pointer)
    }
  } setup: {
    for values in inputs + [scores, out, scratch] { blackHole(values.pointer) }
  }
}

private func registerElementwise(_ kernels: ChosenKernels) {
  let (tokens, hiddenSize, intermediateSize) = (512, 576, 1536)
  let x = Values(tokens * intermediateSize)
  let up = Values(tokens * intermediateSize)
  let y = Values(tokens * intermediateSize)
  let weight = Values(hiddenSize)
  let rstd = Values(tokens)
  let setup: @Sendable () -> Void = {
    for values in [x, up, y, weight, rstd] { blackHole(values.pointer) }
  }
  Benchmark("rms-norm-512-rows") { _ in
    kernels.entry.rms_norm(
      tokens, hiddenSize, 1e-5, y.pointer, rstd.pointer, x.pointer, weight.pointer)
  } setup: {
    setup()
  }
  Benchmark("swiglu-512-rows") { _ in
    kernels.entry.swiglu(tokens * intermediateSize, y.pointer, x.pointer, up.pointer)
  } setup: {
    setup()
  }
}

private func registerCrossEntropy(_ kernels: ChosenKernels) {
  let (rows, vocabSize) = (32, 49_152)
  let logits = Values(rows * vocabSize)
  Benchmark("cross-entropy-32-rows") { _ in
    // In place: from the second run on of its own gradient, which takes as long.
    for row in 0..<rows {
      blackHole(
        kernels.entry.cross_entropy(vocabSize, row, 1, logits.pointer + row * vocabSize))
    }
  } setup: {
    blackHole(logits.pointer)
  }
}
