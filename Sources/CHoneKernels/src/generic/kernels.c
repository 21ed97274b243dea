// SPDX-License-Identifier: Apache-2.0
// The reference kernels in plain C: what the SIMD versions must agree with.
#include <math.h>

#include "../int8_internal.h"
#include "hone_kernels.h"

enum { TILE_ROWS = 4, TILE_COLUMNS = 8 };

static void pack_rows_generic(size_t k, size_t n, float *packed, const float *b, size_t ldb) {
  for (size_t p = 0; p < k; p++)
    for (size_t j = 0; j < TILE_COLUMNS; j++)
      packed[p * TILE_COLUMNS + j] = j < n ? b[p * ldb + j] : 0;
}

static void pack_transposed_generic(size_t k, size_t n, float *packed, size_t ldp,
                                    const float *b, size_t ldb) {
  for (size_t p = 0; p < k; p++)
    for (size_t j = 0; j < n; j++) packed[p * ldp + j] = b[j * ldb + p];
}

static void gemm_tile_generic(size_t m, size_t n, size_t k, float alpha, int accumulate, float *c,
                              size_t ldc, const float *a, size_t rsa, size_t csa,
                              const float *b, size_t ldb) {
  float sums[TILE_ROWS][TILE_COLUMNS] = {{0}};
  for (size_t p = 0; p < k; p++)
    for (size_t i = 0; i < m; i++)
      for (size_t j = 0; j < n; j++) sums[i][j] += a[i * rsa + p * csa] * b[p * ldb + j];
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < n; j++)
      c[i * ldc + j] = alpha * sums[i][j] + (accumulate ? c[i * ldc + j] : 0);
}

static void dot_rows_generic(size_t m, size_t n, size_t k, float *y, size_t ldy, const float *x,
                             size_t ldx, const float *w, size_t ldw) {
  for (size_t j = 0; j < n; j++)
    for (size_t i = 0; i < m; i++) {
      float sum = 0;
      for (size_t p = 0; p < k; p++) sum += x[i * ldx + p] * w[j * ldw + p];
      y[i * ldy + j] = sum;
    }
}

static void rms_norm_generic(size_t t, size_t d, float eps, float *y, float *rstd, const float *x,
                             const float *weight) {
  for (size_t r = 0; r < t; r++, x += d, y += d) {
    float squares = 0;
    for (size_t i = 0; i < d; i++) squares += x[i] * x[i];
    const float inverse = 1 / sqrtf(squares / (float)d + eps);
    for (size_t i = 0; i < d; i++) y[i] = x[i] * inverse * weight[i];
    rstd[r] = inverse;
  }
}

static void rms_norm_backward_generic(size_t t, size_t d, float *dx, const float *dy,
                                      const float *x, const float *weight, const float *rstd) {
  for (size_t r = 0; r < t; r++, x += d, dy += d, dx += d) {
    float sum = 0;
    for (size_t i = 0; i < d; i++) sum += dy[i] * weight[i] * x[i];
    const float s = rstd[r], mean = sum * s * s / (float)d;
    for (size_t i = 0; i < d; i++) dx[i] += s * (dy[i] * weight[i] - x[i] * mean);
  }
}

static void rope_generic(size_t t, size_t heads, size_t e, float direction, float *x, size_t ldx,
                         const float *cosine, const float *sine, const int32_t *positions) {
  const size_t half = e / 2;
  for (size_t r = 0; r < t; r++) {
    const float *c = cosine + (size_t)positions[r] * half, *s = sine + (size_t)positions[r] * half;
    for (size_t h = 0; h < heads; h++) {
      float *row = x + r * ldx + h * e;
      for (size_t i = 0; i < half; i++) {
        const float first = row[i], second = row[i + half], turn = direction * s[i];
        row[i] = first * c[i] - second * turn;
        row[i + half] = second * c[i] + first * turn;
      }
    }
  }
}

static float greatest(size_t n, const float *x) {
  float top = x[0];
  for (size_t i = 1; i < n; i++) top = x[i] > top ? x[i] : top;
  return top;
}

static float softmax_generic(size_t n, float scale, float *x) {
  const float top = greatest(n, x);
  float sum = 0;
  for (size_t i = 0; i < n; i++) sum += x[i] = expf(scale * (x[i] - top));
  for (size_t i = 0; i < n; i++) x[i] /= sum;
  return scale * top + logf(sum);
}

static void softmax_recompute_generic(size_t n, float scale, float lse, float *p, const float *s) {
  for (size_t i = 0; i < n; i++) p[i] = expf(scale * s[i] - lse);
}

static void softmax_backward_generic(size_t n, float scale, float delta, float *dp,
                                     const float *p) {
  for (size_t i = 0; i < n; i++) dp[i] = scale * p[i] * (dp[i] - delta);
}

static size_t argmax_generic(size_t n, const float *x) {
  size_t best = 0;
  for (size_t i = 1; i < n; i++)
    if (x[i] > x[best]) best = i;
  return best;
}

static float log_sum_exp_generic(size_t n, const float *x) {
  const float top = greatest(n, x);
  float sum = 0;
  for (size_t i = 0; i < n; i++) sum += expf(x[i] - top);
  return top + logf(sum);
}

