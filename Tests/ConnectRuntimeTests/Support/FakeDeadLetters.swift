import ConnectAPI
import KafkaClient
import Synchronization

@testable import ConnectRuntime

/// Takes dead letters, and stores or loses them as a test tells it.
final class FakeDeadLetters: DeadLetterOutlet {
    private struct State {
        var topic: String?
        var replicationFactor: Int?
        var letters: [ProducerRecord] = []
        var flushes = 0
        var failsFlushes = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let onFlush: @Sendable () async -> Void

    init(onFlush: @escaping @Sendable () async -> Void = {}) { self.onFlush = onFlush }

    var topic: String? { state.withLock { $0.topic } }
    var replicationFactor: Int? { state.withLock { $0.replicationFactor } }
    var letters: [ProducerRecord] { state.withLock { $0.letters } }
    var flushes: Int { state.withLock { $0.flushes } }
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Has letters be lost from now on.
    func failFlushes() { state.withLock { $0.failsFlushes = true } }

    func open(_ topic: String, _ replicationFactor: Int) {
        state.withLock { ($0.topic, $0.replicationFactor) = (topic, replicationFactor) }
    }

    func send(_ record: ProducerRecord) async throws { state.withLock { $0.letters.append(record) } }

    func flush() async throws {
        await onFlush()
        let fails = state.withLock { state in
            state.flushes += 1
            return state.failsFlushes
        }
        if fails { throw ConnectError(.failed, "the letter is lost") }
    }

    func close() async { state.withLock { $0.isClosed = true } }
}
