// SPDX-License-Identifier: Apache-2.0
// Blocked matrix product (Goto & van de Geijn 2008): a KC x NC block of B is packed into panels
// that stay in the second-level cache, MC rows of A are walked beside them.
#include "hone_kernels.h"
#include "walk.h"

enum { KC = HONE_GEMM_STEP, NC = 512, MC = 168, FEW_ROWS = 32 };

size_t hone_gemm_scratch(void) { return (size_t)KC * NC; }

// Rows of A beside one packed block: as few tiles as there must be, of about the same height, for
// a low tile waits for its own sums.
static void walk_rows(const hone_kernels *kernels, size_t m, size_t n, size_t k, float alpha,
                      int accumulate, float *c, size_t ldc, const float *a, size_t rsa, size_t csa,
                      const float *b, size_t ldb) {
  size_t i = 0;
  for (size_t tiles = divided(m, kernels->tile_rows); tiles > 0; tiles--) {
    const size_t rows = divided(m - i, tiles);
    kernels->gemm_tile(rows, n, k, alpha, accumulate, c + i * ldc, ldc, a + i * rsa, rsa, csa, b,
                       ldb);
    i += rows;
  }
}

void hone_gemm(const hone_kernels *kernels, size_t m, size_t n, size_t k, float alpha,
               int accumulate, float *c, size_t ldc, const float *a, size_t rsa, size_t csa,
               const float *b, size_t ldb, int b_transposed, float *scratch) {
  const size_t nr = kernels->tile_columns;
  if (k == 0 && !accumulate) return clear(m, n, c, ldc);
  // A row-major B read a few times only is not worth a copy.
  const int reads_directly = !b_transposed && m <= FEW_ROWS;
  for (size_t jc = 0; jc < n; jc += NC) {
    const size_t nc = least(NC, n - jc);
    for (size_t pc = 0; pc < k; pc += KC) {
      const size_t kc = least(KC, k - pc);
      for (size_t j = 0; j < nc; j += nr) {
        const size_t columns = least(nr, nc - j);
        float *panel = scratch + j * kc;
        const float *source = b + pc * ldb + jc + j;
        if (reads_directly && columns % kernels->lanes == 0) {
          walk_rows(kernels, m, columns, kc, alpha, accumulate || pc > 0, c + jc + j, ldc,
                    a + pc * csa, rsa, csa, source, ldb);
        } else if (b_transposed) {
          kernels->pack_transposed(kc, columns, panel, nr, b + (jc + j) * ldb + pc, ldb);
        } else {
          kernels->pack_rows(kc, columns, panel, source, ldb);
          if (reads_directly)
            walk_rows(kernels, m, columns, kc, alpha, accumulate || pc > 0, c + jc + j, ldc,
                      a + pc * csa, rsa, csa, panel, nr);
        }
      }
      if (reads_directly) continue;
      for (size_t ic = 0; ic < m; ic += MC)
        for (size_t j = 0; j < nc; j += nr)
          walk_rows(kernels, least(MC, m - ic), least(nr, nc - j), kc, alpha, accumulate || pc > 0,
                    c + ic * ldc + jc + j, ldc, a + ic * rsa + pc * csa, rsa, csa,
                    scratch + j * kc, nr);
    }
  }
}

void hone_gemm_packed(const hone_kernels *kernels, size_t m, size_t n, size_t k, float alpha,
                      float *c, size_t ldc, const float *a, size_t lda, const float *packed,
                      size_t ldp) {
  for (size_t j = 0; j < n; j += kernels->tile_columns)
    walk_rows(kernels, m, least(kernels->tile_columns, n - j), k, alpha, 0, c + j, ldc, a, lda, 1,
              packed + j, ldp);
}