static float cross_entropy_generic(size_t n, size_t target, float weight, float *x) {
  const float lse = log_sum_exp_generic(n, x), likelihood = x[target] - lse;
  for (size_t i = 0; i < n; i++) x[i] = weight * expf(x[i] - lse);
  x[target] -= weight;
  return likelihood;
}

static void swiglu_generic(size_t n, float *out, const float *gate, const float *up) {
  for (size_t i = 0; i < n; i++) out[i] = gate[i] / (1 + expf(-gate[i])) * up[i];
}

static void swiglu_backward_generic(size_t n, float *d_gate, float *d_up, const float *d_out,
                                    const float *gate, const float *up) {
  for (size_t i = 0; i < n; i++) {
    const float g = gate[i], u = up[i], sigmoid = 1 / (1 + expf(-g));
    d_up[i] = d_out[i] * g * sigmoid;
    d_gate[i] = d_out[i] * u * sigmoid * (1 + g * (1 - sigmoid));
  }
}

// Twice the argument of gelu's tanh, whose half-angle is a sigmoid, and its slope.
static float gelu_argument(float g, float *slope) {
  // From there on gelu is the identity or nothing; its square must stay finite.
  const float square = g * g < 1e6f ? g * g : 1e6f;
  *slope = 2 * (0.797884561f + 3 * 0.0356774081f * square);
  return 2 * g * (0.797884561f + 0.0356774081f * square);
}

static void geglu_generic(size_t n, float *out, const float *gate, const float *up) {
  float slope;
  for (size_t i = 0; i < n; i++)
    out[i] = gate[i] / (1 + expf(-gelu_argument(gate[i], &slope))) * up[i];
}

static void geglu_backward_generic(size_t n, float *d_gate, float *d_up, const float *d_out,
                                   const float *gate, const float *up) {
  for (size_t i = 0; i < n; i++) {
    float slope;
    const float g = gate[i], u = up[i];
    const float sigmoid = 1 / (1 + expf(-gelu_argument(g, &slope)));
    d_up[i] = d_out[i] * g * sigmoid;
    d_gate[i] = d_out[i] * u * sigmoid * (1 + g * (1 - sigmoid) * slope);
  }
}

static void soft_cap_generic(size_t n, float scale, float cap, float *x) {
  for (size_t i = 0; i < n; i++) x[i] = cap * tanhf(scale * x[i] / cap);
}

static void soft_cap_backward_generic(size_t n, float cap, float *dx, const float *y) {
  for (size_t i = 0; i < n; i++) dx[i] *= 1 - (y[i] / cap) * (y[i] / cap);
}

static void add_scaled_generic(size_t n, float alpha, float *y, const float *x) {
  for (size_t i = 0; i < n; i++) y[i] += alpha * x[i];
}

static float dot_generic(size_t n, const float *x, const float *y) {
  float sum = 0;
  for (size_t i = 0; i < n; i++) sum += x[i] * y[i];
  return sum;
}

static void adamw_generic(size_t n, float learning_rate, float beta1, float beta2, float eps,
                          float decay, float correction1, float correction2, float *p, float *m,
                          float *v, const float *grad) {
  const float shrink = 1 - learning_rate * decay, step = learning_rate / correction1;
  const float root = sqrtf(correction2);
  for (size_t i = 0; i < n; i++) {
    m[i] = beta1 * m[i] + (1 - beta1) * grad[i];
    v[i] = beta2 * v[i] + (1 - beta2) * grad[i] * grad[i];
    p[i] = p[i] * shrink - step * m[i] / (sqrtf(v[i]) / root + eps);
  }
}

const hone_kernels hone_kernels_generic = {
    .name = "generic",
    .tile_rows = TILE_ROWS,
    .tile_columns = TILE_COLUMNS,
    .lanes = 1,
    .pack_rows = pack_rows_generic,
    .pack_transposed = pack_transposed_generic,
    .gemm_tile = gemm_tile_generic,
    .dot_rows = dot_rows_generic,
    .rms_norm = rms_norm_generic,
    .rms_norm_backward = rms_norm_backward_generic,
    .rope = rope_generic,
    .softmax = softmax_generic,
    .softmax_recompute = softmax_recompute_generic,
    .softmax_backward = softmax_backward_generic,
    .argmax = argmax_generic,
    .log_sum_exp = log_sum_exp_generic,
    .cross_entropy = cross_entropy_generic,
    .swiglu = swiglu_generic,
    .swiglu_backward = swiglu_backward_generic,
    .geglu = geglu_generic,
    .geglu_backward = geglu_backward_generic,
    .soft_cap = soft_cap_generic,
    .soft_cap_backward = soft_cap_backward_generic,
    .add_scaled = add_scaled_generic,
    .dot = dot_generic,
    .adamw = adamw_generic,
    .quantize_rows = hone_quantize_rows_generic,
    .carry_rounding = hone_carry_rounding_generic,
    .int8_pack = hone_int8_pack_generic,
    .int8_tile = hone_int8_tile_generic,
    .int8_tile_rows = 4,
};
