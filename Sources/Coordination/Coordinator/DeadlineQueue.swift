/// Timers by key, of which each key has at most one.
///
/// Most timers are put off again and again by heartbeats and never fire. So a timer that moves to a later moment
/// costs one dictionary write: its place in the heap stays and is corrected when it comes up.
struct DeadlineQueue<Key: Hashable & Sendable>: Sendable {
    private struct Wakeup: Sendable {
        let instant: CoordinationInstant
        let key: Key
    }

    /// When each timer fires.
    private var deadlines: [Key: CoordinationInstant] = [:]
    /// The earliest moment at which the heap has each key; never later than the key's deadline.
    private var wakeups: [Key: CoordinationInstant] = [:]
    /// A binary heap, the earliest first. Entries that do not agree with `wakeups` are outdated.
    private var heap: [Wakeup] = []

    /// A moment before which no timer fires; `nil` without timers.
    var next: CoordinationInstant? { heap.first?.instant }

    /// Whether a key has a timer.
    func has(_ key: Key) -> Bool { deadlines[key] != nil }

    /// Sets a timer, in place of the one the key had.
    mutating func schedule(_ key: Key, at instant: CoordinationInstant) {
        deadlines[key] = instant
        if let wakeup = wakeups[key], wakeup <= instant { return }
        wakeups[key] = instant
        push(Wakeup(instant: instant, key: key))
    }

    /// Removes a key's timer.
    mutating func cancel(_ key: Key) {
        deadlines[key] = nil
        trim()
    }

    /// Removes and returns the key of a timer that fires at `now` or before; `nil` if there is none.
    mutating func popExpired(at now: CoordinationInstant) -> Key? {
        while let first = heap.first, first.instant <= now {
            pop()
            guard wakeups[first.key] == first.instant else { continue }
            wakeups[first.key] = nil
            guard let deadline = deadlines[first.key] else { continue }
            if deadline <= now {
                deadlines[first.key] = nil
                trim()
                return first.key
            }
            wakeups[first.key] = deadline
            push(Wakeup(instant: deadline, key: first.key))
        }
        return nil
    }

    /// Brings a timer that is still set to the top of the heap.
    private mutating func trim() {
        while let first = heap.first, deadlines[first.key] == nil || wakeups[first.key] != first.instant {
            pop()
            if wakeups[first.key] == first.instant { wakeups[first.key] = nil }
        }
    }

    private mutating func push(_ wakeup: Wakeup) {
        heap.append(wakeup)
        var child = heap.count - 1
        while child > 0, heap[child].instant < heap[(child - 1) / 2].instant {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func pop() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].instant < heap[least].instant { least = child }
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
