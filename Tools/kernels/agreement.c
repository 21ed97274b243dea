// SPDX-License-Identifier: Apache-2.0
// Compares the SIMD kernels of the target with the plain C ones, for targets where the Swift tests
// cannot run: see check-neon.sh. Prints each disagreement and one summary; exit code 1 if any.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hone_kernels.h"

static const size_t LENGTHS[] = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 127, 1023};
enum { COUNT = sizeof LENGTHS / sizeof *LENGTHS, GUARD = 64 };

static const hone_kernels *simd, *generic;
static size_t checks, failures;
static uint64_t state = 1;

static float draw(float bound) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return ((float)(state >> 40) * 0x1p-23f - 1) * bound;
}

// Two copies of the same numbers, one for each table, with NaN behind them: a kernel that reads
// or writes past the end shows it.
typedef struct {
  size_t n;
  float *simd, *generic;
} pair;

static pair pair_of(size_t n, float bound) {
  pair p = {n, malloc((n + GUARD) * sizeof(float)), malloc((n + GUARD) * sizeof(float))};
  if (!p.simd || !p.generic) abort();
  for (size_t i = 0; i < n + GUARD; i++) p.simd[i] = p.generic[i] = i < n ? draw(bound) : NAN;
  return p;
}

static void compare(const char *name, size_t size, pair p, float absolute) {
  checks++;
  for (size_t i = 0; i < p.n + GUARD; i++) {
    const float a = p.simd[i], b = p.generic[i];
    if (i < p.n ? fabsf(a - b) <= absolute + 1e-5f * fabsf(b) : isnan(a) && isnan(b)) continue;
    failures++;
    printf("%s, size %zu: element %zu of %zu is %g, expected %g\n", name, size, i, p.n, a, b);
    return;
  }
}

static void compare_value(const char *name, size_t size, float a, float b, float absolute) {
  checks++;
  if (fabsf(a - b) <= absolute + 1e-5f * fabsf(b)) return;
  failures++;
  printf("%s, size %zu: %g, expected %g\n", name, size, a, b);
}

static void release(pair p) {
  free(p.simd);
  free(p.generic);
}

// The factors of one of 8 kinds of products, transposed or not, and what they are added to or replace.
enum { KINDS = 8 };
typedef struct {
  pair a, b, c;
  size_t rsa, csa, ldb, ldc;
  int transpose_b, accumulate;
} product;

static product product_of(int kind, size_t m, size_t n, size_t k) {
  const int transpose_a = kind & 1, transpose_b = kind >> 1 & 1;
  const size_t ldc = n + 3;
  return (product){
      .a = pair_of(m * k, 1), .b = pair_of(n * k, 1), .c = pair_of(m * ldc, 1),
      .rsa = transpose_a ? 1 : k, .csa = transpose_a ? m : 1, .ldb = transpose_b ? k : n,
      .ldc = ldc, .transpose_b = transpose_b, .accumulate = kind >> 2};
}

static void release_product(product p) {
  release(p.a);
  release(p.b);
  release(p.c);
}

static void products(size_t m, size_t n, size_t k) {
  static float *scratch;
  if (!scratch) scratch = malloc(hone_gemm_scratch() * sizeof(float));
  if (!scratch) abort();
  const size_t ldc = n + 3;
  const float bound = 3e-7f * (float)(k + 8);
  for (int kind = 0; kind < KINDS; kind++) {
    const product p = product_of(kind, m, n, k);
    hone_gemm(simd, m, n, k, 0.5f, p.accumulate, p.c.simd, p.ldc, p.a.simd, p.rsa, p.csa, p.b.simd,
              p.ldb, p.transpose_b, scratch);
    hone_gemm(generic, m, n, k, 0.5f, p.accumulate, p.c.generic, p.ldc, p.a.simd, p.rsa, p.csa,
              p.b.simd, p.ldb, p.transpose_b, scratch);
    compare("gemm", m * 1000000 + n * 1000 + k, p.c, bound);
    release_product(p);
  }
  for (size_t rows = 1; rows <= 4; rows++) {
    pair x = pair_of(rows * k, 1), w = pair_of(n * k, 1), y = pair_of(rows * ldc, 1);
    simd->dot_rows(rows, n, k, y.simd, ldc, x.simd, k, w.simd, k);
    generic->dot_rows(rows, n, k, y.generic, ldc, x.simd, k, w.simd, k);
    compare("dot_rows", k, y, bound);
    release(x);
    release(w);
    release(y);
  }
}

