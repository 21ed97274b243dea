// SPDX-License-Identifier: Apache-2.0
// What the tables of products in bfloat16 share.
#ifndef HONE_BF16_INTERNAL_H
#define HONE_BF16_INTERNAL_H
#include "hone_kernels.h"

extern const hone_bf16_kernels hone_bf16_generic;
#if defined(__x86_64__)
extern const hone_bf16_kernels hone_bf16_avx512;
#endif
#endif
