// SPDX-License-Identifier: Apache-2.0
// Quantised products in plain C: packing, the reference tile and the walk over tiles.
#include <math.h>
#include <string.h>

#include "../int8_internal.h"
#include "hone_kernels.h"

enum { LINES_BYTES = HONE_PANEL * HONE_BLOCK, ROWS_AT_A_TIME = 192 };

static size_t blocks_of(size_t k) { return (k + HONE_BLOCK - 1) / HONE_BLOCK; }

size_t hone_int8_bytes(size_t n, size_t k) {
  return (n + HONE_PANEL - 1) / HONE_PANEL * blocks_of(k) * HONE_PANEL_BLOCK_BYTES;
}

void hone_int8_pack_generic(size_t n, size_t k, size_t first, size_t count,
                            uint8_t *packed, const float *w, size_t output_stride,
                            size_t input_stride) {
  const size_t blocks = blocks_of(k);
  for (size_t panel = first / HONE_PANEL; panel * HONE_PANEL < first + count; panel++) {
    for (size_t b = 0; b < blocks; b++) {
      uint8_t *target = packed + (panel * blocks + b) * HONE_PANEL_BLOCK_BYTES;
      const size_t inputs = k - b * HONE_BLOCK < HONE_BLOCK ? k - b * HONE_BLOCK : HONE_BLOCK;
      float scales[HONE_PANEL] = {0}, minima[HONE_PANEL] = {0};
      memset(target, 0, LINES_BYTES);
      for (size_t j = 0; j < HONE_PANEL && panel * HONE_PANEL + j < n; j++) {
        const float *row =
            w + (panel * HONE_PANEL + j - first) * output_stride + b * HONE_BLOCK * input_stride;
        float low = row[0], high = row[0];
        for (size_t i = 1; i < inputs; i++) {
          const float x = row[i * input_stride];
          low = x < low ? x : low;
          high = x > high ? x : high;
        }
        const float step = (high - low) / 255, inverse = high > low ? 255 / (high - low) : 0;
        scales[j] = step;
        minima[j] = low;
        for (size_t i = 0; i < inputs; i++) {
          const float level = (row[i * input_stride] - low) * inverse + 0.5f;
          target[i / 4 * 64 + j * 4 + i % 4] = (uint8_t)(level > 255 ? 255 : level);
        }
      }
      memcpy(target + LINES_BYTES, scales, sizeof scales);
      memcpy(target + LINES_BYTES + sizeof scales, minima, sizeof minima);
    }
  }
}

void hone_quantize_rows_generic(size_t m, size_t k, int8_t *q, float *scale, float *sum,
                                const float *x, size_t ldx) {
  const size_t blocks = blocks_of(k);
  for (size_t r = 0; r < m; r++) {
    for (size_t b = 0; b < blocks; b++) {
      float values[HONE_BLOCK] = {0}, most = 0;
      for (size_t i = 0; i < HONE_BLOCK && b * HONE_BLOCK + i < k; i++) {
        values[i] = x[r * ldx + b * HONE_BLOCK + i];
        most = fabsf(values[i]) > most ? fabsf(values[i]) : most;
      }
      const float step = most / 127, inverse = most > 0 ? 127 / most : 0;
      int32_t total = 0;
      for (size_t i = 0; i < HONE_BLOCK; i++) {
        const int32_t rounded = (int32_t)rintf(values[i] * inverse);
        q[(r * blocks + b) * HONE_BLOCK + i] = (int8_t)rounded;
        total += rounded;
      }
      scale[r * blocks + b] = step;
      sum[r * blocks + b] = step * (float)total;
    }
  }
}

void hone_int8_tile_generic(size_t m, size_t columns, size_t blocks, int accumulate, float *y,
                            size_t ldy, const int8_t *q, const float *scale, const float *sum,
                            const uint8_t *packed, size_t panel_stride) {
  for (size_t i = 0; i < m; i++) {
    for (size_t column = 0; column < columns; column++) {
      const uint8_t *panel = packed + column / HONE_PANEL * panel_stride;
      const size_t j = column % HONE_PANEL;
      float total = 0;
      for (size_t b = 0; b < blocks; b++, panel += HONE_PANEL_BLOCK_BYTES) {
        const int8_t *x = q + (i * blocks + b) * HONE_BLOCK;
        int32_t product = 0;
        for (size_t p = 0; p < HONE_BLOCK; p++)
          product += (int32_t)panel[p / 4 * 64 + j * 4 + p % 4] * x[p];
        float d, minimum;
        memcpy(&d, panel + LINES_BYTES + j * 4, 4);
        memcpy(&minimum, panel + LINES_BYTES + 64 + j * 4, 4);
        total += (float)product * d * scale[i * blocks + b];
        total += minimum * sum[i * blocks + b];
      }
      y[i * ldy + column] = total + (accumulate ? y[i * ldy + column] : 0);
    }
  }
}

void hone_int8_gemm(const hone_kernels *kernels, size_t m, size_t k, size_t first, size_t count,
                    int accumulate, float *y, size_t ldy, const int8_t *q, const float *scale,
                    const float *sum, const uint8_t *packed) {
  const size_t blocks = blocks_of(k), panel_bytes = blocks * HONE_PANEL_BLOCK_BYTES;
  // Rows in steps that stay in the second-level cache; under each, two panels at a time stay in
  // the first.
  for (size_t r = 0; r < m; r += ROWS_AT_A_TIME) {
    const size_t end = m - r < ROWS_AT_A_TIME ? m : r + ROWS_AT_A_TIME;
    for (size_t j = 0; j < count; j += 2 * HONE_PANEL) {
      const size_t columns = count - j < 2 * HONE_PANEL ? count - j : 2 * HONE_PANEL;
      for (size_t i = r; i < end; i += kernels->int8_tile_rows) {
        const size_t rows = end - i < kernels->int8_tile_rows ? end - i : kernels->int8_tile_rows;
        kernels->int8_tile(rows, columns, blocks, accumulate, y + i * ldy + first + j, ldy,
                           q + i * blocks * HONE_BLOCK, scale + i * blocks, sum + i * blocks,
                           packed + (first + j) / HONE_PANEL * panel_bytes, panel_bytes);
      }
    }
  }
}
