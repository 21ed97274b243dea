// SPDX-License-Identifier: Apache-2.0
// The quantised tile on AVX-512 VNNI: 6 rows x 32 columns. One vpdpbusd advances 16 columns by
// four inputs; 12 integer and 12 float accumulators, 2 to 4 registers for W, 1 for the broadcast.
// Not simd/int8_tile.inc: that is 11 to 15 % slower here for one row of 4 or 5 bits, and 2.5 % for
// 512 rows of 8 with minima.
#include "../int8_internal.h"
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

// Line `line` and line + 4 of 4 or 5 bits; fifth: the fifth bits of the panel's block.
INLINE void halves(const hone_packing packing, const uint8_t *block, int line, __m512i fifth,
                   __m512i *low, __m512i *high) {
  const __m512i mask = _mm512_set1_epi8(15), both = _mm512_loadu_si512(block + line * 64);
  *low = _mm512_and_si512(both, mask);
  *high = _mm512_and_si512(_mm512_srli_epi16(both, 4), mask);
  if (packing != HONE_FIVE_BITS) return;
  // Bits line and line + 4 of each byte to the fifth place; 0xF8 is a | (b & c).
  const __m512i sixteen = _mm512_set1_epi8(16);
  *low = _mm512_ternarylogic_epi32(*low, _mm512_slli_epi16(fifth, 4 - line), sixteen, 0xF8);
  *high = _mm512_ternarylogic_epi32(*high, _mm512_srli_epi16(fifth, line), sixteen, 0xF8);
}

// packing, mr and panels are constants wherever this is inlined.
INLINE void tile(const hone_packing packing, const int mr, const int panels,
                 const hone_int8_tile *t) {
  const int is_signed = packing == HONE_SIGNED || packing == HONE_WIDE;
  const int is_split = packing == HONE_NIBBLES || packing == HONE_FIVE_BITS;
  const int lines = packing == HONE_WIDE ? 16 : 8, block = lines * 4;
  const int stored_lines = is_split ? 4 : lines;
  const size_t scales = packing == HONE_FIVE_BITS ? 320 : (size_t)stored_lines * 64;
  const size_t bytes = scales + (is_split ? 64 : is_signed ? 64 : 128);
  const size_t q_stride = t->q_stride, block_stride = t->block_stride, stride = t->panel_stride;
  __mmask16 masks[2];
  UNROLL for (int j = 0; j < panels; j++) {
    const size_t left = t->columns - (size_t)j * HONE_PANEL;
    masks[j] = left >= HONE_PANEL ? 0xFFFF : (__mmask16)((1u << left) - 1);
  }
  __m512 totals[HONE_AVX512_VNNI_ROWS][2];
  UNROLL for (int i = 0; i < mr; i++)
    UNROLL for (int j = 0; j < panels; j++)
      totals[i][j] = _mm512_setzero_ps();
  // What the end needs, fetched while the products run.
  UNROLL for (int i = 0; i < mr; i++) {
    UNROLL for (int j = 0; j < panels; j++) {
      __builtin_prefetch(t->y + i * t->ldy + j * 16, 1);
      if (t->base) __builtin_prefetch(t->base + i * t->ldbase + j * 16);
    }
  }
  for (int s = 0; s < HONE_LOW_RANK_TERMS; s++) {
    const hone_low_rank term = t->terms[s];
    for (size_t r = 0; r < term.rank; r++) {
      UNROLL for (int j = 0; j < panels; j++) {
        const __m512 right = _mm512_maskz_loadu_ps(masks[j], term.right + r * term.ldr + j * 16);
        UNROLL for (int i = 0; i < mr; i++)
          totals[i][j] =
              _mm512_fmadd_ps(_mm512_set1_ps(term.left[i * term.ldl + r]), right, totals[i][j]);
      }
    }
  }
  const int8_t *q = t->q;
  const uint8_t *packed = t->packed;
  const float *scale = t->scale, *sum = t->sum;
  const int32_t *offset = t->offset;
  for (size_t b = t->blocks; b > 0; b--) {
    __m512i products[HONE_AVX512_VNNI_ROWS][2];
    UNROLL for (int i = 0; i < mr; i++)
      UNROLL for (int j = 0; j < panels; j++)
        products[i][j] =
            is_signed ? _mm512_set1_epi32(offset[i * block_stride]) : _mm512_setzero_si512();
    __m512i fifth[2] = {0};
    UNROLL for (int j = 0; j < panels; j++)
      if (packing == HONE_FIVE_BITS) fifth[j] = _mm512_loadu_si512(packed + j * stride + 256);
    UNROLL for (int line = 0; line < stored_lines; line++) {
      __m512i w[2], above[2];
      UNROLL for (int j = 0; j < panels; j++) {
        if (is_split)
          halves(packing, packed + j * stride, line, fifth[j], &w[j], &above[j]);
        else
          w[j] = _mm512_loadu_si512(packed + j * stride + line * 64);
      }
      UNROLL for (int i = 0; i < mr; i++) {
        int32_t four;
        __builtin_memcpy(&four, q + i * q_stride + line * 4, 4);
        const __m512i x = _mm512_set1_epi32(four);
        UNROLL for (int j = 0; j < panels; j++)
          products[i][j] = _mm512_dpbusd_epi32(products[i][j], w[j], x);
      }
      if (!is_split) continue;
      UNROLL for (int i = 0; i < mr; i++) {
        int32_t four;
        __builtin_memcpy(&four, q + i * q_stride + line * 4 + 16, 4);
        const __m512i x = _mm512_set1_epi32(four);
        UNROLL for (int j = 0; j < panels; j++)
          products[i][j] = _mm512_dpbusd_epi32(products[i][j], above[j], x);
      }
    }
    UNROLL for (int j = 0; j < panels; j++) {
      const uint8_t *at = packed + j * stride + scales;
      const __m512 d = is_split ? _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)at))
                                : _mm512_loadu_ps((const float *)at);
      UNROLL for (int i = 0; i < mr; i++) {
        const __m512 exact = _mm512_mul_ps(_mm512_cvtepi32_ps(products[i][j]), d);
        totals[i][j] =
            _mm512_fmadd_ps(exact, _mm512_set1_ps(scale[i * block_stride]), totals[i][j]);
      }
      if (is_signed) continue;
      const __m512 m = is_split ? _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(at + 32)))
                                : _mm512_loadu_ps((const float *)(at + 64));
      UNROLL for (int i = 0; i < mr; i++)
        totals[i][j] = _mm512_fmadd_ps(m, _mm512_set1_ps(sum[i * block_stride]), totals[i][j]);
    }
    q += block;
    packed += bytes;
    scale++;
    sum++;
    offset++;
  }
  if (t->base) {
    UNROLL for (int i = 0; i < mr; i++)
      UNROLL for (int j = 0; j < panels; j++)
        totals[i][j] = _mm512_add_ps(
            totals[i][j], _mm512_maskz_loadu_ps(masks[j], t->base + i * t->ldbase + j * 16));
  }
  UNROLL for (int i = 0; i < mr; i++)
    UNROLL for (int j = 0; j < panels; j++)
      _mm512_mask_storeu_ps(t->y + i * t->ldy + j * 16, masks[j], totals[i][j]);
}

