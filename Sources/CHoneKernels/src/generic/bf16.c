// SPDX-License-Identifier: Apache-2.0
// Products in bfloat16 in plain C: what the SIMD versions must agree with.
#include "../bf16_internal.h"
#include "../stored_bits.h"

enum { TILE_ROWS = 4, TILE_COLUMNS = 8 };

// To the nearest, ties to even; not a number stays so.
static uint32_t rounded(float x) {
  const uint32_t bits = bits_of_float(x);
  if ((bits & 0x7FFFFFFF) > 0x7F800000) return bits >> 16 | 0x40;
  return (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
}

static uint32_t pair(float first, float second) { return rounded(first) | rounded(second) << 16; }

static float first_of(uint32_t pair) { return float_of_bits(pair << 16); }
static float second_of(uint32_t pair) { return float_of_bits(pair & 0xFFFF0000); }

static void pack_along(size_t m, size_t k, uint32_t *pairs, size_t ldp, const float *a,
                       size_t lda) {
  for (size_t i = 0; i < m; i++)
    for (size_t p = 0; p < k; p += 2)
      pairs[i * ldp + p / 2] = pair(a[i * lda + p], p + 1 < k ? a[i * lda + p + 1] : 0);
}

static void pack_across(size_t k, size_t n, uint32_t *pairs, size_t ldp, const float *b,
                        size_t ldb) {
  for (size_t p = 0; p < k; p += 2)
    for (size_t j = 0; j < n; j++)
      pairs[p / 2 * ldp + j] = pair(b[p * ldb + j], p + 1 < k ? b[(p + 1) * ldb + j] : 0);
}

static void pack_turned(size_t k, size_t n, uint32_t *pairs, const float *b, size_t ldb) {
  for (size_t p = 0; p < k; p += 2)
    for (size_t j = 0; j < n; j++)
      pairs[p / 2 * TILE_COLUMNS + j] = pair(b[j * ldb + p], p + 1 < k ? b[j * ldb + p + 1] : 0);
}

static void tile(size_t m, size_t n, size_t pairs, float alpha, int accumulate, float *c,
                 size_t ldc, const uint32_t *a, size_t rsa, size_t csa, const uint32_t *b) {
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < n; j++) {
      float sum = 0;
      for (size_t q = 0; q < pairs; q++) {
        const uint32_t x = a[i * rsa + q * csa], w = b[q * TILE_COLUMNS + j];
        sum += second_of(x) * second_of(w);
        sum += first_of(x) * first_of(w);
      }
      c[i * ldc + j] = alpha * sum + (accumulate ? c[i * ldc + j] : 0);
    }
}

const hone_bf16_kernels hone_bf16_generic = {
    .instruction = "plain C",
    .tile_rows = TILE_ROWS,
    .tile_columns = TILE_COLUMNS,
    .pack_along = pack_along,
    .pack_across = pack_across,
    .pack_turned = pack_turned,
    .tile = tile,
};
