// SPDX-License-Identifier: Apache-2.0
// What the walks over the blocks and tiles of matrix products share.
#ifndef HONE_WALK_H
#define HONE_WALK_H
#include <stddef.h>

static inline size_t least(size_t a, size_t b) { return a < b ? a : b; }

// Rounded up: how many parts of that size there are, or the size of the next of so many parts.
static inline size_t divided(size_t count, size_t by) { return (count + by - 1) / by; }

// What a product is whose sums have no terms.
static inline void clear(size_t m, size_t n, float *c, size_t ldc) {
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < n; j++) c[i * ldc + j] = 0;
}
#endif
