// SPDX-License-Identifier: Apache-2.0
// Blocked matrix product (Goto & van de Geijn 2008): a KC x NC block of B is packed into panels
// that stay in the second-level cache, MC rows of A are walked beside them.
#include "hone_kernels.h"

enum { KC = 384, NC = 512, MC = 168 };

size_t hone_gemm_scratch(void) { return (size_t)KC * NC; }

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

void hone_gemm(const hone_kernels *kernels, size_t m, size_t n, size_t k, float alpha,
               int accumulate, float *c, size_t ldc, const float *a, size_t rsa, size_t csa,
               const float *b, size_t ldb, int b_transposed, float *scratch) {
  const size_t mr = kernels->tile_rows, nr = kernels->tile_columns;
  if (k == 0 && !accumulate) {
    for (size_t i = 0; i < m; i++)
      for (size_t j = 0; j < n; j++) c[i * ldc + j] = 0;
    return;
  }
  for (size_t jc = 0; jc < n; jc += NC) {
    const size_t nc = least(NC, n - jc);
    for (size_t pc = 0; pc < k; pc += KC) {
      const size_t kc = least(KC, k - pc);
      for (size_t j = 0; j < nc; j += nr) {
        const size_t columns = least(nr, nc - j);
        float *panel = scratch + j * kc;
        if (b_transposed)
          kernels->pack_transposed(kc, columns, panel, b + (jc + j) * ldb + pc, ldb);
        else
          kernels->pack_rows(kc, columns, panel, b + pc * ldb + jc + j, ldb);
      }
      for (size_t ic = 0; ic < m; ic += MC) {
        const size_t mc = least(MC, m - ic);
        for (size_t j = 0; j < nc; j += nr)
          for (size_t i = ic; i < ic + mc; i += mr)
            kernels->gemm_tile(least(mr, ic + mc - i), least(nr, nc - j), kc, alpha,
                               accumulate || pc > 0, c + i * ldc + jc + j, ldc,
                               a + i * rsa + pc * csa, rsa, csa, scratch + j * kc);
      }
    }
  }
}
