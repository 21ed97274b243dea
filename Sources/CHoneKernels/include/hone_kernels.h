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

// --- Float32 kernels, one table for each instruction set ------------------------------------

// Every entry has the plain-C version in src/generic (the reference) and SIMD versions generated
// from src/simd/kernels.inc. Rows are independent, so a caller may split them over threads.
typedef struct hone_kernels {
  const char *name;
  // Register tile of the matrix product: rows of A by columns of B.
  size_t tile_rows, tile_columns;

  // packed[k][tile_columns] = b[k, n] (row stride ldb), columns past n zero; n <= tile_columns.
  void (*pack_rows)(size_t k, size_t n, float *packed, const float *b, size_t ldb);
  // The same from b[n, k], that is packed[p][j] = b[j, p].
  void (*pack_transposed)(size_t k, size_t n, float *packed, const float *b, size_t ldb);
  // c[m, n] (+)= alpha * a[m, k] * packed[k, n]; a's element (i, p) is a[i * rsa + p * csa];
  // m <= tile_rows, n <= tile_columns. The sum runs over k in order, whatever m and n.
  void (*gemm_tile)(size_t m, size_t n, size_t k, float alpha, int accumulate, float *c,
                    size_t ldc, const float *a, size_t rsa, size_t csa, const float *packed);
  // y[i * ldy + j] = sum_p x[i * ldx + p] * w[j * ldw + p] for i < m <= 4, j < n.
  void (*dot_rows)(size_t m, size_t n, size_t k, float *y, size_t ldy, const float *x, size_t ldx,
                   const float *w, size_t ldw);

  // y[T, D] = x / rms(x) * weight; rstd[T] = 1 / rms(x). Zhang & Sennrich 2019, eq. 4.
  void (*rms_norm)(size_t t, size_t d, float eps, float *y, float *rstd, const float *x,
                   const float *weight);
  // dx[T, D] += gradient of rms_norm for dy[T, D].
  void (*rms_norm_backward)(size_t t, size_t d, float *dx, const float *dy, const float *x,
                            const float *weight, const float *rstd);
  // Rotates x[T, heads, E] (row stride ldx) in place by half-split pairs (i, i + E/2);
  // cosine and sine are [position, E/2]. direction -1 undoes it, which is also the backward.
  void (*rope)(size_t t, size_t heads, size_t e, float direction, float *x, size_t ldx,
               const float *cosine, const float *sine, const int32_t *positions);
  // x[n] = softmax(scale * x); returns log sum exp(scale * x). n > 0.
  float (*softmax)(size_t n, float scale, float *x);
  // p[n] = exp(scale * s - lse): a softmax again from its log-sum-exp.
  void (*softmax_recompute)(size_t n, float scale, float lse, float *p, const float *s);
  // ds[n] = scale * p * (dp - delta), delta = sum p * dp; in place of dp.
  void (*softmax_backward)(size_t n, float scale, float delta, float *dp, const float *p);
  // Returns log sum exp(x), n > 0.
  float (*log_sum_exp)(size_t n, const float *x);
  // x[n] = weight * (softmax(x) - onehot(target)); returns log p(target) before scaling.
  float (*cross_entropy)(size_t n, size_t target, float weight, float *x);
  // out[n] = silu(gate) * up. Shazeer 2020, arXiv 2002.05202.
  void (*swiglu)(size_t n, float *out, const float *gate, const float *up);
  // d_gate, d_up from d_out; may write over gate and up themselves.
  void (*swiglu_backward)(size_t n, float *d_gate, float *d_up, const float *d_out,
                          const float *gate, const float *up);
  // y[n] += alpha * x[n]
  void (*add_scaled)(size_t n, float alpha, float *y, const float *x);
  // Returns sum x[n] * y[n].
  float (*dot)(size_t n, const float *x, const float *y);
  // One AdamW step with decoupled decay. Loshchilov & Hutter 2019, algorithm 2.
  // correction1 = 1 - beta1^step, correction2 = 1 - beta2^step.
  void (*adamw)(size_t n, float learning_rate, float beta1, float beta2, float eps, float decay,
                float correction1, float correction2, float *p, float *m, float *v,
                const float *grad);

  // --- Quantised products; see the section below for the layout.

  // Quantises x[m, k] (row stride ldx) row by row in blocks of 32 along k, the last padded with
  // zeros: x ~ scale * q. q[m, blocks * 32], scale[m, blocks], sum[m, blocks] = scale * sum(q).
  void (*quantize_rows)(size_t m, size_t k, int8_t *q, float *scale, float *sum, const float *x,
                        size_t ldx);
  // Packs outputs [first, first + count) of W[n, k], first a multiple of 16, in the layout below.
  // Output i's input j is w[i * output_stride + j * input_stride], i counted from `first`; one of
  // the strides is 1.
  void (*int8_pack)(size_t n, size_t k, size_t first, size_t count, uint8_t *packed,
                    const float *w, size_t output_stride, size_t input_stride);
  // y[m, columns] (+)= q . W for some rows and up to two adjoining panels of 16 columns;
  // m <= int8_tile_rows, columns <= 32. Bytes between the panels: panel_stride.
  void (*int8_tile)(size_t m, size_t columns, size_t blocks, int accumulate, float *y, size_t ldy,
                    const int8_t *q, const float *scale, const float *sum, const uint8_t *packed,
                    size_t panel_stride);
  size_t int8_tile_rows;
} hone_kernels;

