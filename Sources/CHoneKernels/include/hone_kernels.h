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

// --- Quantised weights ----------------------------------------------------------------------

// A weight W[n, k] packed for the product with quantised activations: panels of 16 outputs; for
// each block of inputs, 64-byte lines, line l holding inputs 4l .. 4l + 3 of each of the 16
// outputs, then the block's 16 scales d and minima m. Outputs beyond n have d = m = 0.
typedef enum {
  // 4 bits, w = d * u + m, blocks of 32: byte b of line l (of 4) has line l's value below and line
  // l + 4's above; d and m in half precision. 320 bytes.
  HONE_NIBBLES = 0,
  // 5 bits: the same lines, then another: bit l of its byte b is the fifth bit of byte b of line l;
  // then d and m. 384 bytes.
  HONE_FIVE_BITS = 1,
  // 8 bits, w = d * u + m, blocks of 32: 8 lines, d and m in single precision. 640 bytes.
  HONE_BYTES = 2,
  // 8 bits, w = d * (u - 128), blocks of 32: 8 lines, d in single precision. 576 bytes.
  HONE_SIGNED = 3,
  // The same in blocks of 64: 16 lines. 1088 bytes.
  HONE_WIDE = 4,
} hone_packing;

enum { HONE_PANEL = 16, HONE_SIGNED_ZERO = 128 };

// left[m, rank] . right[rank, columns] in float32; rank may be 0.
typedef struct {
  size_t rank;
  const float *left;
  size_t ldl;
  const float *right;
  size_t ldr;
} hone_low_rank;

// What is added to a quantised product: an adapter's update, and the inputs kept out of the
// quantised rows with their columns of W.
enum { HONE_LOW_RANK_TERMS = 2 };

// One tile: y[m, columns] = base + x . W^T + low-rank terms for some rows and up to two adjoining
// panels. x and W are quantised; base is NULL for zero or may be y itself.
typedef struct {
  hone_packing packing;
  size_t columns, blocks;
  // x: bytes with q_stride between rows; the other three have block_stride. scale * q is the
  // value, sum = scale * (sum of q) serves the minima, offset = -128 * (sum of q) signed weights.
  const int8_t *q;
  size_t q_stride;
  const float *scale, *sum;
  const int32_t *offset;
  size_t block_stride;
  // W: bytes between the panels.
  const uint8_t *packed;
  size_t panel_stride;
  float *y;
  size_t ldy;
  const float *base;
  size_t ldbase;
  hone_low_rank terms[HONE_LOW_RANK_TERMS];
} hone_int8_tile;

// --- Float32 kernels, one table for each instruction set ------------------------------------

enum { HONE_DOT_ROWS = 4 };

