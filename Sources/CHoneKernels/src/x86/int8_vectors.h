// SPDX-License-Identifier: Apache-2.0
// What the quantised tiles of x86 need of their vectors; LANES says how wide they are.
#ifndef HONE_INT8_VECTORS_H
#define HONE_INT8_VECTORS_H
#include <immintrin.h>
#include <string.h>

#include "hone_kernels.h"

#define INLINE static inline __attribute__((always_inline))

typedef float vf __attribute__((vector_size(LANES * 4)));
typedef int32_t vi __attribute__((vector_size(LANES * 4)));

#if LANES == 16
INLINE vf load_some(const float *p, size_t n) {
  return _mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
}
INLINE void store_some(float *p, vf v, size_t n) {
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), v);
}
INLINE vf load_halves(const uint8_t *p) {
  return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
}
#else
INLINE __m256i first(size_t n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
INLINE vf load_some(const float *p, size_t n) { return _mm256_maskload_ps(p, first(n)); }
INLINE void store_some(float *p, vf v, size_t n) { _mm256_maskstore_ps(p, first(n), v); }
INLINE vf load_halves(const uint8_t *p) {
  return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
}
#endif
#endif
