// SPDX-License-Identifier: Apache-2.0
// The quantised tile on NEON without dot products: 6 rows x 8 columns four times, in 24
// accumulators of 16 bits (smlal) or, for levels of 8 bits, 32 bits (smull, smlal, sadalp).
#include "../int8_internal.h"
#if defined(__aarch64__)
#define LANES 4
#define MR HONE_NEON_ROWS
#define GROUP 2
#define SIGNED_WEIGHTS 1
#define INT8_TILE hone_int8_tile_neon
#define BLOCK_PRODUCTS "../arm/int8_multiply_long.inc"
#include "int8_vectors.h"

#include "../simd/int8_tile.inc"
#else
typedef int hone_not_arm_neon_int8;
#endif
