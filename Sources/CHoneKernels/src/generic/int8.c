// SPDX-License-Identifier: Apache-2.0
// Quantised products in plain C: packing, quantisation and the tile that the others must agree
// with.
#include <math.h>
#include <string.h>

#include "../stored_bits.h"
#include "../int8_internal.h"

void hone_int8_pack_generic(hone_packing packing, size_t n, size_t k, size_t first, size_t count,
                            uint8_t *packed, const float *w, size_t output_stride,
                            size_t input_stride) {
  const size_t block = hone_packing_block(packing), blocks = (k + block - 1) / block;
  const size_t bytes = hone_packed_bytes(packing, HONE_PANEL, block), lines = HONE_PANEL * block;
  for (size_t panel = first / HONE_PANEL; panel * HONE_PANEL < first + count; panel++) {
    for (size_t b = 0; b < blocks; b++) {
      uint8_t *target = packed + (panel * blocks + b) * bytes;
      const size_t inputs = k - b * block < block ? k - b * block : block;
      float scales[HONE_PANEL] = {0}, minima[HONE_PANEL] = {0};
      memset(target, 0, bytes);
      for (size_t j = 0; j < HONE_PANEL && panel * HONE_PANEL + j < n; j++) {
        const float *row =
            w + (panel * HONE_PANEL + j - first) * output_stride + b * block * input_stride;
        float low = row[0], high = row[0];
        for (size_t i = 1; i < inputs; i++) {
          const float x = row[i * input_stride];
          low = x < low ? x : low;
          high = x > high ? x : high;
        }
        const float most = high > -low ? high : -low;
        const float step = packing == HONE_BYTES ? (high - low) * (1.0f / 255) : most * (1.0f / 127);
        const float zero = packing == HONE_BYTES ? low : -HONE_SIGNED_ZERO * step;
        const float inverse = 1 / (step > 1e-30f ? step : 1e-30f);
        scales[j] = step;
        minima[j] = zero;
        for (size_t i = 0; i < inputs; i++) {
          const float level = (row[i * input_stride] - zero) * inverse + 0.5f;
          target[i / 4 * 64 + j * 4 + i % 4] = (uint8_t)(level > 255 ? 255 : level);
        }
      }
      memcpy(target + lines, scales, sizeof scales);
      if (packing == HONE_BYTES) memcpy(target + lines + sizeof scales, minima, sizeof minima);
    }
  }
}

void hone_quantize_rows_generic(size_t block, size_t m, size_t k, int8_t *q, float *scale,
                                float *sum, int32_t *offset, const float *x, size_t ldx) {
  const size_t blocks = (k + block - 1) / block;
  for (size_t r = 0; r < m; r++, x += ldx) {
    for (size_t b = 0; b < blocks; b++, q += block, scale++, sum++, offset++) {
      const size_t n = k - b * block < block ? k - b * block : block;
      float most = 0;
      for (size_t i = 0; i < n; i++) most = fmaxf(most, fabsf(x[b * block + i]));
      const float inverse = most > 0 ? 127 / most : 0;
      int32_t total = 0;
      for (size_t i = 0; i < block; i++) {
        q[i] = i < n ? (int8_t)rintf(x[b * block + i] * inverse) : 0;
        total += q[i];
      }
      *scale = most * (1.0f / 127);
      *sum = *scale * (float)total;
      *offset = -HONE_SIGNED_ZERO * total;
    }
  }
}

void hone_carry_rounding_generic(size_t n, float *x) {
  float carried[64] = {0};
  for (size_t start = 0; start < n; start += 64) {
    const size_t count = n - start < 64 ? n - start : 64;
    float most = 0;
    for (size_t i = 0; i < count; i++) most = fmaxf(most, fabsf(x[start + i] + carried[i]));
    // Less than that is nothing, and has no finite inverse.
    const float inverse = most > 1e-30f ? 127 / most : 0, step = most * (1.0f / 127);
    for (size_t i = 0; i < count; i++) {
      const float wanted = x[start + i] + carried[i];
      x[start + i] = rintf(wanted * inverse) * step;
      carried[i] = wanted - x[start + i];
    }
  }
}

// The level of one output's input in a panel's block.
static int32_t level(hone_packing packing, const uint8_t *panel, size_t output, size_t input) {
  const size_t line = input / 4, byte = output * 4 + input % 4;
  if (packing != HONE_NIBBLES && packing != HONE_FIVE_BITS) return panel[line * 64 + byte];
  const uint8_t pair = panel[line % 4 * 64 + byte];
  const int32_t low = line < 4 ? pair & 15 : pair >> 4;
  if (packing == HONE_NIBBLES) return low;
  return low | (panel[256 + byte] >> line & 1) << 4;
}

static void scales(hone_packing packing, const uint8_t *panel, size_t output, float *d, float *m) {
  *m = 0;
  if (packing == HONE_NIBBLES || packing == HONE_FIVE_BITS) {
    const uint8_t *halves = panel + (packing == HONE_NIBBLES ? 256 : 320) + output * 2;
    *d = half_to_float(load_u16(halves));
    *m = half_to_float(load_u16(halves + 32));
    return;
  }
  const uint8_t *singles = panel + HONE_PANEL * hone_packing_block(packing) + output * 4;
  memcpy(d, singles, sizeof *d);
  if (packing == HONE_BYTES) memcpy(m, singles + 64, sizeof *m);
}

void hone_int8_tile_generic(size_t m, const hone_int8_tile *t) {
  const size_t block = hone_packing_block(t->packing);
  const size_t bytes = hone_packed_bytes(t->packing, HONE_PANEL, block);
  const int is_signed = t->packing == HONE_SIGNED || t->packing == HONE_WIDE;
  for (size_t i = 0; i < m; i++) {
    for (size_t column = 0; column < t->columns; column++) {
      const uint8_t *panel = t->packed + column / HONE_PANEL * t->panel_stride;
      const size_t output = column % HONE_PANEL;
      float total = t->base ? t->base[i * t->ldbase + column] : 0;
      for (int s = 0; s < HONE_LOW_RANK_TERMS; s++) {
        const hone_low_rank *term = &t->terms[s];
        for (size_t r = 0; r < term->rank; r++)
          total += term->left[i * term->ldl + r] * term->right[r * term->ldr + column];
      }
      for (size_t b = 0; b < t->blocks; b++, panel += bytes) {
        const int8_t *x = t->q + i * t->q_stride + b * block;
        const size_t at = i * t->block_stride + b;
        int32_t product = is_signed ? t->offset[at] : 0;
        for (size_t p = 0; p < block; p++) product += level(t->packing, panel, output, p) * x[p];
        float d, minimum;
        scales(t->packing, panel, output, &d, &minimum);
        total += (float)product * d * t->scale[at];
        if (!is_signed) total += minimum * t->sum[at];
      }
      t->y[i * t->ldy + column] = total;
    }
  }
}
