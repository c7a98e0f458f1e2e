#define _GNU_SOURCE
#include "FaultGuard.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/syscall.h>
#endif

// The ranges, in chunks that are never moved or freed: the handler walks them while others come and go. Room for a
// million, sixteen times what vm.max_map_count allows by default.
enum { chunk_ranges = 1024, max_chunks = 1024 };
static millrace_guarded_range *chunks[max_chunks];
static size_t chunk_count;

// Guards what the handler does not touch: the list of free ranges, the growth of the table, the installation.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static millrace_guarded_range *first_free;
static int is_installed;
static struct sigaction former;

/// The range that holds `address`; called in the signal handler, so without locks.
///
/// The range that faulted cannot change hands meanwhile, because the thread is in the middle of an access to it; any
/// other may, and is passed over then.
static millrace_guarded_range *range_of(uintptr_t address) {
    size_t count = __atomic_load_n(&chunk_count, __ATOMIC_ACQUIRE);
    for (size_t chunk = 0; chunk < count; chunk++) {
        for (size_t index = 0; index < chunk_ranges; index++) {
            millrace_guarded_range *range = &chunks[chunk][index];
            uint32_t before = __atomic_load_n(&range->generation, __ATOMIC_ACQUIRE);
            uintptr_t start = __atomic_load_n(&range->start, __ATOMIC_ACQUIRE);
            uintptr_t end = __atomic_load_n(&range->end, __ATOMIC_ACQUIRE);
            if (address < start || address >= end || before % 2 != 0) continue;
            if (__atomic_load_n(&range->generation, __ATOMIC_ACQUIRE) == before) return range;
        }
    }
    return NULL;
}

/// Maps `length` bytes of zeros at `start`, in place of what is there. Returns whether it could be done.
static int map_zeros(uintptr_t start, size_t length) {
    int protection = PROT_READ | PROT_WRITE;
    int flags = MAP_PRIVATE | MAP_ANON | MAP_FIXED;
#if defined(__linux__)
    // Not through the library's function, which may take a lock, and is not its own under a sanitizer.
#if defined(SYS_mmap)
    return syscall(SYS_mmap, start, length, protection, flags, -1, 0L) != -1;
#else
    return syscall(SYS_mmap2, start, length, protection, flags, -1, 0L) != -1;
#endif
#else
    return mmap((void *)start, length, protection, flags, -1, 0) != MAP_FAILED;
#endif
}

/// Puts zeros in the place of the page at `address` and those behind it, if a range is guarded there.
static int cover(uintptr_t address) {
    millrace_guarded_range *range = range_of(address);
    if (range == NULL) return 0;
    // Before the zeros can be read by anyone: who has seen them must find the note.
    __atomic_store_n(&range->has_faulted, 1, __ATOMIC_SEQ_CST);
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t start = address & ~(page - 1);
    return map_zeros(start, ((range->end + page - 1) & ~(page - 1)) - start);
}

/// Does with a signal what would have been done without this handler.
static void hand_on(int number, siginfo_t *info, void *context) {
    if (former.sa_flags & SA_SIGINFO) return former.sa_sigaction(number, info, context);
    if (former.sa_handler == SIG_IGN && info->si_code <= 0) return;
    if (former.sa_handler != SIG_DFL && former.sa_handler != SIG_IGN) return former.sa_handler(number);
    // The default ends the process. An access that faults does so when it is made again, with this very place in the
    // core dump; the kernel ignores no such fault, whatever was asked for. What another process sent is sent once more.
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    sigaction(number, &standard, NULL);
    if (info->si_code <= 0) raise(number);
}

static void on_bus_error(int number, siginfo_t *info, void *context) {
    int error = errno;
    // A misaligned access is a fault of the program's, wherever it is made; a page that could not be read, or that the
    // memory's own checks have found broken, is the file's.
    int is_fault_of_file = info->si_code > 0 && info->si_code != BUS_ADRALN;
    if (!is_fault_of_file || !cover((uintptr_t)info->si_addr)) hand_on(number, info, context);
    errno = error;
}

static int install(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_bus_error;
    // On the alternate stack where the thread has one, as a handler that is called in turn may expect.
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    // Known before the first signal can come.
    if (sigaction(SIGBUS, NULL, &former) != 0) return 0;
    return sigaction(SIGBUS, &action, NULL) == 0;
}

/// Adds a chunk to the table; called with the lock held.
static int grow(void) {
    if (chunk_count == max_chunks) {
        errno = ENOMEM;
        return 0;
    }
    millrace_guarded_range *chunk = calloc(chunk_ranges, sizeof *chunk);
    if (chunk == NULL) return 0;
    for (size_t index = 0; index < chunk_ranges; index++) {
        chunk[index].next_free = index + 1 < chunk_ranges ? &chunk[index + 1] : first_free;
    }
    first_free = chunk;
    chunks[chunk_count] = chunk;
    __atomic_store_n(&chunk_count, chunk_count + 1, __ATOMIC_RELEASE);
    return 1;
}

static void set(millrace_guarded_range *range, uintptr_t start, uintptr_t end) {
    __atomic_fetch_add(&range->generation, 1, __ATOMIC_SEQ_CST);
    __atomic_store_n(&range->has_faulted, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&range->start, start, __ATOMIC_SEQ_CST);
    __atomic_store_n(&range->end, end, __ATOMIC_SEQ_CST);
    __atomic_fetch_add(&range->generation, 1, __ATOMIC_SEQ_CST);
}

millrace_guarded_range *millrace_guard(const void *start, size_t length) {
    millrace_guarded_range *range = NULL;
    pthread_mutex_lock(&lock);
    if (!is_installed) is_installed = install();
    if (is_installed && (first_free != NULL || grow())) {
        range = first_free;
        first_free = range->next_free;
        set(range, (uintptr_t)start, (uintptr_t)start + length);
    }
    pthread_mutex_unlock(&lock);
    return range;
}

void millrace_unguard(millrace_guarded_range *range) {
    pthread_mutex_lock(&lock);
    set(range, 0, 0);
    range->next_free = first_free;
    first_free = range;
    pthread_mutex_unlock(&lock);
}
