#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// A state that threads wait on: a lock and a condition variable with one owner.
///
/// The standard library's `Mutex` has no way to wait; this is for the two threads of a data directory that do.
final class Signal<State>: @unchecked Sendable {
    // Sendable: `state` is touched only between lock and unlock.
    private var state: State
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    init(_ state: State) {
        self.state = state
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        #if canImport(Darwin)
        pthread_cond_init(condition, nil)
        #else
        // The monotonic clock: a wait must not end early or late because someone set the time.
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
        #endif
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Changes the state and wakes the waiting thread if `body` says so.
    func update(_ body: (inout State) -> Bool) {
        pthread_mutex_lock(mutex)
        let wakes = body(&state)
        pthread_mutex_unlock(mutex)
        // After the unlock, so that the woken thread finds the lock free.
        if wakes { pthread_cond_signal(condition) }
    }

    /// Waits until `body` returns a result, trying it after each wake and when `timeout` has passed.
    ///
    /// - Parameter body: Told whether the time is up; what it returns then, if anything, ends the wait.
    func wait<Result>(timeout: Duration?, until body: (inout State, _ isTimeUp: Bool) -> Result?) -> Result? {
        var deadline = timespec()
        if let timeout {
            #if canImport(Darwin)
            clock_gettime(CLOCK_REALTIME, &deadline)
            #else
            clock_gettime(CLOCK_MONOTONIC, &deadline)
            #endif
            let nanoseconds = Int(deadline.tv_nsec) + Int(timeout / .nanoseconds(1))
            deadline.tv_sec += nanoseconds / 1_000_000_000
            deadline.tv_nsec = nanoseconds % 1_000_000_000
        }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        var isTimeUp = false
        while true {
            if let result = body(&state, isTimeUp) { return result }
            if isTimeUp { return nil }
            let status =
                timeout == nil
                ? pthread_cond_wait(condition, mutex) : pthread_cond_timedwait(condition, mutex, &deadline)
            isTimeUp = status == ETIMEDOUT
        }
    }
}
