#include "CAllocationCount.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

// One counter for all threads: requests are counted whose work is on several of them.
static _Atomic uint64_t allocations;
static _Atomic uint64_t frees;

uint64_t millrace_allocation_count(void) { return atomic_load_explicit(&allocations, memory_order_relaxed); }

uint64_t millrace_free_count(void) { return atomic_load_explicit(&frees, memory_order_relaxed); }

bool millrace_allocations_are_counted(void) {
    uint64_t before = millrace_allocation_count();
    // Volatile, or the compiler may leave out both the copy and its end.
    char *volatile copy = strdup("taken by libc");
    free(copy);
    return millrace_allocation_count() > before;
}

#if defined(__linux__) && defined(__GLIBC__)

// glibc's allocator by the names that it keeps where a program has functions of its own by the usual ones.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);

// Shared libraries find the functions below before libc's own only if they are visible to them.
#define VISIBLE __attribute__((visibility("default"), used))

static void *taken(void *memory) {
    if (memory != NULL) atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
    return memory;
}

static void given_back(void *memory) {
    if (memory != NULL) atomic_fetch_add_explicit(&frees, 1, memory_order_relaxed);
}

VISIBLE void *malloc(size_t size) { return taken(__libc_malloc(size)); }

VISIBLE void *calloc(size_t count, size_t size) { return taken(__libc_calloc(count, size)); }

VISIBLE void *realloc(void *memory, size_t size) {
    void *result = taken(__libc_realloc(memory, size));
    // If there is no room the old piece stays, unless it was given back by asking for nothing in its place.
    if (result != NULL || size == 0) given_back(memory);
    return result;
}

VISIBLE void *memalign(size_t alignment, size_t size) { return taken(__libc_memalign(alignment, size)); }

VISIBLE void *aligned_alloc(size_t alignment, size_t size) { return taken(__libc_memalign(alignment, size)); }

VISIBLE int posix_memalign(void **memory, size_t alignment, size_t size) {
    if (alignment == 0 || alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
    void *result = taken(__libc_memalign(alignment, size));
    if (result == NULL) return ENOMEM;
    *memory = result;
    return 0;
}

VISIBLE void free(void *memory) {
    given_back(memory);
    __libc_free(memory);
}

#endif
