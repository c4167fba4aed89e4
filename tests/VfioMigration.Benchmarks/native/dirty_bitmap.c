// What a dirty bitmap costs in C, in nanoseconds.
//   dirty_bitmap mark byte|word sequential|random LOG2_PAGES LOG2_MARKS THREADS   per mark: first marks, repeated marks
//   dirty_bitmap harvest byte|word clean|sparse|all LOG2_PAGES                    whole: read and clear into a second bitmap
//   dirty_bitmap copy BYTES                                                       memcpy
// A mark is a relaxed atomic OR, a harvest exchanges every unit for zero and ORs it into the target. Best of several passes.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum { PASSES = 3, HARVESTS = 5 };

static uint8_t *bitmap, *target;
static uint64_t pages, marks;
static int words, random_order, threads;
static atomic_int ready;

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ul + t.tv_nsec;
}

static void *memory(uint64_t bytes) {
    void *got = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (got == MAP_FAILED) { perror("mmap"); exit(1); }
    return got;
}

static inline void mark_byte(uint64_t page) { atomic_fetch_or_explicit((_Atomic uint8_t *)bitmap + page / 8, 1u << (page & 7), memory_order_relaxed); }

static inline void mark_word(uint64_t page) { atomic_fetch_or_explicit((_Atomic uint64_t *)bitmap + page / 64, 1ul << (page & 63), memory_order_relaxed); }

// A full-period generator: as many different pages as there are steps.
static inline uint64_t next(uint64_t page) { return (page * 6364136223846793005ul + 1442695040888963407ul) & (pages - 1); }

#define MARKS(mark)                                                                                             \
    if (random_order) for (uint64_t page = begin, i = 0; i < count; i++, page = next(page)) mark(page);         \
    else for (uint64_t page = begin, i = 0; i < count; i++, page++) mark(page)

static void *marker(void *argument) {
    uint64_t number = (uint64_t)argument, count = marks / threads, begin = number * count;
    if (random_order) {
        begin = 0;
        for (uint64_t i = 0; i < number * count; i++) begin = next(begin);
    }
    atomic_fetch_add(&ready, 1);
    while (atomic_load(&ready) < threads) ;
    uint64_t start = now();
    if (words) { MARKS(mark_word); } else { MARKS(mark_byte); }
    return (void *)(now() - start);
}

static double mark_pass(void) {
    pthread_t others[16];
    uint64_t longest = 0;
    atomic_store(&ready, 0);
    for (uint64_t i = 0; i < (uint64_t)threads; i++) pthread_create(&others[i], NULL, marker, (void *)i);
    for (int i = 0; i < threads; i++) {
        void *took;
        pthread_join(others[i], &took);
        if ((uint64_t)took > longest) longest = (uint64_t)took;
    }
    return (double)longest / marks;
}

static void measure_marks(void) {
    double first = 1e18, repeated = 1e18;
    for (int i = 0; i < PASSES; i++) {
        memset(bitmap, 0, pages / 8);
        double a = mark_pass(), b = mark_pass();
        first = a < first ? a : first;
        repeated = b < repeated ? b : repeated;
    }
    printf("%f %f\n", first, repeated);
}

static void harvest_bytes(void) {
    for (uint64_t i = 0; i < pages / 8; i++) {
        uint8_t taken = atomic_exchange_explicit((_Atomic uint8_t *)bitmap + i, 0, memory_order_relaxed);
        if (taken) target[i] |= taken;
    }
}

static void harvest_words(void) {
    for (uint64_t i = 0; i < pages / 64; i++) {
        uint64_t taken = atomic_exchange_explicit((_Atomic uint64_t *)bitmap + i, 0, memory_order_relaxed);
        if (taken) ((uint64_t *)target)[i] |= taken;
    }
}

static void measure_harvest(const char *load) {
    uint64_t best = UINT64_MAX;
    target = memory(pages / 8);
    for (int i = 0; i < HARVESTS; i++) {
        memset(target, 0, pages / 8);
        memset(bitmap, *load == 'a' ? 0xff : 0, pages / 8);
        if (*load == 's') for (uint64_t page = 0; page < pages; page += 4096) mark_word(page);
        uint64_t start = now();
        if (words) harvest_words(); else harvest_bytes();
        uint64_t took = now() - start;
        best = took < best ? took : best;
    }
    printf("%lu\n", best);
}

static void measure_copy(uint64_t bytes) {
    uint64_t best = UINT64_MAX;
    char *from = memory(bytes), *to = memory(bytes);
    for (int i = 0; i < HARVESTS; i++) {
        memset(from, i, bytes);
        uint64_t start = now();
        memcpy(to, from, bytes);
        uint64_t took = now() - start;
        __asm__ volatile("" : : "r"(to) : "memory");
        best = took < best ? took : best;
    }
    printf("%lu\n", best);
}

int main(int count, char **arguments) {
    if (count == 3 && !strcmp(arguments[1], "copy")) { measure_copy(strtoul(arguments[2], NULL, 0)); return 0; }
    if (count < 5) return 2;
    words = !strcmp(arguments[2], "word");
    random_order = !strcmp(arguments[3], "random");
    pages = 1ul << atoi(arguments[4]);
    bitmap = memory(pages / 8);
    if (!strcmp(arguments[1], "harvest")) { measure_harvest(arguments[3]); return 0; }
    if (count < 7) return 2;
    marks = 1ul << atoi(arguments[5]);
    threads = atoi(arguments[6]);
    measure_marks();
    return 0;
}
