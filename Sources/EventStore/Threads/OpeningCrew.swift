internal import LogCore
internal import Synchronization

/// Threads that open many logs, several at a time.
///
/// What opening costs is system calls and, after a crash, checksums: both go on beside each other. The threads live as
/// long as the call.
enum OpeningCrew {
    /// Threads beside the caller's, at most: more only queue for the file system's locks.
    private static let helperLimit = 3
    /// Logs for which a thread more is not worth starting.
    private static let leastShare = 4

    /// Calls `body` with each number below `count`, and returns when all calls have.
    ///
    /// Fewer threads do the same, or the caller's alone, if the system has none left.
    static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let next = Counter()
        let work: @Sendable () -> Void = {
            while true {
                let index = next.value.add(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                body(index)
            }
        }
        var helpers: [OwnedThread] = []
        while helpers.count < min(helperLimit, count / leastShare) {
            guard let helper = try? OwnedThread(name: "millrace-open-\(helpers.count)", body: work) else { break }
            helpers.append(helper)
        }
        work()
        for helper in helpers { helper.join() }
    }

    private final class Counter: Sendable {
        let value = Atomic<Int>(0)
    }
}
