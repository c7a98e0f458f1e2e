import KafkaProtocol
import NIOCore
import RecordFormat
import Synchronization

/// A request that deletes records, whose answer waits until the logs of all replicas that are there begin where it asked
/// for (KIP-107).
final class PendingDeletion: ReplicationWait, Expiring {
    /// One awaited partition, and where its answer stands in the response.
    struct Place: Sendable {
        var partition: Partition
        var offset: LogOffset
        var topic: Int
        var index: Int
    }

    private struct State {
        var response: DeleteRecordsResponse
        var places: [Place]
        var resolved: [Bool]
        /// Those to be resolved, and one until all are registered.
        var remaining: Int
        var answer: Reply<DeleteRecordsResponse>?

        mutating func fail(_ index: Int, _ error: ErrorCode) {
            let place = places[index]
            response.topics[place.topic].partitions[place.index].errorCode = error.rawValue
            response.topics[place.topic].partitions[place.index].lowWatermark = -1
        }
    }

    let loop: any EventLoop
    private let state: Mutex<State>

    /// Creates a wait; nothing happens before ``begin(deadlines:timeout:)``.
    ///
    /// - Parameter response: With the answers of those partitions that are not waited for.
    init(
        response: DeleteRecordsResponse, places: [Place], loop: any EventLoop,
        answer: @escaping Reply<DeleteRecordsResponse>
    ) {
        state = Mutex(
            State(
                response: response, places: places, resolved: Array(repeating: false, count: places.count),
                remaining: places.count + 1, answer: answer))
        self.loop = loop
    }

    /// Begins to wait.
    func begin(deadlines: Deadlines, timeout: Duration) {
        let places = state.withLock { $0.places }
        for (index, place) in places.enumerated() {
            if let error = place.partition.waitForDeletion(below: place.offset, request: self, index: index) {
                _ = resolve(index, error)
            }
        }
        let isDone = state.withLock { state in
            state.remaining -= 1
            return state.remaining == 0
        }
        if isDone { run() } else { deadlines.add(self, timeout: timeout) }
    }

    func resolve(_ index: Int, _ error: ErrorCode) -> Bool {
        state.withLock { state in
            guard state.answer != nil, !state.resolved[index] else { return false }
            if error != .none { state.fail(index, error) }
            state.resolved[index] = true
            state.remaining -= 1
            return state.remaining == 0
        }
    }

    var isDone: Bool { state.withLock { $0.answer == nil } }

    func run() { finish() }

    /// Answers with REQUEST_TIMED_OUT where a replica lags; it goes on deleting.
    func expire() { finish() }

    private func finish() {
        let taken = state.withLock { state -> (Reply<DeleteRecordsResponse>, DeleteRecordsResponse, [Place])? in
            guard let answer = state.answer.take() else { return nil }
            for index in state.places.indices where !state.resolved[index] { state.fail(index, .requestTimedOut) }
            defer { (state.response, state.places, state.resolved) = (DeleteRecordsResponse(), [], []) }
            return (answer, state.response, state.places)
        }
        guard case (let answer, var response, let places)? = taken else { return }
        for place in places {
            place.partition.endDeletionWait(of: self)
            guard response.topics[place.topic].partitions[place.index].errorCode == 0 else { continue }
            // With another leader by now, it is known to be no less.
            response.topics[place.topic].partitions[place.index].lowWatermark =
                (place.partition.lowWatermark ?? place.offset).rawValue
        }
        answer(response)
    }
}