// Every entry has the plain-C version in src/generic (the reference) and SIMD versions generated
// from src/simd/kernels.inc. Rows are independent, so a caller may split them over threads.
typedef struct hone_kernels {
  const char *name;
  // Register tile of the matrix product: rows of A by columns of B.
  size_t tile_rows, tile_columns;

  // Floats of a vector.
  size_t lanes;
  // packed[k][tile_columns] = b[k, n] (row stride ldb), columns past n zero; n <= tile_columns.
  void (*pack_rows)(size_t k, size_t n, float *packed, const float *b, size_t ldb);
  // The same from b[n, k], that is packed[p * ldp + j] = b[j, p], for j < n rounded up to lanes.
  void (*pack_transposed)(size_t k, size_t n, float *packed, size_t ldp, const float *b,
                          size_t ldb);
  // c[m, n] (+)= alpha * a[m, k] * b[k, n]; a's element (i, p) is a[i * rsa + p * csa]; b's rows
  // are ldb apart, of n rounded up to lanes readable floats; m <= tile_rows, n <= tile_columns.
  // The sum runs over k in order, whatever m and n.
  void (*gemm_tile)(size_t m, size_t n, size_t k, float alpha, int accumulate, float *c,
                    size_t ldc, const float *a, size_t rsa, size_t csa, const float *b,
                    size_t ldb);
  // y[i * ldy + j] = sum_p x[i * ldx + p] * w[j * ldw + p] for i < m <= HONE_DOT_ROWS, j < n. The
  // sum runs in the same order whatever m and n.
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
  // Returns the index of the greatest element, the first of equals; 0 if x[0] is no number. n > 0.
  size_t (*argmax)(size_t n, const float *x);
  // Returns log sum exp(x), n > 0.
  float (*log_sum_exp)(size_t n, const float *x);
  // x[n] = weight * (softmax(x) - onehot(target)); returns log p(target) before scaling.
  float (*cross_entropy)(size_t n, size_t target, float weight, float *x);
  // out[n] = silu(gate) * up. Shazeer 2020, arXiv 2002.05202.
  void (*swiglu)(size_t n, float *out, const float *gate, const float *up);
  // d_gate, d_up from d_out; may write over gate and up themselves.
  void (*swiglu_backward)(size_t n, float *d_gate, float *d_up, const float *d_out,
                          const float *gate, const float *up);
  // out[n] = gelu(gate) * up, gelu(g) = g / 2 (1 + tanh(sqrt(2 / pi) (g + 0.044715 g^3))).
  // Hendrycks & Gimpel 2016, arXiv 1606.08415, section 2.
  void (*geglu)(size_t n, float *out, const float *gate, const float *up);
  // d_gate, d_up from d_out; may write over gate and up themselves.
  void (*geglu_backward)(size_t n, float *d_gate, float *d_up, const float *d_out,
                         const float *gate, const float *up);
  // x[n] = cap * tanh(scale * x / cap).
  void (*soft_cap)(size_t n, float scale, float cap, float *x);
  // dx[n] *= 1 - (y / cap)^2 for what soft_cap with scale 1 made, y.
  void (*soft_cap_backward)(size_t n, float cap, float *dx, const float *y);
  // y[n] += alpha * x[n]
  void (*add_scaled)(size_t n, float alpha, float *y, const float *x);
  // Returns sum x[n] * y[n].
  float (*dot)(size_t n, const float *x, const float *y);
  // One AdamW step with decoupled decay. Loshchilov & Hutter 2019, algorithm 2.
  // correction1 = 1 - beta1^step, correction2 = 1 - beta2^step.
  void (*adamw)(size_t n, float learning_rate, float beta1, float beta2, float eps, float decay,
                float correction1, float correction2, float *p, float *m, float *v,
                const float *grad);

  // --- Quantised products; see the section below for the layouts.

  // Quantises x[m, k] (row stride ldx) row by row in blocks of `block` (32 or 64) along k, the last
  // padded with zeros: x ~ scale * q. q[m, blocks * block]; scale, sum and offset are [m, blocks].
  void (*quantize_rows)(size_t block, size_t m, size_t k, int8_t *q, float *scale, float *sum,
                        int32_t *offset, const float *x, size_t ldx);
  // Makes x[n] what quantize_rows keeps of it in blocks of 64, each entry's rounding error carried
  // to the entry 64 further on: many small entries beside a large one keep their sum, where each
  // by itself would round to nothing. Floyd & Steinberg 1976, in one dimension.
  void (*carry_rounding)(size_t n, float *x);
  // Packs outputs [first, first + count) of W[n, k], first a multiple of 16, as bytes or as wide
  // signed bytes. Output i's input j is w[i * output_stride + j * input_stride], i counted from
  // `first`; one of the strides is 1.
  void (*int8_pack)(hone_packing packing, size_t n, size_t k, size_t first, size_t count,
                    uint8_t *packed, const float *w, size_t output_stride, size_t input_stride);
  // One tile of a quantised product; m <= int8_tile_rows.
  void (*int8_tile)(size_t m, const hone_int8_tile *tile);
  size_t int8_tile_rows;
} hone_kernels;

// --- Quantised products ---------------------------------------------------------------------

// Bytes of W[n, k] packed; 0 for an unknown packing.
size_t hone_packed_bytes(int packing, size_t n, size_t k);
// Values in a block of a packing: 32, or 64 for the wide one.
size_t hone_packing_block(int packing);
// The packing that keeps the values of a stored format as they are, or -1 where none does.
int hone_packing_for(int dtype);
// Packs outputs [first, first + count) of a stored W[n, k] without changing a value, first a
// multiple of 16. row(context, i) is where output i's blocks begin.
void hone_pack_stored(int dtype, size_t n, size_t k, size_t first, size_t count, uint8_t *packed,
                      const void *(*row)(const void *context, size_t output),
                      const void *context);

// Whether quantised products are faster than float32's of the same table; see
// docs/performance.md.
int hone_int8_is_fast(const hone_kernels *kernels);
// What multiplies their integers.
const char *hone_int8_instruction(const hone_kernels *kernels);
// y[m, n] = base + x . W^T + low-rank terms, see hone_int8_tile for the parts.
typedef struct {
  hone_packing packing;
  size_t m, k;
  const uint8_t *packed;
  const int8_t *q;
  const float *scale, *sum;
  const int32_t *offset;
  float *y;
  size_t ldy;
  const float *base;
  size_t ldbase;
  hone_low_rank terms[HONE_LOW_RANK_TERMS];
} hone_int8_product;
// Columns [first, first + count) of y, first a multiple of 16, on one thread.
void hone_int8_gemm(const hone_kernels *kernels, const hone_int8_product *product, size_t first,
                    size_t count);

