// SPDX-License-Identifier: Apache-2.0
// The walk over the tiles of a quantised product.
#include "hone_kernels.h"
#include "walk.h"

// Inputs of one step: a panel pair of the largest packing stays within a few hundred kilobytes.
// Rows of one step: their bytes stay in the second-level cache beside it.
enum { KC = 3072, ROW_BYTES = 393216, MOST_ROWS = 768 };

void hone_int8_gemm(const hone_kernels *kernels, const hone_int8_product *p, size_t first,
                    size_t count) {
  const size_t block = hone_packing_block(p->packing), blocks = (p->k + block - 1) / block;
  const size_t bytes = hone_packed_bytes(p->packing, HONE_PANEL, block);
  const size_t pair = 2 * HONE_PANEL, tile_rows = kernels->int8_tile_rows;
  const size_t step = least(blocks, KC / block);
  const size_t some_rows = least(MOST_ROWS, step ? ROW_BYTES / (step * block) : MOST_ROWS);
  const size_t row_step = divided(some_rows, tile_rows) * tile_rows;
  hone_int8_tile tile = {
      .packing = p->packing, .q_stride = blocks * block, .block_stride = blocks,
      .panel_stride = blocks * bytes, .ldy = p->ldy};
  for (size_t r = 0; r < p->m; r += row_step) {
    const size_t end = least(p->m, r + row_step);
    size_t b = 0;
    do {
      tile.blocks = least(step, blocks - b);
      const int begins = b == 0;
      tile.ldbase = begins ? p->ldbase : p->ldy;
      for (size_t j = first; j < first + count; j += pair) {
        tile.columns = least(pair, first + count - j);
        tile.packed = p->packed + (j / HONE_PANEL * blocks + b) * bytes;
        for (size_t i = r; i < end; i += tile_rows) {
          tile.q = p->q + i * tile.q_stride + b * block;
          tile.scale = p->scale + i * blocks + b;
          tile.sum = p->sum + i * blocks + b;
          tile.offset = p->offset + i * blocks + b;
          tile.y = p->y + i * p->ldy + j;
          tile.base = !begins ? tile.y : p->base ? p->base + i * p->ldbase + j : NULL;
          for (int t = 0; t < HONE_LOW_RANK_TERMS; t++) {
            tile.terms[t] = p->terms[t];
            if (!begins) tile.terms[t].rank = 0;
            if (tile.terms[t].rank == 0) continue;
            tile.terms[t].left += i * p->terms[t].ldl;
            tile.terms[t].right += j;
          }
          kernels->int8_tile(least(tile_rows, end - i), &tile);
        }
      }
      b += step;
    } while (b < blocks);
  }
}
