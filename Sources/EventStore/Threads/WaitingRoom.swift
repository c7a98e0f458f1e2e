internal import CShims
internal import LogCore
internal import RecordFormat

/// Where threads wait for the end of one round, all of them at one door.
///
/// A thread that is woken costs some microseconds of the one that wakes it; a door is opened once, whoever waits at it.
final class WaitingRoom: @unchecked Sendable {
    // Sendable: the results are written before the door is opened and read behind it.
    private let door: UnsafeMutablePointer<UInt32>
    private var reached = LogOffset.zero
    private var error: LogError?

    init() {
        door = .allocate(capacity: 1)
        door.initialize(to: 0)
    }

    deinit { door.deallocate() }

    /// Lets everyone go, once: those who wait for what lies below `reached`, and the others with `error` if there is one.
    func open(reached: LogOffset, error: LogError?) {
        self.reached = reached
        self.error = error
        millrace_open_door(door)
    }

    /// Blocks until the door is opened.
    ///
    /// - Returns: How the wait for `offset` has ended; `nil` if it goes on, for this was not its round.
    func wait(for offset: LogOffset) -> Outcome? {
        millrace_wait_at_door(door)
        if reached >= offset { return Outcome(error: nil) }
        return error.map { Outcome(error: $0) }
    }
}
