// What keeps a page of a mapped file that cannot be given from ending the process.
#ifndef MILLRACE_FAULT_GUARD_H
#define MILLRACE_FAULT_GUARD_H

#include <stddef.h>
#include <stdint.h>

/// A stretch of memory that is mapped from a file, and whether a page of it could not be given.
///
/// The fields are the guard's own; `millrace_has_faulted` answers what others want to know.
typedef struct millrace_guarded_range {
    uint32_t has_faulted;
    /// Odd while the range changes hands; how the signal handler tells a range from parts of two.
    uint32_t generation;
    uintptr_t start;
    uintptr_t end;
    struct millrace_guarded_range *next_free;
} millrace_guarded_range;

/// Guards the `length` bytes mapped at `start`: where the file no longer has a page of it, or the device cannot give
/// it, the first access puts zeros in the place of that page and all behind it up to the end of the range, notes the
/// fault, and goes on.
///
/// The first call installs a SIGBUS handler for the process, which hands every other signal on to the handler that was
/// there before. Returns NULL with errno set when that, or memory for the range, is not to be had.
millrace_guarded_range *millrace_guard(const void *start, size_t length);

/// Ends the guard; to be called before the memory is unmapped.
void millrace_unguard(millrace_guarded_range *range);

/// Whether a page of the range was replaced by zeros. An answer of 0 vouches for everything that the calling thread
/// read from the range before it asked.
static inline int millrace_has_faulted(const millrace_guarded_range *range) {
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return __atomic_load_n(&range->has_faulted, __ATOMIC_RELAXED) != 0;
}

#endif
