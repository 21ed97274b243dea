// SPDX-License-Identifier: Apache-2.0
// The machine's ceilings: multiply-adds that wait for nothing, and reads that do nothing else.
#include <string.h>

#include "hone_kernels.h"

// Twelve chains hide the latency of two multiply-add units (4 to 5 cycles each) and leave AVX2's
// 16 registers room for the factors. The values settle at 1 and never become denormal.
#define CEILINGS(SUFFIX, TARGET, BYTES)                                                            \
  typedef float vector_##SUFFIX __attribute__((vector_size(BYTES)));                               \
  TARGET static double multiply_add_##SUFFIX(size_t rounds, float *sink) {                         \
    enum { lanes = BYTES / sizeof(float), chains = 12 };                                           \
    vector_##SUFFIX sums[chains];                                                                  \
    vector_##SUFFIX factor = {0}, term = {0};                                                      \
    factor += 0.5f;                                                                                \
    term += 0.5f;                                                                                  \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < chains; i++) {                          \
      sums[i] = (vector_##SUFFIX){0} + (float)i;                                                   \
      __asm__ volatile("" : "+m"(sums[i]));                                                        \
    }                                                                                              \
    for (size_t round = 0; round < rounds; round++) {                                              \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < chains; i++)                          \
          sums[i] = sums[i] * factor + term;                                                       \
    }                                                                                              \
    vector_##SUFFIX all = {0};                                                                     \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < chains; i++) all += sums[i];            \
    float total = 0;                                                                               \
    for (int i = 0; i < lanes; i++) total += all[i];                                               \
    *sink = total;                                                                                 \
    return 2.0 * lanes * chains * (double)rounds;                                                  \
  }                                                                                                \
  TARGET static float read_##SUFFIX(size_t n, const float *x) {                                    \
    enum { lanes = BYTES / sizeof(float), chains = 8 };                                            \
    vector_##SUFFIX sums[chains] = {0};                                                            \
    size_t i = 0;                                                                                  \
    for (; i + lanes * chains <= n; i += lanes * chains) {                                         \
      _Pragma("clang loop unroll(full)") for (int j = 0; j < chains; j++) {                        \
        vector_##SUFFIX value;                                                                     \
        memcpy(&value, x + i + lanes * j, sizeof value);                                           \
        sums[j] += value;                                                                          \
      }                                                                                            \
    }                                                                                              \
    vector_##SUFFIX all = {0};                                                                     \
    for (int j = 0; j < chains; j++) all += sums[j];                                               \
    float total = 0;                                                                               \
    for (int j = 0; j < lanes; j++) total += all[j];                                               \
    for (; i < n; i++) total += x[i];                                                              \
    return total;                                                                                  \
  }

CEILINGS(baseline, , 16)
#if defined(__x86_64__)
CEILINGS(avx2, __attribute__((target("avx2,fma"))), 32)
CEILINGS(avx512, __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), 64)
#endif

double hone_peak_multiply_add(size_t rounds, float *sink) {
#if defined(__x86_64__)
  if (hone_kernels_for(HONE_AVX512)) return multiply_add_avx512(rounds, sink);
  if (hone_kernels_for(HONE_AVX2)) return multiply_add_avx2(rounds, sink);
#endif
  return multiply_add_baseline(rounds, sink);
}

float hone_peak_read(size_t n, const float *x) {
#if defined(__x86_64__)
  if (hone_kernels_for(HONE_AVX512)) return read_avx512(n, x);
  if (hone_kernels_for(HONE_AVX2)) return read_avx2(n, x);
#endif
  return read_baseline(n, x);
}
