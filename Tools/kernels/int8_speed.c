// SPDX-License-Identifier: Apache-2.0
// How many times as fast quantised products are as float32's of the same instruction set, one
// thread, SmolLM2-135M's gate and up (576 to 1536): prints the table of docs/performance.md.
//   clang -O2 -I Sources/CHoneKernels/include $(find Sources/CHoneKernels/src -name '*.c') \
//     Tools/kernels/int8_speed.c -o int8_speed -lm -lpthread && ./int8_speed
// The rows' quantisation is part of it. One row reads other weights each time, from memory or the
// third-level cache. All that a line compares runs in turns; medians.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "hone_kernels.h"

enum { N = 1536, K = 576, MOST_ROWS = 512, COPIES = 40, ROUNDS = 41 };

static float *x, *y, *weights, *scratch, *scale, *sum;
static int32_t *offset;
static int8_t *q;
static uint8_t *packed;

static void *room(size_t bytes) {
  uint8_t *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (!memory) abort();
  // Small numbers in every format.
  for (size_t i = 0; i < bytes; i++) memory[i] = 0x11;
  return memory;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// packing -1 is float32. Seconds for one product.
static double run(const hone_kernels *kernels, int packing, size_t m) {
  const size_t copies = m == 1 ? COPIES : 1;
  const double start = now();
  for (size_t c = 0; c < copies; c++) {
    if (packing < 0 && m <= HONE_DOT_ROWS) {
      kernels->dot_rows(m, N, K, y, N, x, K, weights + c * N * K, K);
    } else if (packing < 0) {
      hone_gemm(kernels, m, N, K, 1, 0, y, N, x, K, 1, weights, K, 1, scratch);
    } else {
      kernels->quantize_rows(hone_packing_block(packing), m, K, q, scale, sum, offset, x, K);
      const hone_int8_product p = {
          .packing = (hone_packing)packing, .m = m, .k = K, .q = q, .scale = scale, .sum = sum,
          .packed = packed + c * hone_packed_bytes(packing, N, K), .offset = offset, .y = y,
          .ldy = N};
      hone_int8_gemm(kernels, &p, 0, N);
    }
  }
  return (now() - start) / (double)copies;
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(void) {
  x = room(MOST_ROWS * K * sizeof *x);
  y = room(MOST_ROWS * N * sizeof *y);
  weights = room((size_t)COPIES * N * K * sizeof *weights);
  packed = room(COPIES * hone_packed_bytes(HONE_BYTES, N, K));
  scratch = room(hone_gemm_scratch() * sizeof *scratch);
  q = room(MOST_ROWS * K);
  scale = room(MOST_ROWS * K * sizeof *scale);
  sum = room(MOST_ROWS * K * sizeof *sum);
  offset = room(MOST_ROWS * K * sizeof *offset);
  for (size_t i = 0; i < MOST_ROWS * K; i++) x[i] = (float)(i * 37 % 101) / 101 - 0.5f;
  const hone_isa sets[] = {
      HONE_AVX2, HONE_AVX_VNNI, HONE_AVX512, HONE_AVX512_VNNI, HONE_NEON, HONE_NEON_DOTPROD};
  const int packings[] = {-1, HONE_NIBBLES, HONE_FIVE_BITS, HONE_BYTES, HONE_SIGNED, HONE_WIDE};
  enum { KINDS = sizeof packings / sizeof *packings };
  printf("| rows | `HONE_CPU` | float32, GFLOP/s | 4 bits | 5 bits | 8 bits with minima | "
         "8 bits | backward |\n|---|---|---|---|---|---|---|---|\n");
  for (size_t m = MOST_ROWS; m > 0; m = m == 1 ? 0 : 1) {
    for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
      const hone_kernels *kernels = hone_kernels_for(sets[s]);
      if (!kernels) continue;
      double times[KINDS][ROUNDS];
      for (size_t round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < KINDS; i++) times[i][round] = run(kernels, packings[i], m);
      for (size_t i = 0; i < KINDS; i++) qsort(times[i], ROUNDS, sizeof(double), ascending);
      const double base = times[0][ROUNDS / 2];
      printf("| %zu | %s | %.0f |", m, kernels->name, 2e-9 * (double)m * N * K / base);
      for (size_t i = 1; i < KINDS; i++) printf(" %.2f |", base / times[i][ROUNDS / 2]);
      printf("\n");
    }
  }
}
