// SPDX-License-Identifier: Apache-2.0
#ifndef HONE_AVX512_VNNI_H
#define HONE_AVX512_VNNI_H
#include <stddef.h>
#include <stdint.h>

enum { HONE_AVX512_VNNI_TILE_ROWS = 6 };
void hone_int8_tile_avx512_vnni(size_t m, size_t columns, size_t blocks, int accumulate, float *y,
                                size_t ldy, const int8_t *q, const float *scale, const float *sum,
                                const uint8_t *packed, size_t panel_stride);
#endif