// In bfloat16, where the table has it: both round the factors alike.
static void bf16_products(size_t m, size_t n, size_t k) {
  const hone_bf16_kernels *fast = hone_bf16_for(simd), *plain = hone_bf16_for(generic);
  if (!fast || !plain) return;
  float *scratch = malloc(hone_bf16_scratch() * sizeof(float));
  uint32_t *packed[2] = {malloc(hone_bf16_packed_count(fast, n, k) * sizeof(uint32_t)),
                         malloc(hone_bf16_packed_count(plain, n, k) * sizeof(uint32_t))};
  if (!scratch || !packed[0] || !packed[1]) abort();
  const size_t size = m * 1000000 + n * 1000 + k;
  const float bound = 3e-7f * (float)(k + 8);
  for (int kind = 0; kind < KINDS; kind++) {
    const product p = product_of(kind, m, n, k);
    hone_bf16_gemm(fast, m, n, k, 0.5f, p.accumulate, p.c.simd, p.ldc, p.a.simd, p.rsa, p.csa,
                   p.b.simd, p.ldb, p.transpose_b, scratch);
    hone_bf16_gemm(plain, m, n, k, 0.5f, p.accumulate, p.c.generic, p.ldc, p.a.simd, p.rsa, p.csa,
                   p.b.simd, p.ldb, p.transpose_b, scratch);
    compare("bf16 gemm", size, p.c, bound);
    if (kind == 2) {
      hone_bf16_pack(fast, n, k, packed[0], p.b.simd, k);
      hone_bf16_pack(plain, n, k, packed[1], p.b.simd, k);
      hone_bf16_gemm_packed(fast, m, n, k, 2, p.c.simd, p.ldc, p.a.simd, k, packed[0], scratch);
      hone_bf16_gemm_packed(plain, m, n, k, 2, p.c.generic, p.ldc, p.a.simd, k, packed[1], scratch);
      compare("bf16 gemm, packed", size, p.c, 4 * bound);
    }
    release_product(p);
  }
  free(scratch);
  free(packed[0]);
  free(packed[1]);
}

// As CALL(name, absolute, output, expression in T, the table, and V(p), the table's copy of p).
#define RUN(EXPRESSION)                  \
  do {                                   \
    {                                    \
      const hone_kernels *T = simd;      \
      EXPRESSION(simd);                  \
    }                                    \
    {                                    \
      const hone_kernels *T = generic;   \
      EXPRESSION(generic);               \
    }                                    \
  } while (0)

static void rows_of(size_t d) {
  enum { ROWS = 3 };
  pair x = pair_of(ROWS * d, 2), y = pair_of(ROWS * d, 1), weight = pair_of(d, 1);
  pair dx = pair_of(ROWS * d, 1), rstd = pair_of(ROWS, 1);
#define CALL(V) T->rms_norm(ROWS, d, 1e-5f, y.V, rstd.V, x.V, weight.V)
  RUN(CALL);
#undef CALL
  compare("rms_norm", d, y, 2e-6f);
  compare("rms_norm rstd", d, rstd, 2e-6f);
#define CALL(V) T->rms_norm_backward(ROWS, d, dx.V, y.V, x.V, weight.V, rstd.V)
  RUN(CALL);
#undef CALL
  compare("rms_norm_backward", d, dx, 1e-3f / (float)d + 1e-5f);

  pair q = pair_of(ROWS * 4 * d, 1), cosine = pair_of(5 * d, 1), sine = pair_of(5 * d, 1);
  const int32_t positions[ROWS] = {4, 0, 2};
#define CALL(V) T->rope(ROWS, 2, 2 * d, -1, q.V, 4 * d, cosine.V, sine.V, positions)
  RUN(CALL);
#undef CALL
  compare("rope", d, q, 2e-6f);
  pair all[] = {x, y, weight, dx, rstd, q, cosine, sine};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) release(all[i]);
}

