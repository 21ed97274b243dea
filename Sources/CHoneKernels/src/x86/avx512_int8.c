// SPDX-License-Identifier: Apache-2.0
// The quantised tile on AVX-512 without VNNI: 6 rows x 32 columns.
#include "../int8_internal.h"
#if defined(__x86_64__)
#define LANES 16
#define MR HONE_AVX512_ROWS
#define GROUP 2
#define SIGNED_WEIGHTS 0
#define INT8_TILE hone_int8_tile_avx512
#define BLOCK_PRODUCTS "../x86/int8_madd.inc"
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#include "int8_vectors.h"

INLINE vi madd_bytes(vi w, vi x) { return (vi)_mm512_maddubs_epi16((__m512i)w, (__m512i)x); }
INLINE vi madd_words(vi w, vi x) { return (vi)_mm512_madd_epi16((__m512i)w, (__m512i)x); }
#include "../simd/int8_tile.inc"
#pragma clang attribute pop
#else
typedef int hone_not_x86_avx512_int8;
#endif
