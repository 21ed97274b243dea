// SPDX-License-Identifier: Apache-2.0
// 6 x 16 tile: 12 accumulators, 2 for B, 1 broadcast of the 16 registers.
#include "../int8_internal.h"
#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define VL 8
#define MR 6
#define NV 2
#define INTERLEAVE_LOW 0, 8, 1, 9, 2, 10, 3, 11
#define INTERLEAVE_HIGH 4, 12, 5, 13, 6, 14, 7, 15
#define FIRST(n)                                       \
  _mm256_cmpgt_epi32(_mm256_set1_epi32((int32_t)(n)), \
                     _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))
#define LOAD_SOME(p, n) ((vf)_mm256_maskload_ps(p, FIRST(n)))
#define STORE_SOME(p, v, n) _mm256_maskstore_ps(p, FIRST(n), (__m256)(v))
#include "../simd/kernels.inc"
const hone_kernels hone_kernels_avx2 = KERNEL_TABLE("avx2", hone_int8_tile_avx2, HONE_AVX2_ROWS);
const hone_kernels hone_kernels_avx_vnni =
    KERNEL_TABLE("avxvnni", hone_int8_tile_avx_vnni, HONE_AVX_VNNI_ROWS);
#pragma clang attribute pop
#else
typedef int hone_not_x86_avx2;
#endif
