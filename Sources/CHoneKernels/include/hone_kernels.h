// SPDX-License-Identifier: Apache-2.0
// The only header of the kernels. Sizes first, then outputs, then const inputs; no allocation,
// no globals, no I/O. Shapes: T tokens, D hidden, H heads, K kv heads, E head dim, F feed-forward,
// V vocab, R rank; matrices are row-major float32 unless said otherwise.
#ifndef HONE_KERNELS_H
#define HONE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// --- Stored number formats (ids are GGUF's ggml_type) ---------------------------------------

typedef enum {
  HONE_F32 = 0,
  HONE_F16 = 1,
  HONE_Q4_0 = 2,
  HONE_Q4_1 = 3,
  HONE_Q5_0 = 6,
  HONE_Q5_1 = 7,
  HONE_Q8_0 = 8,
  HONE_Q4_K = 12,
  HONE_Q5_K = 13,
  HONE_Q6_K = 14,
  HONE_BF16 = 30,
} hone_dtype;

// Values in one block of a format (1 for the plain float formats); 0 for an unknown format.
size_t hone_block_values(int dtype);
// Bytes of one block; 0 for an unknown format.
size_t hone_block_bytes(int dtype);
// out[0..<count] = the float32 values of `in`. `count` is a multiple of the block's values.
// Returns 0, or -1 for an unknown format.
int hone_dequantize(int dtype, size_t count, float *restrict out, const void *restrict in);

#ifdef __cplusplus
}
#endif
#endif
