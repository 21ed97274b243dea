#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the kernels for arm64 with the toolchain's clang, warnings being errors, and compares NEON
# with plain C under emulation. On an arm64 machine the Swift tests do this and more.
# Needs (Debian): qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross
set -eu
cd "$(dirname "$0")/../.."
kernels=Sources/CHoneKernels
build=.build/check-neon
mkdir -p "$build"
sources="$(find "$kernels/src" -name '*.c') Tools/kernels/agreement.c"
# shellcheck disable=SC2086 # a list of paths without spaces
clang --target=aarch64-linux-gnu --gcc-toolchain=/usr --ld-path=/usr/bin/aarch64-linux-gnu-ld \
  -isystem /usr/aarch64-linux-gnu/include -std=c11 -O2 -Wall -Wextra -Werror \
  -I "$kernels/include" $sources -o "$build/agreement" -lm -lpthread
exec qemu-aarch64 -L /usr/aarch64-linux-gnu "$build/agreement"
