internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// How many appenders wait for a sync, over all logs of a store.
final class WaiterCount: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .relaxed) }

    func add(_ change: Int) { count.add(change, ordering: .relaxed) }
}

/// Has the commit thread give way to the appenders that a round has let go, before the next one begins.
///
/// Without it, the first appender to come back starts a round for itself and whoever came during the last sync, and the
/// others wait for the round behind: of 64 that append one record after another, half share each sync. They need some
/// microseconds to come back where a sync takes some hundred, so waiting for them is the cheaper thing, if they come.
/// When they do not, the pause is left out for a while: it then delays those who wait already, and helps no one.
///
/// For one thread.
struct RoundPacing {
    /// The part of a round's time that the pause behind it may take.
    private static let share = 4
    /// The longest pause: on a slow device the next round gathers enough by itself.
    private static let longest = Duration.microseconds(500)
    /// Rounds without a pause after one that was in vain.
    private static let restraint = 16

    private var skips = 0

    /// Gives way until as many wait as before the round, but not for long.
    ///
    /// - Parameters:
    ///   - expected: The appenders that waited when the round ended, those it has let go included.
    ///   - released: Those that it has let go.
    ///   - roundTime: How long the round took.
    mutating func pause(expected: Int, released: Int, roundTime: Duration, waiting: WaiterCount) {
        // One appender alone has no one to share with.
        guard expected > 1, released > 0 else { return }
        guard skips == 0 else {
            skips -= 1
            return
        }
        let remaining = expected - released
        let end = ContinuousClock.now + min(roundTime / Self.share, Self.longest)
        while waiting.value < expected, ContinuousClock.now < end { sched_yield() }
        if waiting.value - remaining < released / 2 { skips = Self.restraint }
    }
}