static void elements_of(size_t n) {
  for (int e = 0; e < 3; e++) {
    const float bound = (const float[]){1, 50, 1e4f}[e], spacing = 2e-6f + bound * 3e-7f;
    pair x = pair_of(n, bound), p = pair_of(n, bound), ds = pair_of(n, 1), up = pair_of(n, 1);
    pair gate = pair_of(n, bound), out = pair_of(n, 1), d_out = pair_of(n, 1);
    memcpy(p.simd, x.simd, n * sizeof(float));
    memcpy(p.generic, x.simd, n * sizeof(float));
    float lse[2];
    lse[0] = simd->softmax(n, 0.5f, p.simd);
    lse[1] = generic->softmax(n, 0.5f, p.generic);
    compare("softmax", n, p, spacing);
    compare_value("softmax lse", n, lse[0], lse[1], spacing);
    compare_value("log_sum_exp", n, simd->log_sum_exp(n, x.simd), generic->log_sum_exp(n, x.simd),
                  spacing);
    compare_value("dot", n, simd->dot(n, x.simd, up.simd), generic->dot(n, x.simd, up.simd),
                  spacing * (float)n);
#define CALL(V) T->softmax_recompute(n, 0.5f, lse[1], p.V, x.V)
    RUN(CALL);
#undef CALL
    compare("softmax_recompute", n, p, spacing);
#define CALL(V) T->softmax_backward(n, 0.5f, 0.25f, ds.V, p.V)
    RUN(CALL);
#undef CALL
    compare("softmax_backward", n, ds, spacing);
#define CALL(V) T->swiglu(n, out.V, gate.V, up.V)
    RUN(CALL);
#undef CALL
    compare("swiglu", n, out, 1e-6f);
#define CALL(V) T->swiglu_backward(n, gate.V, up.V, d_out.V, gate.V, up.V)
    RUN(CALL);
#undef CALL
    compare("swiglu_backward gate", n, gate, spacing);
    compare("swiglu_backward up", n, up, spacing);
    pair wide = pair_of(n, bound), other = pair_of(n, 1), score = pair_of(n, bound);
#define CALL(V) T->geglu(n, out.V, wide.V, other.V)
    RUN(CALL);
#undef CALL
    compare("geglu", n, out, spacing);
#define CALL(V) T->geglu_backward(n, wide.V, other.V, d_out.V, wide.V, other.V)
    RUN(CALL);
#undef CALL
    compare("geglu_backward gate", n, wide, spacing);
    compare("geglu_backward up", n, other, spacing);
#define CALL(V) T->soft_cap(n, 0.5f, 30, score.V)
    RUN(CALL);
#undef CALL
    compare("soft_cap", n, score, 30 * 1e-6f);
#define CALL(V) T->soft_cap_backward(n, 30, d_out.V, score.V)
    RUN(CALL);
#undef CALL
    compare("soft_cap_backward", n, d_out, 1e-5f);
    // What differs by rounding must not go on as an input.
    memcpy(d_out.generic, d_out.simd, n * sizeof(float));
    memcpy(out.generic, out.simd, n * sizeof(float));
#define CALL(V) T->add_scaled(n, -0.75f, out.V, d_out.V)
    RUN(CALL);
#undef CALL
    compare("add_scaled", n, out, 1e-6f);
    float likelihood[2];
    likelihood[0] = simd->cross_entropy(n, n / 2, 0.5f, x.simd);
    likelihood[1] = generic->cross_entropy(n, n / 2, 0.5f, x.generic);
    compare("cross_entropy", n, x, spacing);
    compare_value("cross_entropy likelihood", n, likelihood[0], likelihood[1], spacing);
    pair all[] = {x, p, ds, up, gate, out, d_out, wide, other, score};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) release(all[i]);
  }
  pair parameter = pair_of(n, 1), m = pair_of(n, 0), v = pair_of(n, 0);
  for (int step = 1; step <= 5; step++) {
    pair gradient = pair_of(n, 1);
    const float c1 = 1 - powf(0.9f, (float)step), c2 = 1 - powf(0.999f, (float)step);
#define CALL(V) \
  T->adamw(n, 0.01f, 0.9f, 0.999f, 1e-8f, 0.1f, c1, c2, parameter.V, m.V, v.V, gradient.V)
    RUN(CALL);
#undef CALL
    release(gradient);
  }
  compare("adamw", n, parameter, 2e-6f);
  compare("adamw first moment", n, m, 1e-6f);
  compare("adamw second moment", n, v, 1e-6f);
  release(parameter);
  release(m);
  release(v);
}

