// SPDX-License-Identifier: Apache-2.0
// The packings of quantised weights, and stored blocks to them without a change of value.
#include <string.h>

#include "stored_bits.h"
#include "hone_kernels.h"

typedef struct {
  size_t block, bytes;
} layout;

static const layout layouts[] = {
    [HONE_NIBBLES] = {32, 320}, [HONE_FIVE_BITS] = {32, 384}, [HONE_BYTES] = {32, 640},
    [HONE_SIGNED] = {32, 576},  [HONE_WIDE] = {64, 1088},
};

static int is_packing(int packing) { return packing >= HONE_NIBBLES && packing <= HONE_WIDE; }

size_t hone_packing_block(int packing) { return is_packing(packing) ? layouts[packing].block : 0; }

size_t hone_packed_bytes(int packing, size_t n, size_t k) {
  if (!is_packing(packing)) return 0;
  const layout l = layouts[packing];
  return (n + HONE_PANEL - 1) / HONE_PANEL * ((k + l.block - 1) / l.block) * l.bytes;
}

int hone_packing_for(int dtype) {
  switch (dtype) {
    case HONE_Q4_0:
    case HONE_Q4_1: return HONE_NIBBLES;
    case HONE_Q5_0:
    case HONE_Q5_1: return HONE_FIVE_BITS;
    case HONE_Q8_0: return HONE_SIGNED;
    default: return -1;
  }
}

// minus factor * half, for a factor that is a power of two: exact but for an overflow, which the
// reading of the file has refused.
static uint16_t minus_times(uint16_t half, float factor) {
  const float product = -factor * half_to_float(half);
  const uint32_t bits = bits_of_float(product), sign = bits >> 16 & 0x8000;
  const int exponent = (int)(bits >> 23 & 0xFF) - 112;
  if ((bits & 0x7FFFFFFF) == 0) return (uint16_t)sign;
  if (exponent >= 31) return (uint16_t)(sign | 0x7BFF);
  if (exponent <= 0) {
    // Subnormal: a multiple of 2^-24 times the factor stays one.
    const float magnitude = product < 0 ? -product : product;
    return (uint16_t)(sign | (uint32_t)(magnitude * 16777216.0f));
  }
  return (uint16_t)(sign | (uint32_t)exponent << 10 | (bits >> 13 & 0x3FF));
}

// One output's block to its place in the panel: 4 bytes in each line.
static void pack_one(int dtype, uint8_t *panel, size_t j, const uint8_t *block) {
  if (dtype == HONE_Q8_0) {
    const float d = half_to_float(load_u16(block));
    for (size_t l = 0; l < 8; l++)
      for (size_t p = 0; p < 4; p++) panel[l * 64 + j * 4 + p] = block[2 + l * 4 + p] ^ 0x80;
    memcpy(panel + 512 + j * 4, &d, sizeof d);
    return;
  }
  const int has_minimum = dtype == HONE_Q4_1 || dtype == HONE_Q5_1;
  const int has_fifth = dtype == HONE_Q5_0 || dtype == HONE_Q5_1;
  const uint16_t d = load_u16(block);
  const uint16_t m = has_minimum ? load_u16(block + 2) : minus_times(d, has_fifth ? 16 : 8);
  block += has_minimum ? 4 : 2;
  size_t scales = 256;
  if (has_fifth) {
    const uint32_t fifth = load_u32(block);
    block += 4;
    scales += 64;
    // Bit 4l + p is that of line l's value p.
    for (size_t p = 0; p < 4; p++) {
      uint8_t bits = 0;
      for (size_t l = 0; l < 8; l++) bits |= (uint8_t)((fifth >> (l * 4 + p) & 1) << l);
      panel[256 + j * 4 + p] = bits;
    }
  }
  // The stored byte i has value i below and value i + 16 above, as the lines want it.
  for (size_t l = 0; l < 4; l++) memcpy(panel + l * 64 + j * 4, block + l * 4, 4);
  memcpy(panel + scales + j * 2, &d, sizeof d);
  memcpy(panel + scales + 32 + j * 2, &m, sizeof m);
}

void hone_pack_stored(int dtype, size_t n, size_t k, size_t first, size_t count, uint8_t *packed,
                      const void *(*row)(const void *context, size_t output),
                      const void *context) {
  const layout l = layouts[hone_packing_for(dtype)];
  const size_t blocks = k / l.block, stored = hone_block_bytes(dtype);
  for (size_t panel = first / HONE_PANEL; panel * HONE_PANEL < first + count; panel++) {
    uint8_t *target = packed + panel * blocks * l.bytes;
    memset(target, 0, blocks * l.bytes);
    for (size_t j = 0; j < HONE_PANEL && panel * HONE_PANEL + j < n; j++) {
      const uint8_t *source = row(context, panel * HONE_PANEL + j);
      for (size_t b = 0; b < blocks; b++)
        pack_one(dtype, target + b * l.bytes, j, source + b * stored);
    }
  }
}
