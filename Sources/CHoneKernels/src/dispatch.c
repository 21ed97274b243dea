// SPDX-License-Identifier: Apache-2.0
// Which kernels this CPU can run. Compiled for the baseline, so that asking is always safe.
#include "bf16_internal.h"
#include "int8_internal.h"

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#elif defined(__aarch64__) && defined(__APPLE__)
#include <sys/sysctl.h>
#endif

extern const hone_kernels hone_kernels_generic;
#if defined(__x86_64__)
extern const hone_kernels hone_kernels_avx2, hone_kernels_avx_vnni, hone_kernels_avx512,
    hone_kernels_avx512_vnni;
#elif defined(__aarch64__)
extern const hone_kernels hone_kernels_neon, hone_kernels_neon_dotprod;
#endif

#if defined(__x86_64__)
static int has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("f16c");
}

static int has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif

#if defined(__aarch64__)
static int has_dot_product(void) {
#if defined(__linux__)
  return (getauxval(AT_HWCAP) >> 20) & 1;  // HWCAP_ASIMDDP
#elif defined(__APPLE__)
  int value = 0;
  size_t size = sizeof value;
  return sysctlbyname("hw.optional.arm.FEAT_DotProd", &value, &size, NULL, 0) == 0 && value != 0;
#else
  return 0;
#endif
}
#endif

const hone_kernels *hone_kernels_for(hone_isa isa) {
  switch (isa) {
    case HONE_GENERIC: return &hone_kernels_generic;
#if defined(__x86_64__)
    case HONE_AVX2: return has_avx2() ? &hone_kernels_avx2 : NULL;
    case HONE_AVX_VNNI:
      return has_avx2() && __builtin_cpu_supports("avxvnni") ? &hone_kernels_avx_vnni : NULL;
    case HONE_AVX512: return has_avx512() ? &hone_kernels_avx512 : NULL;
    case HONE_AVX512_VNNI:
      return has_avx512() && __builtin_cpu_supports("avx512vnni") ? &hone_kernels_avx512_vnni
                                                                  : NULL;
#elif defined(__aarch64__)
    case HONE_NEON: return &hone_kernels_neon;
    case HONE_NEON_DOTPROD: return has_dot_product() ? &hone_kernels_neon_dotprod : NULL;
#endif
    default: return NULL;
  }
}

typedef struct {
  void (*tile)(size_t m, const hone_int8_tile *tile);
  int is_fast;
  const char *instruction;
} int8_tile;

static int8_tile tile_of(const hone_kernels *kernels) {
  const int8_tile tiles[] = {
#if defined(__x86_64__)
      {hone_int8_tile_avx2, 1, "vpmaddubsw, 256 bits"},
      {hone_int8_tile_avx_vnni, 1, "vpdpbusd, 256 bits"},
      {hone_int8_tile_avx512, 1, "vpmaddubsw, 512 bits"},
      {hone_int8_tile_avx512_vnni, 1, "vpdpbusd, 512 bits"},
#elif defined(__aarch64__)
      // Not measured: smlal makes few more products an instruction than float32's fmla.
      {hone_int8_tile_neon, 0, "smlal"},
      // Not measured, but sdot makes four times as many.
      {hone_int8_tile_neon_dotprod, 1, "sdot"},
#endif
  };
  for (size_t i = 0; i < sizeof tiles / sizeof *tiles; i++)
    if (tiles[i].tile == kernels->int8_tile) return tiles[i];
  return (int8_tile){kernels->int8_tile, 0, "plain C"};
}

int hone_int8_is_fast(const hone_kernels *kernels) { return tile_of(kernels).is_fast; }

const char *hone_int8_instruction(const hone_kernels *kernels) {
  return tile_of(kernels).instruction;
}

const hone_bf16_kernels *hone_bf16_for(const hone_kernels *kernels) {
  if (kernels == &hone_kernels_generic) return &hone_bf16_generic;
#if defined(__x86_64__)
  if (kernels == &hone_kernels_avx512 || kernels == &hone_kernels_avx512_vnni)
    return __builtin_cpu_supports("avx512bf16") ? &hone_bf16_avx512 : NULL;
#endif
  return NULL;
}

int hone_bf16_is_fast(const hone_bf16_kernels *kernels) {
#if defined(__x86_64__)
  // AMD's make two multiply-adds where fma makes one. Not measured on Intel's, which have half as
  // many units for them as for fma.
  return kernels == &hone_bf16_avx512 && __builtin_cpu_is("amd");
#else
  (void)kernels;
  return 0;
#endif
}

uint32_t hone_cpu_features(void) {
  uint32_t features = 0;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) features |= HONE_CPU_AVX2;
  if (__builtin_cpu_supports("fma")) features |= HONE_CPU_FMA;
  if (__builtin_cpu_supports("f16c")) features |= HONE_CPU_F16C;
  if (__builtin_cpu_supports("avx512f")) features |= HONE_CPU_AVX512F;
  if (__builtin_cpu_supports("avx512bw")) features |= HONE_CPU_AVX512BW;
  if (__builtin_cpu_supports("avx512dq")) features |= HONE_CPU_AVX512DQ;
  if (__builtin_cpu_supports("avx512vl")) features |= HONE_CPU_AVX512VL;
  if (__builtin_cpu_supports("avx512vnni")) features |= HONE_CPU_AVX512_VNNI;
  if (__builtin_cpu_supports("avxvnni")) features |= HONE_CPU_AVX_VNNI;
  if (__builtin_cpu_supports("avx512bf16")) features |= HONE_CPU_AVX512_BF16;
#elif defined(__aarch64__)
  features |= HONE_CPU_NEON;
  if (has_dot_product()) features |= HONE_CPU_DOTPROD;
#endif
  return features;
}
