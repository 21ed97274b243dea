// SPDX-License-Identifier: Apache-2.0
// A persistent pool. Idle workers spin for some 50 microseconds, so that the next of many small
// products finds them awake, and then sleep. A run never waits for a worker that took no task,
// so a descheduled worker delays nothing but its own task.
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "hone_kernels.h"

enum { SPINS = 2000, MOST_TASKS = (1 << 20) - 1 };

struct hone_pool {
  size_t threads;
  pthread_t *handles;
  // Run number (24 bits), its tasks (20) and the next one to take (20), in one word: claiming by
  // compare-and-swap makes sure that the work read beside it belongs to the run of the task.
  _Atomic uint64_t ticket;
  _Atomic(hone_pool_task) work;
  _Atomic(void *) context;
  _Atomic uint32_t finished;
  _Atomic int stopping;
  _Atomic int sleepers;
  _Atomic size_t joined;
  pthread_mutex_t mutex;
  pthread_cond_t wake;
};

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static uint64_t run_of(uint64_t ticket) { return ticket >> 40; }
static uint64_t tasks_of(uint64_t ticket) { return ticket >> 20 & MOST_TASKS; }
static uint64_t next_of(uint64_t ticket) { return ticket & MOST_TASKS; }

// Takes and does tasks until none is left; returns the run it saw last.
static uint64_t take_tasks(hone_pool *pool, size_t worker) {
  uint64_t ticket = atomic_load(&pool->ticket);
  while (next_of(ticket) < tasks_of(ticket)) {
    const hone_pool_task work = atomic_load(&pool->work);
    void *const context = atomic_load(&pool->context);
    if (!atomic_compare_exchange_weak(&pool->ticket, &ticket, ticket + 1)) continue;
    work(context, next_of(ticket), worker);
    atomic_fetch_add(&pool->finished, 1);
    ticket = atomic_load(&pool->ticket);
  }
  return run_of(ticket);
}

static void *work_loop(void *argument) {
  hone_pool *pool = argument;
  const size_t worker = atomic_fetch_add(&pool->joined, 1) + 1;
  uint64_t done = 0;
  while (!atomic_load(&pool->stopping)) {
    int spins = 0;
    while (run_of(atomic_load(&pool->ticket)) == done && spins < SPINS) {
      relax();
      spins++;
    }
    if (run_of(atomic_load(&pool->ticket)) == done) {
      pthread_mutex_lock(&pool->mutex);
      atomic_fetch_add(&pool->sleepers, 1);
      while (run_of(atomic_load(&pool->ticket)) == done &&
             !atomic_load(&pool->stopping))
        pthread_cond_wait(&pool->wake, &pool->mutex);
      atomic_fetch_sub(&pool->sleepers, 1);
      pthread_mutex_unlock(&pool->mutex);
      continue;
    }
    done = take_tasks(pool, worker);
  }
  return NULL;
}

hone_pool *hone_pool_create(size_t threads) {
  hone_pool *pool = calloc(1, sizeof *pool);
  if (!pool) return NULL;
  pool->handles = calloc(threads ? threads : 1, sizeof *pool->handles);
  if (!pool->handles) {
    free(pool);
    return NULL;
  }
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->wake, NULL);
  pool->threads = 1;
  while (pool->threads < threads &&
         pthread_create(&pool->handles[pool->threads - 1], NULL, work_loop, pool) == 0)
    pool->threads++;
  return pool;
}

void hone_pool_destroy(hone_pool *pool) {
  if (!pool) return;
  pthread_mutex_lock(&pool->mutex);
  atomic_store(&pool->stopping, 1);
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->mutex);
  for (size_t i = 0; i + 1 < pool->threads; i++) pthread_join(pool->handles[i], NULL);
  pthread_cond_destroy(&pool->wake);
  pthread_mutex_destroy(&pool->mutex);
  free(pool->handles);
  free(pool);
}

size_t hone_pool_threads(const hone_pool *pool) { return pool->threads; }

void hone_pool_run(hone_pool *pool, size_t tasks, hone_pool_task work, void *context) {
  for (; tasks > MOST_TASKS; tasks--) work(context, tasks - 1, 0);
  if (pool->threads == 1 || tasks <= 1) {
    for (size_t i = 0; i < tasks; i++) work(context, i, 0);
    return;
  }
  const uint64_t run = run_of(atomic_load(&pool->ticket)) + 1;
  atomic_store(&pool->finished, 0);
  atomic_store(&pool->work, work);
  atomic_store(&pool->context, context);
  atomic_store(&pool->ticket, run << 40 | (uint64_t)tasks << 20);
  if (atomic_load(&pool->sleepers)) {
    pthread_mutex_lock(&pool->mutex);
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
  }
  take_tasks(pool, 0);
  // On a busy machine the worker with the last task may wait for this very core.
  for (int spins = 0; atomic_load(&pool->finished) < tasks; spins++) {
    if (spins < SPINS)
      relax();
    else
      sched_yield();
  }
}
