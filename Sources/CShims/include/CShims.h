// Thin C entry points that Swift cannot reach by itself. No policy lives here.
#ifndef MILLRACE_CSHIMS_H
#define MILLRACE_CSHIMS_H

#include <stddef.h>
#include <stdint.h>
#include "FaultGuard.h"

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4) of `count` bytes, continuing from `crc` (0 to start).
/// Uses AVX-512 with VPCLMULQDQ, SSE4.2 with PCLMUL or the ARMv8 CRC instructions when the processor has them.
uint32_t millrace_crc32c(uint32_t crc, const void *bytes, size_t count);

/// The table-driven path, always available; the tests hold the fast path against it.
uint32_t millrace_crc32c_portable(uint32_t crc, const void *bytes, size_t count);

/// The path of processors that have no more than CRC instructions; what a wider one leaves over is its.
uint32_t millrace_crc32c_narrow(uint32_t crc, const void *bytes, size_t count);

/// Name of the path that `millrace_crc32c` takes on this processor: "avx512", "sse4.2", "armv8" or "portable".
const char *millrace_crc32c_path(void);

/// Reserves `length` bytes from `offset` and makes them part of the file. Returns 0 or an errno value, EOPNOTSUPP where the file system cannot.
int millrace_allocate(int descriptor, int64_t offset, int64_t length);

/// Takes the mapped pages from `start` on for writing, as a store to each would. Returns 0 or an errno value: EFAULT where a store would end
/// in a SIGBUS, EINVAL or EOPNOTSUPP where the system has no such call (Linux before 5.14).
int millrace_populate(void *start, size_t length);

/// Makes written data durable: fdatasync, or F_FULLFSYNC on Darwin. Returns 0 or an errno value.
int millrace_sync_data(int descriptor);

/// Makes all durable that was written to the files of the file system that the file lies in. Returns 0 or an errno value; EOPNOTSUPP where a
/// system or file system is not known to keep that promise, and to tell each open file of a write that failed since: Linux from 5.17 on
/// with ext4 or XFS is.
int millrace_sync_file_system(int descriptor);

/// Whether the byte at `offset` can be read without waiting for the device: 1 or 0, or -1 where the system or the file system cannot tell.
int millrace_is_cached(int descriptor, int64_t offset);

/// The first position from `offset` on that may hold something other than zeros, INT64_MAX if there is none up to the end of the file, or
/// the negated errno value. `offset` itself where the system or the file system cannot tell.
int64_t millrace_next_data(int descriptor, int64_t offset);

/// The first position from `offset` on where a stretch begins that the file system knows to be zero, or the end of the file, or the negated
/// errno value. INT64_MAX where the system or the file system cannot tell.
int64_t millrace_next_hole(int descriptor, int64_t offset);

/// Opens a file, relative to a directory's descriptor, with close-on-exec. Where the system can leave it, the time of the last access stays as
/// it is: to note it, a reader of what was just written would write the file's entry. Returns a descriptor, or the negated errno value.
int millrace_open_at(int directory, const char *path, int flags, unsigned int mode);

/// Locks an open file for this process: by flock, and by a lock of fcntl's kind, which is what a JVM takes.
/// Never waits. Returns 0, EWOULDBLOCK if someone else has it, or another errno value. Closing the descriptor unlocks.
int millrace_lock_file(int descriptor);

/// How many files the process may have open, by its soft limit; INT64_MAX for any number.
int64_t millrace_descriptor_limit(void);

/// How many mappings the process may have; what Linux allows by default where the system does not tell.
int64_t millrace_mapping_limit(void);

/// The wall clock: milliseconds since 1970-01-01 00:00 UTC.
int64_t millrace_wall_clock_milliseconds(void);

/// Blocks the calling thread until `door` is no longer 0, which millrace_open_door makes it; what was stored before that is visible then.
void millrace_wait_at_door(const uint32_t *door);

/// Lets all threads go on that wait at `door`, and those that come later: one system call for any number of them.
void millrace_open_door(uint32_t *door);

/// Has glibc give the pages of its heaps that nothing uses back to the system; by itself it gives back what lies at a heap's end only.
/// Does nothing with other allocators.
void millrace_return_free_memory(void);

/// Sends a stretch of a file to a socket without copying it to user space. Returns the number of bytes that went, or -1 with errno set.
int64_t millrace_send_file(int socket, int file, int64_t offset, size_t count);

/// Gives the calling thread a name, for debuggers and `top -H`; Linux keeps 15 characters.
void millrace_name_thread(const char *name);

/// Sleeps for `nanoseconds`, and no longer than the system's timers are late: Linux would add 50 microseconds to let wake-ups meet.
void millrace_sleep(int64_t nanoseconds);

/// Makes a pipe whose ends are closed in every program that is started, and are none of the standard descriptors. Returns 0 or an errno value.
int millrace_make_pipe(int ends[2]);

/// Starts a program in a process group of its own, in `directory`, with three descriptors as its standard input, output and error, no
/// other descriptor, and no signal blocked or ignored. On Linux it is killed when the calling thread ends. Returns its process id, or the
/// negated errno value.
int millrace_spawn(
    const char *path, char *const arguments[], char *const environment[], const char *directory, const int descriptors[3]);

#endif