// --- Quantised weights ----------------------------------------------------------------------

// A weight W[n, k] as unsigned bytes u with a scale and a minimum for every 32 values along k:
// w ~ d * u + m. Packed for the product in panels of 16 outputs: for each block of 32 inputs,
// eight 64-byte lines, line l holding inputs 4l .. 4l + 3 of each of the 16 outputs, then 16 d and
// 16 m. Outputs and inputs beyond n and k are zero (d = m = 0).
enum { HONE_PANEL = 16, HONE_BLOCK = 32, HONE_PANEL_BLOCK_BYTES = 640 };

// Bytes of W[n, k] packed.
size_t hone_int8_bytes(size_t n, size_t k);
// y[m, n] (+)= x . W^T for outputs [first, first + count), first a multiple of 16; x quantised.
void hone_int8_gemm(const hone_kernels *kernels, size_t m, size_t k, size_t first,
                    size_t count, int accumulate, float *y, size_t ldy, const int8_t *q,
                    const float *scale, const float *sum, const uint8_t *packed);

typedef enum {
  HONE_GENERIC = 0,
  HONE_AVX2 = 1,
  HONE_AVX512 = 2,
  HONE_NEON = 3,
  // AVX-512 with VNNI: the same float32 kernels, quantised products in hardware.
  HONE_AVX512_VNNI = 4,
} hone_isa;

// The kernels of an instruction set, or NULL where this CPU or build lacks it.
const hone_kernels *hone_kernels_for(hone_isa isa);

// What this CPU and its system offer, as Linux's /proc/cpuinfo names it.
enum {
  HONE_CPU_AVX2 = 1 << 0,
  HONE_CPU_FMA = 1 << 1,
  HONE_CPU_AVX512F = 1 << 2,
  HONE_CPU_AVX512BW = 1 << 3,
  HONE_CPU_AVX512DQ = 1 << 4,
  HONE_CPU_AVX512VL = 1 << 5,
  HONE_CPU_AVX512_VNNI = 1 << 6,
  HONE_CPU_AVX_VNNI = 1 << 7,
  HONE_CPU_AVX512_BF16 = 1 << 8,
  HONE_CPU_NEON = 1 << 9,
  HONE_CPU_DOTPROD = 1 << 10,
};
// Those of the above that are there, or-ed together.
uint32_t hone_cpu_features(void);

// --- What the machine could do at best, to compare speeds with -------------------------------

// Runs `rounds` rounds of independent float32 multiply-adds on registers, in the widest vectors of
// the machine. Returns how many operations that were (a multiply-add is two); *sink receives a
// number that depends on all of them.
double hone_peak_multiply_add(size_t rounds, float *sink);
// Reads x[n] once, in the widest vectors of the machine, and returns a sum that depends on all.
float hone_peak_read(size_t n, const float *x);

// --- Matrix product -------------------------------------------------------------------------

// Floats of scratch that hone_gemm needs.
size_t hone_gemm_scratch(void);
// c[m, n] (+)= alpha * a[m, k] * B, on one thread. a's element (i, p) is a[i * rsa + p * csa].
// B is b[k, n] (row stride ldb), or, if b_transposed, the transpose of b[n, k].
void hone_gemm(const hone_kernels *kernels, size_t m, size_t n, size_t k, float alpha,
               int accumulate, float *c, size_t ldc, const float *a, size_t rsa, size_t csa,
               const float *b, size_t ldb, int b_transposed, float *scratch);

// --- Threads --------------------------------------------------------------------------------

typedef struct hone_pool hone_pool;
typedef void (*hone_pool_task)(void *context, size_t task, size_t worker);

// A pool of `threads` workers, the caller of hone_pool_run being worker 0. NULL if out of memory;
// it may end up with fewer workers where the system refuses threads (see hone_pool_threads).
hone_pool *hone_pool_create(size_t threads);
void hone_pool_destroy(hone_pool *pool);
size_t hone_pool_threads(const hone_pool *pool);
// Runs work(context, i, worker) for each i < tasks and returns when all are done. Not reentrant.
void hone_pool_run(hone_pool *pool, size_t tasks, hone_pool_task work, void *context);

#ifdef __cplusplus
}
#endif
#endif