// Whether a table lets a NaN score pass for a probability.
static void not_a_number(size_t n) {
  for (size_t place = 0; place < n; place += n / 5 + 1) {
    pair x = pair_of(n, 1);
    x.simd[place] = NAN;
    checks++;
    if (!isnan(simd->log_sum_exp(n, x.simd)) || !isnan(simd->softmax(n, 1, x.simd))) {
      failures++;
      printf("softmax, size %zu: NaN at %zu is hidden\n", n, place);
    }
    release(x);
  }
}

// A weight of random levels but for some blocks at either end (128 below zero, too, which a file
// does not hold), and scales that halves hold.
static uint8_t *random_weight(hone_packing packing, size_t n, size_t k) {
  const size_t bytes = hone_packed_bytes(packing, n, k), block = hone_packing_block(packing);
  const size_t each = hone_packed_bytes(packing, HONE_PANEL, block);
  const int is_split = packing == HONE_NIBBLES || packing == HONE_FIVE_BITS;
  const size_t scales = packing == HONE_NIBBLES ? 256 : packing == HONE_FIVE_BITS ? 320 : 16 * block;
  uint8_t *weight = aligned_alloc(64, bytes);
  if (!weight) abort();
  for (size_t i = 0; i < bytes; i++) {
    const size_t kind = i / each % 4, at = i % each;
    const int level = (int)(draw(0.5f) * 255.9f + 128);
    weight[i] = (uint8_t)(at >= scales || kind > 1 ? level : kind == 0 ? 255 : 0);
    // Halves from 0x2400 on are near 2^-6, singles from 0x3C000000 on near 2^-7.
    if (is_split && at >= scales && at % 2 == 1) weight[i] = 0x24 | (weight[i] & 0x83);
    if (!is_split && at >= scales && at % 4 == 3) weight[i] = 0x3C;
  }
  return weight;
}

// The whole quantised product, for every packing; n, the columns, need not fill a vector.
static void quantised(size_t m, size_t n, size_t blocks, size_t rank) {
  for (hone_packing packing = HONE_NIBBLES; packing <= HONE_WIDE; packing++) {
    const size_t block = hone_packing_block(packing), k = blocks * block, ldy = n + 3;
    uint8_t *weight = random_weight(packing, n, k);
    int8_t *q = malloc(m * k);
    float *scale = malloc(m * blocks * sizeof(float)), *sum = malloc(m * blocks * sizeof(float));
    int32_t *offset = malloc(m * blocks * sizeof(int32_t));
    pair x = pair_of(m * k, 1), left = pair_of(m * rank, 1), right = pair_of(rank * n, 1);
    // The largest inputs, all of one sign, in two rows.
    for (size_t i = 0; i < k && m > 1; i++) {
      x.generic[i] = 1;
      x.generic[(m - 1) * k + i] = -1;
    }
    generic->quantize_rows(block, m, k, q, scale, sum, offset, x.generic, k);
    for (int with_base = 0; with_base < 3; with_base++) {
      pair base = pair_of(m * n, 1), y = pair_of(m * ldy, 1);
      hone_int8_product p = {.packing = packing, .m = m, .k = k, .packed = weight, .q = q,
                             .scale = scale, .sum = sum, .offset = offset, .ldy = ldy,
                             .terms = {{rank, left.simd, rank, right.simd, n},
                                       {rank / 2, left.simd, rank, right.simd, n}}};
#define CALL(V)                                                  \
  p.y = y.V;                                                     \
  p.base = with_base == 0 ? NULL : with_base == 1 ? base.V : y.V; \
  p.ldbase = with_base == 1 ? n : ldy;                           \
  hone_int8_gemm(T, &p, 0, n)
      RUN(CALL);
#undef CALL
      compare("quantised product", (size_t)packing * 1000000000 + m * 1000000 + n * 1000 + blocks,
              y, 1e-5f * (float)(k + 2 * rank));
      release(base);
      release(y);
    }
    release(x);
    release(left);
    release(right);
    free(weight);
    free(q);
    free(scale);
    free(sum);
    free(offset);
  }
}

