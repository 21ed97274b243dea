// SPDX-License-Identifier: Apache-2.0
// The C library's memory. Here because Swift's view of glibc lacks <malloc.h>.
#include "hone_kernels.h"

#if defined(__linux__)
#include <stdlib.h>
#endif
#if defined(__GLIBC__)
#include <malloc.h>
#endif

int hone_memory_trim(void) {
#if defined(__GLIBC__)
  return malloc_trim(0);
#else
  return 0;
#endif
}
