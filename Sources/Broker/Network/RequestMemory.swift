import DequeModule
import NIOCore
import Synchronization

/// The memory of the requests that are coming in or not handled, of all connections together
/// (`queued.max.request.bytes`).
///
/// A large request takes room for all of itself before memory is allocated for it, and gives it back once it is
/// handled, as in Kafka: what waits for an answer (a long poll, a join, an append that is to become durable) has none.
/// Who finds no room waits in line, the first come first; the connection is left unread meanwhile. What has room never
/// waits for more of it, so that all of it comes back.
///
/// Requests of up to ``FrameStream/freeSize`` bytes take no room: a heartbeat must not wait behind bulk, and each
/// connection may have as much by itself.
///
/// Safe to use from any thread.
final class RequestMemory: Sendable {
    /// Room for one request, its own or waited for.
    final class Room: Sendable {
        /// Bytes of the request.
        let byteCount: Int
        fileprivate let granted: @Sendable () -> Void
        fileprivate let revoked: @Sendable () -> Void

        /// Describes what is asked for.
        ///
        /// - Parameters:
        ///   - byteCount: Bytes of the request.
        ///   - granted: Called once if the room had to be waited for, from any thread.
        ///   - revoked: Called when the request was too slow in coming; the room stays its own until it is released.
        init(
            byteCount: Int, granted: @escaping @Sendable () -> Void, revoked: @escaping @Sendable () -> Void
        ) {
            self.byteCount = byteCount
            self.granted = granted
            self.revoked = revoked
        }
    }

    private struct State {
        var used = 0
        var waiting: Deque<Room> = []
        /// The rooms whose requests have not come whole, and since when they had the time to.
        var arriving: [ObjectIdentifier: (room: Room, since: NIODeadline)] = [:]
    }

    /// The most bytes; a single request of more may have them all for itself.
    let limit: Int
    /// The time in which a request has to come whole while others wait for room.
    let patience: TimeAmount
    private let state = Mutex(State())

    /// At 100 Mbit/s the largest request of the usual limit, 100 MiB, comes in nine seconds.
    static let usualPatience = TimeAmount.seconds(10)

    init(limit: Int, patience: TimeAmount = usualPatience) {
        self.limit = limit
        self.patience = patience
    }

    /// The room that is taken, in bytes.
    var used: Int { state.withLock { $0.used } }

    /// Whether there is room at all.
    var isExhausted: Bool { state.withLock { $0.used >= limit } }

    /// Takes room for a request, or a place in the line.
    ///
    /// - Returns: Whether it has the room; if not, it is told when it does.
    func take(_ room: Room, now: NIODeadline = .now()) -> Bool {
        state.withLock { state in
            guard state.waiting.isEmpty, fits(room, state) else {
                state.waiting.append(room)
                return false
            }
            state.used += room.byteCount
            state.arriving[ObjectIdentifier(room)] = (room, now)
            return true
        }
    }

    /// Notes that the request has come whole: it cannot lose its room any more.
    func didArrive(_ room: Room) { state.withLock { $0.arriving[ObjectIdentifier(room)] = nil } }

    /// Gives room back, or the place in the line.
    func release(_ room: Room) {
        let granted = state.withLock { state -> [Room] in
            if let place = state.waiting.firstIndex(where: { $0 === room }) {
                state.waiting.remove(at: place)
            } else {
                state.arriving[ObjectIdentifier(room)] = nil
                state.used -= room.byteCount
            }
            return grant(&state)
        }
        for room in granted { room.granted() }
    }

    /// Counts bytes of requests that are here already and have to be kept for a while.
    func add(_ byteCount: Int) { state.withLock { $0.used += byteCount } }

    /// Takes back what ``add(_:)`` has counted.
    func subtract(_ byteCount: Int) {
        let granted = state.withLock { state in
            state.used -= byteCount
            return grant(&state)
        }
        for room in granted { room.granted() }
    }

    /// Takes the room of the request that has been coming for longest, if others wait and it had its time.
    ///
    /// A client that announces much and sends little would else keep the others waiting.
    func revokeSlowest(now: NIODeadline = .now()) {
        let slowest = state.withLock { state -> Room? in
            guard !state.waiting.isEmpty, let oldest = state.arriving.min(by: { $0.value.since < $1.value.since }),
                oldest.value.since + patience <= now
            else { return nil }
            state.arriving[oldest.key] = nil
            return oldest.value.room
        }
        slowest?.revoked()
    }

    private func fits(_ room: Room, _ state: State) -> Bool {
        // One that would never fit is let in alone.
        state.used == 0 || state.used + room.byteCount <= limit
    }

    private func grant(_ state: inout State) -> [Room] {
        var granted: [Room] = []
        while let first = state.waiting.first, fits(first, state) {
            state.waiting.removeFirst()
            state.used += first.byteCount
            state.arriving[ObjectIdentifier(first)] = (first, .now())
            granted.append(first)
        }
        return granted
    }
}
