// SPDX-License-Identifier: Apache-2.0
// Which kernels this CPU can run. Compiled for the baseline, so that asking is always safe.
#include "hone_kernels.h"

extern const hone_kernels hone_kernels_generic;
#if defined(__x86_64__)
extern const hone_kernels hone_kernels_avx2, hone_kernels_avx512;
#elif defined(__aarch64__)
extern const hone_kernels hone_kernels_neon;
#endif

const hone_kernels *hone_kernels_for(hone_isa isa) {
  switch (isa) {
    case HONE_GENERIC: return &hone_kernels_generic;
#if defined(__x86_64__)
    case HONE_AVX2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &hone_kernels_avx2
                                                                              : NULL;
    case HONE_AVX512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                     __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
                 ? &hone_kernels_avx512
                 : NULL;
#elif defined(__aarch64__)
    case HONE_NEON: return &hone_kernels_neon;
#endif
    default: return NULL;
  }
}