// Rows to bytes: a level may differ by one where a value lies between two, the scale may not.
static void quantised_rows(size_t k) {
  enum { ROWS = 3 };
  for (size_t block = 32; block <= 64; block += 32) {
    const size_t blocks = (k + block - 1) / block, bytes = ROWS * blocks * block;
    pair x = pair_of(ROWS * k, 3), scale = pair_of(ROWS * blocks, 1), sum = pair_of(ROWS * blocks, 1);
    int8_t *q[2] = {malloc(bytes), malloc(bytes)};
    int32_t *offset[2] = {malloc(bytes), malloc(bytes)};
    for (size_t i = 0; i < k && i < 2 * block; i++) x.simd[i] = i < block ? 0 : 1e30f;
    simd->quantize_rows(block, ROWS, k, q[0], scale.simd, sum.simd, offset[0], x.simd, k);
    generic->quantize_rows(block, ROWS, k, q[1], scale.generic, sum.generic, offset[1], x.simd, k);
    compare("quantised rows' scale", k, scale, 0);
    checks++;
    for (size_t i = 0; i < bytes; i++) {
      const size_t at = i / block;
      int32_t total = 0;
      for (size_t j = 0; j < block; j++) total += q[0][at * block + j];
      const int is_close = q[0][i] - q[1][i] <= 1 && q[1][i] - q[0][i] <= 1;
      if (is_close && offset[0][at] == -128 * total && sum.simd[at] == scale.simd[at] * (float)total)
        continue;
      failures++;
      printf("quantised rows, size %zu: byte %zu is %d, expected %d\n", k, i, q[0][i], q[1][i]);
      break;
    }
    for (int t = 0; t < 2; t++) {
      free(q[t]);
      free(offset[t]);
    }
    release(x);
    release(scale);
    release(sum);
  }
}

static void count_task(void *context, size_t task, size_t worker) {
  (void)worker;
  ((uint32_t *)context)[task]++;
}

static void pool_runs(size_t threads, size_t runs) {
  uint32_t counts[16] = {0}, expected[16] = {0};
  hone_pool *pool = hone_pool_create(threads);
  if (!pool) abort();
  for (size_t run = 0; run < runs; run++) {
    const size_t tasks = run * 7 % 17;
    for (size_t i = 0; i < tasks; i++) expected[i]++;
    hone_pool_run(pool, tasks, count_task, counts);
  }
  hone_pool_destroy(pool);
  checks++;
  if (memcmp(counts, expected, sizeof counts)) {
    failures++;
    printf("pool of %zu threads: a task ran other than once\n", threads);
  }
}

int main(void) {
  const hone_isa order[] = {
      HONE_AVX512_VNNI, HONE_AVX512, HONE_AVX_VNNI, HONE_AVX2, HONE_NEON_DOTPROD, HONE_NEON};
  generic = hone_kernels_for(HONE_GENERIC);
  int tables = 0;
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    simd = hone_kernels_for(order[i]);
    if (!simd) continue;
    tables++;
    const size_t before = checks;
    for (size_t a = 0; a < COUNT; a++) {
      rows_of(LENGTHS[a]);
      elements_of(LENGTHS[a]);
      not_a_number(LENGTHS[a]);
      quantised_rows(LENGTHS[a]);
    }
    for (size_t n = 1; n <= 33; n++) quantised(n % 9 + 1, n, n % 3 + 1, n % 4);
    for (size_t m = 1; m <= 17; m++) quantised(m, 47, 2, m % 2 * 3);
    quantised(19, 70, 200, 16);
    const size_t few[] = {1, 3, 8, 10, 11, 17, 33};
    for (size_t m = 0; m < 7; m++)
      for (size_t n = 0; n < 7; n++)
        for (size_t k = 0; k < 7; k++) {
          products(few[m], few[n], few[k]);
          bf16_products(few[m], few[n], few[k]);
        }
    const size_t sizes[][3] = {{5, 520, 400}, {170, 40, 20}, {31, 33, 1023}, {3, 515, 1100}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
      products(sizes[i][0], sizes[i][1], sizes[i][2]);
      bf16_products(sizes[i][0], sizes[i][1], sizes[i][2]);
    }
    printf("%s: %zu comparisons with generic\n", simd->name, checks - before);
  }
  pool_runs(1, 2000);
  pool_runs(2, 20000);
  pool_runs(3, 2000);
  printf("%zu checks, %zu failures\n", checks, failures);
  return tables == 0 || failures > 0;
}
