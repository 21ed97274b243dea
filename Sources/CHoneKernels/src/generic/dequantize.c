// SPDX-License-Identifier: Apache-2.0
// The number formats of GGUF to float32, after the layouts that the GGUF and ggml documents give.
// Every read goes through bytes or memcpy, so `in` needs no alignment. Inner loops have constant
// trip counts and no branches: the compiler vectorises them for the baseline of the target.
#include <string.h>

#include "../stored_bits.h"
#include "hone_kernels.h"

// Multiply and add round separately, so every machine gives the same bits (arm64 would fuse them).
#pragma STDC FP_CONTRACT OFF

enum {
  SMALL = 32,   // values in a block of the Qx_0 and Qx_1 formats
  SUPER = 256,  // values in a super-block of the K formats
};

static void dequantize_f32(size_t count, float *restrict out, const uint8_t *restrict in) {
  memcpy(out, in, count * sizeof(float));
}

static void dequantize_f16(size_t count, float *restrict out, const uint8_t *restrict in) {
  for (size_t i = 0; i < count; i++) out[i] = half_to_float(load_u16(in + 2 * i));
}

static void dequantize_bf16(size_t count, float *restrict out, const uint8_t *restrict in) {
  for (size_t i = 0; i < count; i++) out[i] = float_of_bits((uint32_t)load_u16(in + 2 * i) << 16);
}

// { half d; nibbles[16] }: d · (q - 8). The low nibbles are values 0…15, the high ones 16…31.
static void dequantize_q4_0(size_t count, float *restrict out, const uint8_t *restrict in) {
  for (size_t i = 0; i < count; i += SMALL, in += 18) {
    const float d = half_to_float(load_u16(in));
    const uint8_t *restrict q = in + 2;
    float *restrict y = out + i;
    for (int j = 0; j < 16; j++) y[j] = (float)((q[j] & 0x0F) - 8) * d;
    for (int j = 0; j < 16; j++) y[j + 16] = (float)((q[j] >> 4) - 8) * d;
  }
}

// { half d, m; nibbles[16] }: d · q + m.
static void dequantize_q4_1(size_t count, float *restrict out, const uint8_t *restrict in) {
  for (size_t i = 0; i < count; i += SMALL, in += 20) {
    const float d = half_to_float(load_u16(in));
    const float m = half_to_float(load_u16(in + 2));
    const uint8_t *restrict q = in + 4;
    float *restrict y = out + i;
    for (int j = 0; j < 16; j++) y[j] = (float)(q[j] & 0x0F) * d + m;
    for (int j = 0; j < 16; j++) y[j + 16] = (float)(q[j] >> 4) * d + m;
  }
}

// { half d; fifth_bits[4]; nibbles[16] }: d · (q - 16). Fifth bit i belongs to value i.
static void dequantize_q5_0(size_t count, float *restrict out, const uint8_t *restrict in) {
  for (size_t i = 0; i < count; i += SMALL, in += 22) {
    const float d = half_to_float(load_u16(in));
    const uint32_t fifth = load_u32(in + 2);
    const uint8_t *restrict q = in + 6;
    float *restrict y = out + i;
    for (int j = 0; j < 16; j++) {
      y[j] = (float)((int)((q[j] & 0x0Fu) | (fifth >> j & 1u) << 4) - 16) * d;
    }
    for (int j = 0; j < 16; j++) {
      y[j + 16] = (float)((int)((uint32_t)(q[j] >> 4) | (fifth >> (j + 16) & 1u) << 4) - 16) * d;
    }
  }
}

// { half d, m; fifth_bits[4]; nibbles[16] }: d · q + m.
static void dequantize_q5_1(size_t count, float *restrict out, const uint8_t *restrict in) {
  for (size_t i = 0; i < count; i += SMALL, in += 24) {
    const float d = half_to_float(load_u16(in));
    const float m = half_to_float(load_u16(in + 2));
    const uint32_t fifth = load_u32(in + 4);
    const uint8_t *restrict q = in + 8;
    float *restrict y = out + i;
    for (int j = 0; j < 16; j++) {
      y[j] = (float)(int)((q[j] & 0x0Fu) | (fifth >> j & 1u) << 4) * d + m;
    }
    for (int j = 0; j < 16; j++) {
      y[j + 16] = (float)(int)((uint32_t)(q[j] >> 4) | (fifth >> (j + 16) & 1u) << 4) * d + m;
    }
  }
}

// { half d; int8 q[32] }: d · q.
static void dequantize_q8_0(size_t count, float *restrict out, const uint8_t *restrict in) {
  for (size_t i = 0; i < count; i += SMALL, in += 34) {
    const float d = half_to_float(load_u16(in));
    const uint8_t *restrict q = in + 2;
    float *restrict y = out + i;
    for (int j = 0; j < SMALL; j++) y[j] = (float)(int8_t)q[j] * d;
  }
}

// Six-bit scale and minimum of sub-block `s` (0…7), packed in 12 bytes: the first four pairs in the
// low six bits of bytes 0…3 and 4…7, the last four in the nibbles of bytes 8…11 with their two
// upper bits on top of bytes 0…7.
static inline void scale_and_min(const uint8_t *packed, int s, int *scale, int *min) {
  if (s < 4) {
    *scale = packed[s] & 63;
    *min = packed[s + 4] & 63;
  } else {
    *scale = (packed[s + 4] & 0x0F) | packed[s - 4] >> 6 << 4;
    *min = packed[s + 4] >> 4 | packed[s] >> 6 << 4;
  }
}

