// SPDX-License-Identifier: Apache-2.0
// What the tables of several instruction sets share.
#ifndef HONE_INT8_INTERNAL_H
#define HONE_INT8_INTERNAL_H
#include "hone_kernels.h"

void hone_quantize_rows_generic(size_t block, size_t m, size_t k, int8_t *q, float *scale,
                                float *sum, int32_t *offset, const float *x, size_t ldx);
void hone_carry_rounding_generic(size_t n, float *x);
void hone_int8_pack_generic(hone_packing packing, size_t n, size_t k, size_t first, size_t count,
                            uint8_t *packed, const float *w, size_t output_stride,
                            size_t input_stride);

// Tiles, and the most rows that each takes.
enum {
  HONE_GENERIC_ROWS = 4,
  HONE_AVX2_ROWS = 5,
  HONE_AVX_VNNI_ROWS = 6,
  HONE_AVX512_ROWS = 6,
  HONE_AVX512_VNNI_ROWS = 6,
  HONE_NEON_ROWS = 6,
  HONE_NEON_DOTPROD_ROWS = 8,
};
void hone_int8_tile_generic(size_t m, const hone_int8_tile *tile);
#if defined(__x86_64__)
void hone_int8_tile_avx2(size_t m, const hone_int8_tile *tile);
void hone_int8_tile_avx_vnni(size_t m, const hone_int8_tile *tile);
void hone_int8_tile_avx512(size_t m, const hone_int8_tile *tile);
void hone_int8_tile_avx512_vnni(size_t m, const hone_int8_tile *tile);
#elif defined(__aarch64__)
void hone_int8_tile_neon(size_t m, const hone_int8_tile *tile);
void hone_int8_tile_neon_dotprod(size_t m, const hone_int8_tile *tile);
#endif
#endif
