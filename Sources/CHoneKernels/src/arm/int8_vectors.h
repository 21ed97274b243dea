// SPDX-License-Identifier: Apache-2.0
// What the quantised tiles of NEON need of their vectors.
#ifndef HONE_INT8_VECTORS_H
#define HONE_INT8_VECTORS_H
#include <arm_neon.h>
#include <string.h>

#include "hone_kernels.h"

#define INLINE static inline __attribute__((always_inline))

typedef float vf __attribute__((vector_size(16)));
typedef int32_t vi __attribute__((vector_size(16)));

INLINE vf load_some(const float *p, size_t n) {
  vf v = {0};
  memcpy(&v, p, n * sizeof(float));
  return v;
}
INLINE void store_some(float *p, vf v, size_t n) { memcpy(p, &v, n * sizeof(float)); }
INLINE vf load_halves(const uint8_t *p) {
  return (vf)vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(p)));
}
#endif