// { half d, dmin; scales[12]; nibbles[128] }: d · scale · q - dmin · min, eight sub-blocks of 32;
// each 32 bytes of nibbles hold one sub-block low and the next one high.
static void dequantize_q4_k(size_t count, float *restrict out, const uint8_t *restrict in) {
  for (size_t i = 0; i < count; i += SUPER, in += 144) {
    const float d = half_to_float(load_u16(in));
    const float dmin = half_to_float(load_u16(in + 2));
    for (int s = 0; s < 8; s++) {
      int scale, min;
      scale_and_min(in + 4, s, &scale, &min);
      const float ds = d * (float)scale, ms = dmin * (float)min;
      const uint8_t *restrict q = in + 16 + 32 * (s / 2);
      const int shift = 4 * (s & 1);
      float *restrict y = out + i + 32 * (size_t)s;
      for (int j = 0; j < 32; j++) y[j] = (float)(q[j] >> shift & 0x0F) * ds - ms;
    }
  }
}

// { half d, dmin; scales[12]; fifth_bits[32]; nibbles[128] }: as Q4_K; bit s of fifth byte j belongs
// to value j of sub-block s.
static void dequantize_q5_k(size_t count, float *restrict out, const uint8_t *restrict in) {
  for (size_t i = 0; i < count; i += SUPER, in += 176) {
    const float d = half_to_float(load_u16(in));
    const float dmin = half_to_float(load_u16(in + 2));
    const uint8_t *restrict fifth = in + 16;
    for (int s = 0; s < 8; s++) {
      int scale, min;
      scale_and_min(in + 4, s, &scale, &min);
      const float ds = d * (float)scale, ms = dmin * (float)min;
      const uint8_t *restrict q = in + 48 + 32 * (s / 2);
      const int shift = 4 * (s & 1);
      float *restrict y = out + i + 32 * (size_t)s;
      for (int j = 0; j < 32; j++) {
        y[j] = (float)((q[j] >> shift & 0x0F) | (fifth[j] >> s & 1) << 4) * ds - ms;
      }
    }
  }
}

// { low_nibbles[128]; high_pairs[64]; int8 scales[16]; half d }: d · scale · (q - 32), a scale for
// 16 values. In each half of 128 values, group g of 32 takes nibble half g / 2 of low bytes
// 32 · (g % 2) + j, and bit pair g of high byte j.
static void dequantize_q6_k(size_t count, float *restrict out, const uint8_t *restrict in) {
  for (size_t i = 0; i < count; i += SUPER, in += 210) {
    const float d = half_to_float(load_u16(in + 208));
    for (int s = 0; s < 16; s++) {
      const int half = s / 8, group = s / 2 % 4, start = 16 * (s & 1);
      const float ds = d * (float)(int8_t)in[192 + s];
      const uint8_t *restrict low = in + 64 * half + 32 * (group & 1) + start;
      const uint8_t *restrict high = in + 128 + 32 * half + start;
      const int low_shift = 4 * (group / 2), high_shift = 2 * group;
      float *restrict y = out + i + 16 * (size_t)s;
      for (int j = 0; j < 16; j++) {
        const int q = (low[j] >> low_shift & 0x0F) | (high[j] >> high_shift & 3) << 4;
        y[j] = (float)(q - 32) * ds;
      }
    }
  }
}

size_t hone_block_values(int dtype) {
  switch (dtype) {
    case HONE_F32:
    case HONE_F16:
    case HONE_BF16: return 1;
    case HONE_Q4_0:
    case HONE_Q4_1:
    case HONE_Q5_0:
    case HONE_Q5_1:
    case HONE_Q8_0: return SMALL;
    case HONE_Q4_K:
    case HONE_Q5_K:
    case HONE_Q6_K: return SUPER;
    default: return 0;
  }
}

size_t hone_block_bytes(int dtype) {
  switch (dtype) {
    case HONE_F32: return 4;
    case HONE_F16:
    case HONE_BF16: return 2;
    case HONE_Q4_0: return 18;
    case HONE_Q4_1: return 20;
    case HONE_Q5_0: return 22;
    case HONE_Q5_1: return 24;
    case HONE_Q8_0: return 34;
    case HONE_Q4_K: return 144;
    case HONE_Q5_K: return 176;
    case HONE_Q6_K: return 210;
    default: return 0;
  }
}

int hone_dequantize(int dtype, size_t count, float *restrict out, const void *restrict in) {
  if (count == 0) return hone_block_values(dtype) == 0 ? -1 : 0;  // `in` may be null
  switch (dtype) {
    case HONE_F32: dequantize_f32(count, out, in); return 0;
    case HONE_F16: dequantize_f16(count, out, in); return 0;
    case HONE_BF16: dequantize_bf16(count, out, in); return 0;
    case HONE_Q4_0: dequantize_q4_0(count, out, in); return 0;
    case HONE_Q4_1: dequantize_q4_1(count, out, in); return 0;
    case HONE_Q5_0: dequantize_q5_0(count, out, in); return 0;
    case HONE_Q5_1: dequantize_q5_1(count, out, in); return 0;
    case HONE_Q8_0: dequantize_q8_0(count, out, in); return 0;
    case HONE_Q4_K: dequantize_q4_k(count, out, in); return 0;
    case HONE_Q5_K: dequantize_q5_k(count, out, in); return 0;
    case HONE_Q6_K: dequantize_q6_k(count, out, in); return 0;
    default: return -1;
  }
}
