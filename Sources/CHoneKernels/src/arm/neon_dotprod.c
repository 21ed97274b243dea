// SPDX-License-Identifier: Apache-2.0
// The quantised tile on NEON with dot products: 8 rows x 8 columns four times. One sdot advances 4
// columns by four inputs; 16 accumulators, 2 registers for W; x comes by lanes, 16 inputs a register.
#include "../int8_internal.h"
#if defined(__aarch64__)
#define LANES 4
#define MR HONE_NEON_DOTPROD_ROWS
#define GROUP 2
#define SIGNED_WEIGHTS 1
#define INT8_TILE hone_int8_tile_neon_dotprod
#define BLOCK_PRODUCTS "../simd/int8_dot.inc"
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#include "int8_vectors.h"

INLINE vi dot(vi sum, vi w, vi x) {
  return (vi)vdotq_s32((int32x4_t)sum, (int8x16_t)w, (int8x16_t)x);
}
#include "../simd/int8_tile.inc"
#pragma clang attribute pop
#else
typedef int hone_not_arm_neon_dotprod;
#endif
