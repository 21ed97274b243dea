// SPDX-License-Identifier: Apache-2.0
// The quantised tile on AVX-512 VNNI: 6 rows x 32 columns. One vpdpbusd advances 16 columns by
// four inputs; 12 integer and 12 float accumulators, 2 registers for W, 1 for the broadcast.
#include "hone_kernels.h"
#if defined(__x86_64__)
#include <immintrin.h>

#include "avx512_vnni.h"
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

// mr and panels are constants wherever this is inlined.
INLINE void tile(const int mr, const int panels, size_t columns, size_t blocks, int accumulate,
                 float *y, size_t ldy, const int8_t *q, const float *scale, const float *sum,
                 const uint8_t *packed, size_t panel_stride) {
  __m512 totals[6][2];
#pragma clang loop unroll(full)
  for (int i = 0; i < mr; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < panels; j++) totals[i][j] = _mm512_setzero_ps();
  const size_t row = blocks * HONE_BLOCK;
  for (size_t b = 0; b < blocks; b++) {
    __m512i products[6][2];
#pragma clang loop unroll(full)
    for (int i = 0; i < mr; i++)
#pragma clang loop unroll(full)
      for (int j = 0; j < panels; j++) products[i][j] = _mm512_setzero_si512();
#pragma clang loop unroll(full)
    for (int line = 0; line < 8; line++) {
      __m512i w[2];
#pragma clang loop unroll(full)
      for (int j = 0; j < panels; j++)
        w[j] = _mm512_loadu_si512(packed + j * panel_stride + line * 64);
#pragma clang loop unroll(full)
      for (int i = 0; i < mr; i++) {
        int32_t four;
        __builtin_memcpy(&four, q + i * row + line * 4, 4);
        const __m512i x = _mm512_set1_epi32(four);
#pragma clang loop unroll(full)
        for (int j = 0; j < panels; j++)
          products[i][j] = _mm512_dpbusd_epi32(products[i][j], w[j], x);
      }
    }
#pragma clang loop unroll(full)
    for (int j = 0; j < panels; j++) {
      const __m512 d = _mm512_loadu_ps((const float *)(packed + j * panel_stride + 512));
      const __m512 minimum = _mm512_loadu_ps((const float *)(packed + j * panel_stride + 576));
#pragma clang loop unroll(full)
      for (int i = 0; i < mr; i++) {
        const __m512 exact = _mm512_mul_ps(_mm512_cvtepi32_ps(products[i][j]), d);
        totals[i][j] = _mm512_fmadd_ps(exact, _mm512_set1_ps(scale[i * blocks + b]), totals[i][j]);
        totals[i][j] = _mm512_fmadd_ps(minimum, _mm512_set1_ps(sum[i * blocks + b]), totals[i][j]);
      }
    }
    q += HONE_BLOCK;
    packed += HONE_PANEL_BLOCK_BYTES;
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < mr; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < panels; j++) {
      const size_t left = columns - (size_t)j * HONE_PANEL;
      const __mmask16 mask = left >= HONE_PANEL ? 0xFFFF : (__mmask16)((1u << left) - 1);
      float *out = y + i * ldy + j * HONE_PANEL;
      __m512 total = totals[i][j];
      if (accumulate) total = _mm512_add_ps(total, _mm512_maskz_loadu_ps(mask, out));
      _mm512_mask_storeu_ps(out, mask, total);
    }
}

void hone_int8_tile_avx512_vnni(size_t m, size_t columns, size_t blocks, int accumulate, float *y,
                                size_t ldy, const int8_t *q, const float *scale, const float *sum,
                                const uint8_t *packed, size_t panel_stride) {
#define CASE(R)                                                                               \
  case R:                                                                                     \
    if (columns > HONE_PANEL)                                                                 \
      tile(R, 2, columns, blocks, accumulate, y, ldy, q, scale, sum, packed, panel_stride);   \
    else                                                                                      \
      tile(R, 1, columns, blocks, accumulate, y, ldy, q, scale, sum, packed, panel_stride);   \
    break;
  switch (m) {
    CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6)
    default: break;
  }
#undef CASE
}

#pragma clang attribute pop
#else
typedef int hone_not_x86_avx512_vnni;
#endif
