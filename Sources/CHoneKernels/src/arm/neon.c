// SPDX-License-Identifier: Apache-2.0
// 10 x 8 tile: 20 accumulators, 2 for B, 1 broadcast of the 32 registers.
#include "../int8_internal.h"
#if defined(__aarch64__)
#include <math.h>
#include <string.h>
#define VL 4
#define MR 10
#define NV 2
#define INTERLEAVE_LOW 0, 4, 1, 5
#define INTERLEAVE_HIGH 2, 6, 3, 7
#include "../simd/kernels.inc"
const hone_kernels hone_kernels_neon = KERNEL_TABLE("neon", hone_int8_tile_neon, HONE_NEON_ROWS);
const hone_kernels hone_kernels_neon_dotprod =
    KERNEL_TABLE("neondotprod", hone_int8_tile_neon_dotprod, HONE_NEON_DOTPROD_ROWS);
#else
typedef int hone_not_arm_neon;
#endif
