// SPDX-License-Identifier: Apache-2.0
// Products in bfloat16 on AVX-512 BF16: 14 rows x 32 columns, as float32's tile. One vdpbf16ps
// advances 16 columns by two inputs; 28 accumulators, 2 registers for B, 1 for the broadcast.
#include "../bf16_internal.h"
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx2,fma"))), apply_to = function)

#define VL 16
#define MR 14
#define NR 32
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
#define INTERLEAVE_LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define INTERLEAVE_HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
typedef float vf __attribute__((vector_size(VL * 4)));
#include "../simd/transpose.inc"

// The first n of 16, for n of any size.
INLINE __mmask16 first(size_t n) { return n >= 16 ? 0xFFFF : (__mmask16)((1u << n) - 1); }

// 32 entries that follow each other, the first n of them, the rest zero: 16 pairs.
INLINE __m512i pairs_along(const float *p, size_t n) {
  const __m512 low = n >= 16 ? _mm512_loadu_ps(p) : _mm512_maskz_loadu_ps(first(n), p);
  const __m512 high = n >= 32   ? _mm512_loadu_ps(p + 16)
                      : n <= 16 ? _mm512_setzero_ps()
                                : _mm512_maskz_loadu_ps(first(n - 16), p + 16);
  return (__m512i)_mm512_cvtne2ps_pbh(high, low);
}

static void pack_along(size_t m, size_t k, uint32_t *pairs, size_t ldp, const float *a,
                       size_t lda) {
  for (size_t i = 0; i < m; i++, a += lda, pairs += ldp) {
    size_t p = 0;
    for (; p + 32 <= k; p += 32) _mm512_storeu_si512(pairs + p / 2, pairs_along(a + p, 32));
    if (p < k)
      _mm512_mask_storeu_epi32(pairs + p / 2, first((k - p + 1) / 2),
                               pairs_along(a + p, k - p));
  }
}

static void pack_across(size_t k, size_t n, uint32_t *pairs, size_t ldp, const float *b,
                        size_t ldb) {
  const __m512i order = _mm512_set_epi16(
      31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19,
      3, 18, 2, 17, 1, 16, 0);
  for (size_t p = 0; p < k; p += 2, b += 2 * ldb, pairs += ldp) {
    for (size_t j = 0; j < n; j += 16) {
      const __mmask16 mask = first(n - j);
      const __m512 one = _mm512_maskz_loadu_ps(mask, b + j);
      const __m512 other =
          p + 1 < k ? _mm512_maskz_loadu_ps(mask, b + ldb + j) : _mm512_setzero_ps();
      const __m512i both = (__m512i)_mm512_cvtne2ps_pbh(other, one);
      _mm512_mask_storeu_epi32(pairs + j, mask, _mm512_permutexvar_epi16(order, both));
    }
  }
}

static void pack_turned(size_t k, size_t n, uint32_t *pairs, const float *b, size_t ldb) {
  for (size_t j = 0; j < n; j += 16) {
    for (size_t p = 0; p < k; p += 32) {
      const size_t inputs = k - p < 32 ? k - p : 32;
      vf rows[VL];
      UNROLL for (size_t i = 0; i < 16; i++)
        rows[i] = j + i < n ? (vf)pairs_along(b + (j + i) * ldb + p, inputs) : (vf){0};
      transpose(rows);
      uint32_t *out = pairs + p / 2 * NR + j;
      if (inputs == 32) {
        UNROLL for (size_t q = 0; q < 16; q++) memcpy(out + q * NR, &rows[q], 64);
      } else {
        for (size_t q = 0; q < (inputs + 1) / 2; q++) memcpy(out + q * NR, &rows[q], 64);
      }
    }
  }
}

// mr and nv are constants wherever this is inlined; rows of A as in kernels.inc.
INLINE void tile_of(const int mr, const int nv, size_t n, size_t pairs, float alpha,
                    int accumulate, float *c, size_t ldc, const uint32_t *a, size_t rsa,
                    size_t csa, const uint32_t *b) {
  __m512 sums[MR][2];
  UNROLL for (int i = 0; i < mr; i++)
    UNROLL for (int v = 0; v < nv; v++) sums[i][v] = _mm512_setzero_ps();
  const uint32_t *rows[(MR + 2) / 3];
  UNROLL for (int i = 0; i < mr; i += 3) rows[i / 3] = a + i * rsa;
  for (size_t q = 0; q < pairs; q++, b += NR) {
    __m512i w[2];
    UNROLL for (int v = 0; v < nv; v++) w[v] = _mm512_loadu_si512(b + v * 16);
    UNROLL for (int i = 0; i < mr; i++) {
      const __m512bh x = (__m512bh)_mm512_set1_epi32((int)rows[i / 3][(i % 3) * rsa]);
      UNROLL for (int v = 0; v < nv; v++)
        sums[i][v] = _mm512_dpbf16_ps(sums[i][v], x, (__m512bh)w[v]);
    }
    UNROLL for (int i = 0; i < mr; i += 3) rows[i / 3] += csa;
  }
  const __m512 factor = _mm512_set1_ps(alpha);
  UNROLL for (int v = 0; v < nv; v++) {
    const __mmask16 mask = first(n - (size_t)v * 16);
    UNROLL for (int i = 0; i < mr; i++) {
      float *out = c + i * ldc + v * 16;
      const __m512 y = _mm512_mul_ps(factor, sums[i][v]);
      _mm512_mask_storeu_ps(
          out, mask, accumulate ? _mm512_add_ps(_mm512_maskz_loadu_ps(mask, out), y) : y);
    }
  }
}

static void tile(size_t m, size_t n, size_t pairs, float alpha, int accumulate, float *c,
                 size_t ldc, const uint32_t *a, size_t rsa, size_t csa, const uint32_t *b) {
#define CASE(R)                                                                  \
  case R:                                                                        \
    if (n > VL)                                                                  \
      tile_of(R, 2, n, pairs, alpha, accumulate, c, ldc, a, rsa, csa, b);        \
    else                                                                         \
      tile_of(R, 1, n, pairs, alpha, accumulate, c, ldc, a, rsa, csa, b);        \
    break;
  switch (m) {
    CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7)
    CASE(8) CASE(9) CASE(10) CASE(11) CASE(12) CASE(13) CASE(14)
    default: break;
  }
#undef CASE
}

const hone_bf16_kernels hone_bf16_avx512 = {
    .instruction = "vdpbf16ps, 512 bits",
    .tile_rows = MR,
    .tile_columns = NR,
    .pack_along = pack_along,
    .pack_across = pack_across,
    .pack_turned = pack_turned,
    .tile = tile,
};

#pragma clang attribute pop
#else
typedef int hone_not_x86_avx512_bf16;
#endif
