// SPDX-License-Identifier: Apache-2.0
// 14 x 32 tile: 28 accumulators, 2 for B, 1 broadcast of the 32 registers.
#include "../int8_internal.h"
#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define VL 16
#define MR 14
#define NV 2
#define INTERLEAVE_LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define INTERLEAVE_HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#define FIRST(n) ((__mmask16)((1u << (n)) - 1))
#define LOAD_SOME(p, n) ((vf)_mm512_maskz_loadu_ps(FIRST(n), p))
#define STORE_SOME(p, v, n) _mm512_mask_storeu_ps(p, FIRST(n), (__m512)(v))
#include "../simd/kernels.inc"
const hone_kernels hone_kernels_avx512 =
    KERNEL_TABLE("avx512", hone_int8_tile_avx512, HONE_AVX512_ROWS);
const hone_kernels hone_kernels_avx512_vnni =
    KERNEL_TABLE("avx512vnni", hone_int8_tile_avx512_vnni, HONE_AVX512_VNNI_ROWS);
#pragma clang attribute pop
#else
typedef int hone_not_x86_avx512;
#endif
