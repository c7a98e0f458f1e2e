import ConnectAPI
import RecordFormat
import Synchronization

/// What a sink task asks of the worker, kept until the worker's loop comes by. Safe to use from any thread.
final class SinkContext: SinkTaskContext {
    /// What was asked for since the last look.
    struct Requests: Sendable {
        var seeks: [TopicPartition: LogOffset] = [:]
        var paused: Set<TopicPartition> = []
        var resumed: Set<TopicPartition> = []
        var isCommitRequested = false
    }

    private struct State {
        var requests = Requests()
        var paused: Set<TopicPartition> = []
        var assignment: Set<TopicPartition> = []
        var retryTimeout: Duration?
        var reporter: (any ErrantRecordReporter)?
    }

    let configuration: [String: String]
    let logger: ConnectLogger
    private let state = Mutex(State())

    init(configuration: [String: String], logger: ConnectLogger = .silent) {
        self.configuration = configuration
        self.logger = logger
    }

    var assignment: Set<TopicPartition> { state.withLock { $0.assignment } }

    /// The partitions that the task itself paused.
    var paused: Set<TopicPartition> { state.withLock { $0.paused } }

    func seek(to offsets: [TopicPartition: LogOffset]) {
        state.withLock { $0.requests.seeks.merge(offsets) { $1 } }
    }

    func setRetryTimeout(_ timeout: Duration) { state.withLock { $0.retryTimeout = timeout } }

    func pause(_ partitions: [TopicPartition]) {
        state.withLock { state in
            state.paused.formUnion(partitions)
            state.requests.paused.formUnion(partitions)
            state.requests.resumed.subtract(partitions)
        }
    }

    func resume(_ partitions: [TopicPartition]) {
        state.withLock { state in
            state.paused.subtract(partitions)
            state.requests.resumed.formUnion(partitions)
            state.requests.paused.subtract(partitions)
        }
    }

    func requestCommit() { state.withLock { $0.requests.isCommitRequested = true } }

    var errantRecordReporter: (any ErrantRecordReporter)? { state.withLock { $0.reporter } }

    func setReporter(_ reporter: any ErrantRecordReporter) { state.withLock { $0.reporter = reporter } }

    /// Takes what was asked for.
    func takeRequests() -> Requests {
        state.withLock { state in
            defer { state.requests = Requests() }
            return state.requests
        }
    }

    /// Takes the pause before the next try that the task asked for; it counts once.
    func takeRetryTimeout() -> Duration? { state.withLock { $0.retryTimeout.take() } }

    func setAssignment(_ assignment: Set<TopicPartition>) {
        state.withLock { state in
            state.assignment = assignment
            state.paused.formIntersection(assignment)
        }
    }
}
