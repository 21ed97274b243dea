// SPDX-License-Identifier: Apache-2.0
// What the tables of several instruction sets share.
#ifndef HONE_INT8_INTERNAL_H
#define HONE_INT8_INTERNAL_H
#include <stddef.h>
#include <stdint.h>

void hone_quantize_rows_generic(size_t m, size_t k, int8_t *q, float *scale, float *sum,
                                const float *x, size_t ldx);
void hone_int8_pack_generic(size_t n, size_t k, size_t first, size_t count, uint8_t *packed,
                            const float *w, size_t output_stride, size_t input_stride);
void hone_int8_tile_generic(size_t m, size_t columns, size_t blocks, int accumulate, float *y,
                            size_t ldy, const int8_t *q, const float *scale, const float *sum,
                            const uint8_t *packed, size_t panel_stride);
#endif
