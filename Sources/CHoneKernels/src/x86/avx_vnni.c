// SPDX-License-Identifier: Apache-2.0
// The quantised tile on AVX-VNNI: 6 rows x 16 columns twice. One vpdpbusd advances 8 columns by
// four inputs; 12 integer accumulators, 2 registers for W, 1 for the broadcast; totals in memory.
#include "../int8_internal.h"
#if defined(__x86_64__)
#define LANES 8
#define MR HONE_AVX_VNNI_ROWS
#define GROUP 2
#define SIGNED_WEIGHTS 0
#define INT8_TILE hone_int8_tile_avx_vnni
#define BLOCK_PRODUCTS "../simd/int8_dot.inc"
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,avxvnni"))), apply_to = function)
#include "int8_vectors.h"

INLINE vi dot(vi sum, vi w, vi x) {
  return (vi)_mm256_dpbusd_avx_epi32((__m256i)sum, (__m256i)w, (__m256i)x);
}
#include "../simd/int8_tile.inc"
#pragma clang attribute pop
#else
typedef int hone_not_x86_avx_vnni;
#endif
