import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The present date as answers have it, written once a second. Safe to use from any thread.
final class DateClock: Sendable {
    private let last = Mutex((seconds: time_t(-1), text: ""))

    /// The present date.
    var now: String {
        let seconds = time(nil)
        return last.withLock { last in
            if last.seconds != seconds { last = (seconds, HTTPDate.text(seconds)) }
            return last.text
        }
    }
}
