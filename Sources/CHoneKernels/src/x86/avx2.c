// SPDX-License-Identifier: Apache-2.0
// 6 x 16 tile: 12 accumulators, 2 for B, 1 broadcast of the 16 registers.
#include "../int8_internal.h"
#include "hone_kernels.h"
#if defined(__x86_64__)
#include <math.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define VL 8
#define MR 6
#define NV 2
#define INTERLEAVE_LOW 0, 8, 1, 9, 2, 10, 3, 11
#define INTERLEAVE_HIGH 4, 12, 5, 13, 6, 14, 7, 15
#include "../simd/kernels.inc"
const hone_kernels hone_kernels_avx2 = KERNEL_TABLE("avx2", hone_int8_tile_generic, 4);
#pragma clang attribute pop
#else
typedef int hone_not_x86_avx2;
#endif