#define ROWS(PACKING, R)                \
  case R:                               \
    if (t->columns > HONE_PANEL)        \
      tile(PACKING, R, 2, t);           \
    else                                \
      tile(PACKING, R, 1, t);           \
    break;
#define TILE(NAME, PACKING)                                                        \
  static void NAME(size_t m, const hone_int8_tile *t) {                            \
    switch (m) {                                                                   \
      ROWS(PACKING, 1) ROWS(PACKING, 2) ROWS(PACKING, 3)                           \
      ROWS(PACKING, 4) ROWS(PACKING, 5) ROWS(PACKING, 6)                           \
      default: break;                                                              \
    }                                                                              \
  }
TILE(tile_nibbles, HONE_NIBBLES)
TILE(tile_five_bits, HONE_FIVE_BITS)
TILE(tile_bytes, HONE_BYTES)
TILE(tile_signed, HONE_SIGNED)
TILE(tile_wide, HONE_WIDE)

void hone_int8_tile_avx512_vnni(size_t m, const hone_int8_tile *t) {
  switch (t->packing) {
    case HONE_NIBBLES: tile_nibbles(m, t); break;
    case HONE_FIVE_BITS: tile_five_bits(m, t); break;
    case HONE_BYTES: tile_bytes(m, t); break;
    case HONE_SIGNED: tile_signed(m, t); break;
    case HONE_WIDE: tile_wide(m, t); break;
  }
}

#pragma clang attribute pop
#else
typedef int hone_not_x86_avx512_vnni;
#endif
