#define _GNU_SOURCE
#include "CShims.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)
#include <limits.h>
#include <linux/futex.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#elif defined(__APPLE__)
#include <os/os_sync_wait_on_address.h>
#include <sys/socket.h>
#endif

int millrace_allocate(int descriptor, int64_t offset, int64_t length) {
#if defined(__linux__)
    return fallocate(descriptor, 0, offset, length) == 0 ? 0 : errno;
#else
    fstore_t store = {F_ALLOCATEALL, F_PEOFPOSMODE, 0, length, 0};
    if (fcntl(descriptor, F_PREALLOCATE, &store) != 0) return errno == ENOTSUP ? EOPNOTSUPP : errno;
    return ftruncate(descriptor, offset + length) == 0 ? 0 : errno;
#endif
}

int millrace_populate(void *start, size_t length) {
#if defined(__linux__)
    // MADV_POPULATE_WRITE, which headers older than the kernel lack.
    while (madvise(start, length, 23) != 0)
        if (errno != EAGAIN && errno != EINTR) return errno;
    return 0;
#else
    (void)start;
    (void)length;
    return EOPNOTSUPP;
#endif
}

int millrace_sync_data(int descriptor) {
#if defined(__APPLE__)
    return fcntl(descriptor, F_FULLFSYNC) == 0 ? 0 : errno;
#else
    return fdatasync(descriptor) == 0 ? 0 : errno;
#endif
}

int millrace_sync_file_system(int descriptor) {
#if defined(__linux__)
    struct statfs file_system;
    if (fstatfs(descriptor, &file_system) != 0) return errno;
    // What ext4 and XFS have for f_type, by their kernel's linux/magic.h.
    if (file_system.f_type != 0xEF53 && file_system.f_type != 0x58465342) return EOPNOTSUPP;
    struct utsname kernel;
    int major = 0, minor = 0;
    // Before 5.8 nobody hears from syncfs of a page that could not be written, and before 5.17 of a journal that could not.
    if (uname(&kernel) != 0 || sscanf(kernel.release, "%d.%d", &major, &minor) != 2) return EOPNOTSUPP;
    if (major < 5 || (major == 5 && minor < 17)) return EOPNOTSUPP;
    if (syncfs(descriptor) != 0) return errno;
    // Where the journal had nothing to write, nobody may have emptied the device's own cache; this does, also for a clean file.
    return fdatasync(descriptor) == 0 ? 0 : errno;
#else
    (void)descriptor;
    return EOPNOTSUPP;
#endif
}

int millrace_is_cached(int descriptor, int64_t offset) {
#if defined(__linux__) && defined(RWF_NOWAIT)
    char byte;
    struct iovec room = {&byte, 1};
    ssize_t count = preadv2(descriptor, &room, 1, offset, RWF_NOWAIT);
    if (count >= 0) return 1;
    // EINTR says nothing either way; asking is cheap, and the answer "not cached" costs a hop to another thread.
    return errno == EAGAIN || errno == EINTR ? 0 : -1;
#else
    (void)descriptor;
    (void)offset;
    return -1;
#endif
}

int64_t millrace_next_data(int descriptor, int64_t offset) {
#if defined(SEEK_DATA)
    off_t found = lseek(descriptor, offset, SEEK_DATA);
    if (found >= 0) return found;
    if (errno == ENXIO) return INT64_MAX;
    return errno == EINVAL || errno == EOPNOTSUPP ? offset : -(int64_t)errno;
#else
    (void)descriptor;
    return offset;
#endif
}

int64_t millrace_next_hole(int descriptor, int64_t offset) {
#if defined(SEEK_HOLE)
    off_t found = lseek(descriptor, offset, SEEK_HOLE);
    if (found >= 0) return found;
    if (errno == ENXIO) return offset;
    return errno == EINVAL || errno == EOPNOTSUPP ? INT64_MAX : -(int64_t)errno;
#else
    (void)descriptor;
    (void)offset;
    return INT64_MAX;
#endif
}

int millrace_open_at(int directory, const char *path, int flags, unsigned int mode) {
    int descriptor = -1;
#if defined(O_NOATIME)
    // Only who owns a file may ask for that; for all others nothing has happened.
    if (!(flags & O_DIRECTORY)) descriptor = openat(directory, path, flags | O_CLOEXEC | O_NOATIME, mode);
    if (descriptor < 0 && !(flags & O_DIRECTORY) && errno != EPERM) return -errno;
#endif
    if (descriptor < 0) descriptor = openat(directory, path, flags | O_CLOEXEC, mode);
    return descriptor < 0 ? -errno : descriptor;
}

int millrace_lock_file(int descriptor) {
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) return errno;
#if defined(F_OFD_SETLK)
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    // EINVAL: a kernel or file system that knows no such locks; the first one is held all the same.
    if (fcntl(descriptor, F_OFD_SETLK, &whole) != 0 && errno != EINVAL) return errno == EACCES ? EWOULDBLOCK : errno;
#endif
    return 0;
}

int64_t millrace_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return INT64_MAX;
    return limit.rlim_cur > INT64_MAX ? INT64_MAX : (int64_t)limit.rlim_cur;
}

int64_t millrace_mapping_limit(void) {
    int64_t limit = 65530;
#if defined(__linux__)
    char text[24] = {0};
    int descriptor = open("/proc/sys/vm/max_map_count", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return limit;
    if (read(descriptor, text, sizeof text - 1) > 0 && atoll(text) > 0) limit = atoll(text);
    close(descriptor);
#endif
    return limit;
}

void millrace_return_free_memory(void) {
#if defined(__GLIBC__)
    malloc_trim(0);
#endif
}

int64_t millrace_send_file(int target, int file, int64_t offset, size_t count) {
#if defined(__linux__)
    off_t place = (off_t)offset;
    return sendfile(target, file, &place, count);
#else
    off_t length = (off_t)count;
    int result = sendfile(file, target, (off_t)offset, &length, NULL, 0);
    return length > 0 || result == 0 ? (int64_t)length : -1;
#endif
}

void millrace_sleep(int64_t nanoseconds) {
    if (nanoseconds <= 0) return;
#if defined(__linux__)
    static _Thread_local int is_punctual;
    if (!is_punctual) is_punctual = prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL) == 0;
#endif
    struct timespec rest = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
    while (nanosleep(&rest, &rest) != 0 && errno == EINTR) {}
}

void millrace_name_thread(const char *name) {
#if defined(__APPLE__)
    pthread_setname_np(name);
#else
    char cut[16];
    strncpy(cut, name, sizeof cut - 1);
    cut[sizeof cut - 1] = 0;
    pthread_setname_np(pthread_self(), cut);
#endif
}

int64_t millrace_wall_clock_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void millrace_wait_at_door(const uint32_t *door) {
    while (__atomic_load_n(door, __ATOMIC_ACQUIRE) == 0) {
#if defined(__linux__)
        syscall(SYS_futex, door, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
#else
        os_sync_wait_on_address((void *)door, 0, sizeof *door, OS_SYNC_WAIT_ON_ADDRESS_NONE);
#endif
    }
}

void millrace_open_door(uint32_t *door) {
    __atomic_store_n(door, 1, __ATOMIC_RELEASE);
#if defined(__linux__)
    syscall(SYS_futex, door, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
#else
    os_sync_wake_by_address_all(door, sizeof *door, OS_SYNC_WAKE_BY_ADDRESS_NONE);
#endif
}
