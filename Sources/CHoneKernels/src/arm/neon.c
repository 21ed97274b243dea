// SPDX-License-Identifier: Apache-2.0
// 10 x 8 tile: 20 accumulators, 2 for B, 1 broadcast of the 32 registers.
#include "hone_kernels.h"
#if defined(__aarch64__)
#include <math.h>
#include <string.h>
#define VL 4
#define MR 10
#define NV 2
#define KERNELS hone_kernels_neon
#define KERNELS_NAME "neon"
#define INTERLEAVE_LOW 0, 4, 1, 5
#define INTERLEAVE_HIGH 2, 6, 3, 7
#include "../simd/kernels.inc"
#else
typedef int hone_not_arm_neon;
#endif
