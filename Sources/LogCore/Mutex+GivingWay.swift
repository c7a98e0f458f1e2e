package import Synchronization

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

extension Mutex where Value: ~Copyable {
    /// Runs `body` with the lock, giving way to those who have it before sleeping for it.
    ///
    /// For locks that many threads take again and again, for a few microseconds each time. On Linux a lock that threads
    /// sleep for is handed from one sleeper to the next, and each has to be woken first: once there is a line it never
    /// dissolves, and moves at the pace of wake-ups. Most who give way find the lock free; behind one that takes long they
    /// sleep after all.
    package borrowing func withLockGivingWay<Result, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        for _ in 0..<mutexPatience {
            let outcome: Result? = try withLockIfAvailable(body)
            if let outcome { return outcome }
            sched_yield()
        }
        return try withLock(body)
    }
}

/// How often a thread gives way; each time takes a microsecond, or as long as others have to do.
private let mutexPatience = 400
