// SPDX-License-Identifier: Apache-2.0
// Blocked matrix product in bfloat16: gemm.c's walk, with A packed, too, for it has to be rounded.
#include "hone_kernels.h"
#include "walk.h"

enum { KC = HONE_GEMM_STEP, NC = 512, MC = 168, PAIRS = KC / 2 };
// Rows of packed A do not begin at the same place in a page.
enum { LDA = PAIRS + 16 };

static uint32_t *pairs_of(float *scratch) { return (uint32_t *)(void *)scratch; }

size_t hone_bf16_scratch(void) { return (size_t)PAIRS * NC + (size_t)MC * LDA; }

// Rows of A beside one packed block, as gemm.c's.
static void walk_rows(const hone_bf16_kernels *kernels, size_t m, size_t n, size_t pairs,
                      float alpha, int accumulate, float *c, size_t ldc, const uint32_t *a,
                      size_t rsa, size_t csa, const uint32_t *b) {
  size_t i = 0;
  for (size_t tiles = divided(m, kernels->tile_rows); tiles > 0; tiles--) {
    const size_t rows = divided(m - i, tiles);
    kernels->tile(rows, n, pairs, alpha, accumulate, c + i * ldc, ldc, a + i * rsa, rsa, csa, b);
    i += rows;
  }
}

void hone_bf16_gemm(const hone_bf16_kernels *kernels, size_t m, size_t n, size_t k, float alpha,
                    int accumulate, float *c, size_t ldc, const float *a, size_t rsa, size_t csa,
                    const float *b, size_t ldb, int b_transposed, float *scratch) {
  const size_t nr = kernels->tile_columns;
  if (k == 0 && !accumulate) return clear(m, n, c, ldc);
  uint32_t *packed_b = pairs_of(scratch), *packed_a = packed_b + (size_t)PAIRS * NC;
  const int along = csa == 1;
  for (size_t jc = 0; jc < n; jc += NC) {
    const size_t nc = least(NC, n - jc);
    for (size_t pc = 0; pc < k; pc += KC) {
      const size_t kc = least(KC, k - pc), pairs = (kc + 1) / 2;
      const int adds = accumulate || pc > 0;
      for (size_t j = 0; j < nc; j += nr) {
        const size_t columns = least(nr, nc - j);
        uint32_t *panel = packed_b + j * pairs;
        if (b_transposed)
          kernels->pack_turned(kc, columns, panel, b + (jc + j) * ldb + pc, ldb);
        else
          kernels->pack_across(kc, columns, panel, nr, b + pc * ldb + jc + j, ldb);
      }
      for (size_t ic = 0; ic < m; ic += MC) {
        const size_t mc = least(MC, m - ic);
        const float *block = a + ic * rsa + pc * csa;
        if (along)
          kernels->pack_along(mc, kc, packed_a, LDA, block, rsa);
        else
          kernels->pack_across(kc, mc, packed_a, MC, block, csa);
        for (size_t j = 0; j < nc; j += nr)
          walk_rows(kernels, mc, least(nr, nc - j), pairs, alpha, adds, c + ic * ldc + jc + j, ldc,
                    packed_a, along ? LDA : 1, along ? 1 : MC, packed_b + j * pairs);
      }
    }
  }
}

size_t hone_bf16_packed_count(const hone_bf16_kernels *kernels, size_t n, size_t k) {
  const size_t nr = kernels->tile_columns;
  return divided(n, nr) * nr * divided(k, 2);
}

void hone_bf16_pack(const hone_bf16_kernels *kernels, size_t n, size_t k, uint32_t *packed,
                    const float *b, size_t ldb) {
  const size_t nr = kernels->tile_columns;
  for (size_t j = 0; j < n; j += nr)
    kernels->pack_turned(k, least(nr, n - j), packed + j * ((k + 1) / 2), b + j * ldb, ldb);
}

void hone_bf16_gemm_packed(const hone_bf16_kernels *kernels, size_t m, size_t n, size_t k,
                           float alpha, float *c, size_t ldc, const float *a, size_t lda,
                           const uint32_t *packed, float *scratch) {
  const size_t nr = kernels->tile_columns, all = (k + 1) / 2;
  uint32_t *packed_a = pairs_of(scratch);
  for (size_t ic = 0; ic < m; ic += MC) {
    const size_t mc = least(MC, m - ic);
    for (size_t pc = 0; pc < k; pc += KC) {
      const size_t kc = least(KC, k - pc);
      kernels->pack_along(mc, kc, packed_a, LDA, a + ic * lda + pc, lda);
      for (size_t j = 0; j < n; j += nr)
        walk_rows(kernels, mc, least(nr, n - j), (kc + 1) / 2, alpha, pc > 0, c + ic * ldc + j,
                  ldc, packed_a, LDA, 1, packed + j * all + pc / 2 * nr);
    }
  }
}
