// SPDX-License-Identifier: Apache-2.0
// The quantised tile on AVX2: 6 rows x 16 columns twice; 12 accumulators, 2 registers for W, 1 for
// the broadcast, 1 for a product; totals in memory.
#include "../int8_internal.h"
#if defined(__x86_64__)
#define LANES 8
#define MR HONE_AVX2_ROWS
#define GROUP 2
#define SIGNED_WEIGHTS 0
#define INT8_TILE hone_int8_tile_avx2
#define BLOCK_PRODUCTS "../x86/int8_madd.inc"
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "int8_vectors.h"

INLINE vi madd_bytes(vi w, vi x) { return (vi)_mm256_maddubs_epi16((__m256i)w, (__m256i)x); }
INLINE vi madd_words(vi w, vi x) { return (vi)_mm256_madd_epi16((__m256i)w, (__m256i)x); }
#include "../simd/int8_tile.inc"
#pragma clang attribute pop
#else
typedef int hone_not_x86_avx2_int8;
#endif
