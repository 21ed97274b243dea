#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compares the SIMD kernels of this machine with plain C under AddressSanitizer and
# UndefinedBehaviorSanitizer, with the toolchain's clang; every finding ends it.
set -eu
cd "$(dirname "$0")/../.."
kernels=Sources/CHoneKernels
build=.build/sanitize
mkdir -p "$build"
export kernels build
# shellcheck disable=SC2016 # expanded by the inner shell
find "$kernels/src" Tools/kernels/agreement.c -name '*.c' | xargs -P "$(getconf _NPROCESSORS_ONLN)" \
  -I {} sh -c 'clang -std=c11 -O1 -g -Wall -Wextra -Werror -fno-omit-frame-pointer \
    -fsanitize=address,undefined -fno-sanitize-recover=all -I "$kernels/include" -c {} \
    -o "$build/$(echo {} | tr / -).o"'
clang -fsanitize=address,undefined "$build"/*.o -o "$build/agreement" -lm -lpthread 2> "$build/log" \
  || { cat "$build/log"; exit 1; }
"$build/agreement"