typedef enum {
  HONE_GENERIC = 0,
  HONE_AVX2 = 1,
  HONE_AVX512 = 2,
  HONE_NEON = 3,
  // AVX-512 with VNNI: the same float32 kernels, quantised products in hardware.
  HONE_AVX512_VNNI = 4,
  // AVX2 with the VNNI of 256-bit vectors: the same.
  HONE_AVX_VNNI = 5,
  // NEON with dot products (sdot): the same.
  HONE_NEON_DOTPROD = 6,
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
  HONE_CPU_F16C = 1 << 11,
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

// The length of the steps in which hone_gemm and hone_bf16_gemm sum over k.
enum { HONE_GEMM_STEP = 384 };
// Floats of scratch that hone_gemm needs.
size_t hone_gemm_scratch(void);
// c[m, n] (+)= alpha * a[m, k] * B, on one thread. a's element (i, p) is a[i * rsa + p * csa].
// B is b[k, n] (row stride ldb), or, if b_transposed, the transpose of b[n, k]. The sum over k
// runs in steps of the same length whatever m and n.
void hone_gemm(const hone_kernels *kernels, size_t m, size_t n, size_t k, float alpha,
               int accumulate, float *c, size_t ldc, const float *a, size_t rsa, size_t csa,
               const float *b, size_t ldb, int b_transposed, float *scratch);
// c[m, n] = alpha * a[m, k] * packed[k, n] for a few columns that pack_transposed packed whole:
// n rounded up to lanes in each row, rows ldp apart.
void hone_gemm_packed(const hone_kernels *kernels, size_t m, size_t n, size_t k, float alpha,
                      float *c, size_t ldc, const float *a, size_t lda, const float *packed,
                      size_t ldp);

// --- Products in bfloat16 -------------------------------------------------------------------

// Factors rounded to bfloat16, whose 8 significant bits are a float32's upper half; sums in
// float32. Both factors are packed as pairs: two entries that follow each other in the sum, the
// first in the lower half.
typedef struct hone_bf16_kernels {
  // What multiplies them.
  const char *instruction;
  size_t tile_rows, tile_columns;
  // pairs[i * ldp + q] = a[i, 2q] and a[i, 2q + 1] for i < m; past k there are zeros.
  void (*pack_along)(size_t m, size_t k, uint32_t *pairs, size_t ldp, const float *a, size_t lda);
  // pairs[q * ldp + j] = b[2q, j] and b[2q + 1, j] for j < n; past k there are zeros.
  void (*pack_across)(size_t k, size_t n, uint32_t *pairs, size_t ldp, const float *b,
                      size_t ldb);
  // pairs[q * tile_columns + j] = b[j, 2q] and b[j, 2q + 1] for j < n <= tile_columns; past k
  // there are zeros.
  void (*pack_turned)(size_t k, size_t n, uint32_t *pairs, const float *b, size_t ldb);
  // c[m, n] (+)= alpha * a . b for some pairs; a's pair (i, q) is a[i * rsa + q * csa], b's pair
  // (q, j) is b[q * tile_columns + j]; m <= tile_rows, n <= tile_columns. The sum runs over the
  // pairs in order, whatever m and n.
  void (*tile)(size_t m, size_t n, size_t pairs, float alpha, int accumulate, float *c, size_t ldc,
               const uint32_t *a, size_t rsa, size_t csa, const uint32_t *b);
} hone_bf16_kernels;

// Those in plain C for the generic table, those of the CPU for a table of the same vectors, NULL
// for others.
const hone_bf16_kernels *hone_bf16_for(const hone_kernels *kernels);
// Whether they are faster than float32 products of the same vectors; see docs/performance.md.
int hone_bf16_is_fast(const hone_bf16_kernels *kernels);
// Floats of scratch that hone_bf16_gemm and hone_bf16_gemm_packed need.
size_t hone_bf16_scratch(void);
// As hone_gemm; one of rsa and csa is 1.
void hone_bf16_gemm(const hone_bf16_kernels *kernels, size_t m, size_t n, size_t k, float alpha,
                    int accumulate, float *c, size_t ldc, const float *a, size_t rsa, size_t csa,
                    const float *b, size_t ldb, int b_transposed, float *scratch);
// Pairs of b[n, k] packed for hone_bf16_gemm_packed.
size_t hone_bf16_packed_count(const hone_bf16_kernels *kernels, size_t n, size_t k);
// Packs b[n, k] whole.
void hone_bf16_pack(const hone_bf16_kernels *kernels, size_t n, size_t k, uint32_t *packed,
                    const float *b, size_t ldb);
// c[m, n] = alpha * a[m, k] * b^T, b packed whole: for few columns that many rows are multiplied
// with.
void hone_bf16_gemm_packed(const hone_bf16_kernels *kernels, size_t m, size_t n, size_t k,
                           float alpha, float *c, size_t ldc, const float *a, size_t lda,
                           const uint32_t *packed, float *scratch);

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

// --- Memory ---------------------------------------------------------------------------------

// Gives freed memory that the C library keeps back to the system. 1 if there was any.
int hone_memory_trim(void);

#ifdef __cplusplus
}
#endif
#endif
