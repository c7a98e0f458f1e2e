import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The processes that this one has started and not ended yet, for when it is interrupted.
///
/// There is one list, as there is one process that signals come to. Safe to use from any thread.
enum RunningProcesses {
    /// What `kill` is told to reach each of them.
    private static let targets = Mutex<Set<pid_t>>([])

    /// Adds one that `start` starts.
    ///
    /// - Parameter start: Returns its number, that of its group with a minus before it, or 0 where it could not be started.
    static func add(_ start: () -> pid_t) {
        targets.withLock { targets in
            let target = start()
            if target != 0 { targets.insert(target) }
        }
    }

    /// Takes one out that has ended, before somebody else has its number.
    static func remove(_ target: pid_t) { targets.withLock { _ = $0.remove(target) } }

    /// Kills all of them, for a process that is about to end itself.
    static func killAll() { targets.withLock { for target in $0 { kill(target, SIGKILL) } } }
}
