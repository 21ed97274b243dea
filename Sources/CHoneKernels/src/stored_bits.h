// SPDX-License-Identifier: Apache-2.0
// Numbers in stored blocks, read byte by byte: blocks are not aligned.
#ifndef HONE_STORED_BITS_H
#define HONE_STORED_BITS_H
#include <stdint.h>
#include <string.h>

static inline uint16_t load_u16(const uint8_t *p) { return (uint16_t)(p[0] | p[1] << 8); }

static inline uint32_t load_u32(const uint8_t *p) {
  return (uint32_t)load_u16(p) | (uint32_t)load_u16(p + 2) << 16;
}

static inline float float_of_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline uint32_t bits_of_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

// IEEE half to single without a branch. Subnormals are built by an exact subtraction of normal
// numbers (0.5 has a unit of 2^-24), so flush-to-zero modes cannot lose them.
static inline float half_to_float(uint16_t half) {
  const uint32_t magnitude = half & 0x7FFFu;
  const uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
  const uint32_t rebias = 112u << 23;
  const uint32_t normal = (magnitude << 13) + rebias;
  const uint32_t subnormal = bits_of_float(float_of_bits(0x3F000000u | magnitude) - 0.5f);
  const uint32_t is_small = 0u - (uint32_t)(magnitude < 0x0400u);
  const uint32_t is_special = 0u - (uint32_t)(magnitude >= 0x7C00u);  // infinity and NaN
  const uint32_t bits = (subnormal & is_small) | ((normal + (rebias & is_special)) & ~is_small);
  return float_of_bits(sign | bits);
}
#endif
