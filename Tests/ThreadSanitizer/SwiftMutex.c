// Tells ThreadSanitizer of the standard library's Mutex, loaded before it by Scripts/test-tsan.
//
// On Linux a Mutex is a futex with priority inheritance. Taking and leaving it uncontended is inlined into the caller,
// where the sanitizer sees an atomic exchange. When threads contend, the library asks the kernel, which hands the lock
// from one to the other: that happens in code that is not instrumented, so the sanitizer sees no order between the two
// and reports what the lock guards as a race. The functions of the slow path are wrapped here to name that order.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *
// _MutexHandle._lockSlow(UInt32), _MutexHandle._tryLockSlow() -> Bool and _MutexHandle._unlockSlow()
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

extern void __tsan_acquire(void *address);
extern void __tsan_release(void *address);

SWIFT void lock_slow(uint32_t thread, SELF mutex) __asm__(LOCK);
SWIFT bool try_lock_slow(SELF mutex) __asm__(TRY);
SWIFT void unlock_slow(SELF mutex) __asm__(UNLOCK);

static SWIFT void (*next_lock)(uint32_t thread, SELF mutex);
static SWIFT bool (*next_try)(SELF mutex);
static SWIFT void (*next_unlock)(SELF mutex);

// Before any thread is started.
__attribute__((constructor)) static void find_originals(void) {
    next_lock = dlsym(RTLD_NEXT, LOCK);
    next_try = dlsym(RTLD_NEXT, TRY);
    next_unlock = dlsym(RTLD_NEXT, UNLOCK);
}

static void require(const void *original) {
    if (original) return;
    fputs("SwiftMutex.c: this standard library's Mutex has other functions\n", stderr);
    abort();
}

SWIFT void lock_slow(uint32_t thread, SELF mutex) {
    require(next_lock);
    next_lock(thread, mutex);
    __tsan_acquire(mutex);
}

SWIFT bool try_lock_slow(SELF mutex) {
    require(next_try);
    if (!next_try(mutex)) return false;
    __tsan_acquire(mutex);
    return true;
}

SWIFT void unlock_slow(SELF mutex) {
    require(next_unlock);
    __tsan_release(mutex);
    next_unlock(mutex);
}
