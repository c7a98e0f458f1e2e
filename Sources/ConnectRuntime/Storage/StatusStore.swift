import JSON
import Logging
import RecordFormat
import Synchronization

/// The status topic: what connectors and tasks are doing, on whatever worker.
///
/// Safe to use from any thread. A write returns once this worker has read it back.
final class StatusStore: Sendable {
    private struct State {
        var connectors: [String: ConnectStatus] = [:]
        var tasks: [String: [Int: ConnectStatus]] = [:]
        var topics: [String: [String: TopicUse]] = [:]
    }

    private let log: any InternalLog
    private let logger: Logger
    private let state = Mutex(State())

    init(log: any InternalLog, logger: Logger) {
        self.log = log
        self.logger = logger
    }

    /// Reads the topic to its end.
    func start() async throws {
        try await log.start { [self] key, value in read(key, value) }
    }

    /// Reads what comes, until the task is cancelled.
    func run() async { await log.run() }

    /// A connector's status.
    func connector(_ name: String) -> ConnectStatus? { state.withLock { $0.connectors[name] } }

    /// A task's status.
    func task(_ id: ConnectorTaskID) -> ConnectStatus? { state.withLock { $0.tasks[id.connector]?[id.task] } }

    /// The statuses of a connector's tasks, by number.
    func tasks(of connector: String) -> [(task: Int, status: ConnectStatus)] {
        state.withLock { $0.tasks[connector] ?? [:] }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The topics that a connector uses.
    func topics(of connector: String) -> Set<String> { state.withLock { Set($0.topics[connector, default: [:]].keys) } }

    /// Whether a connector is known to use a topic.
    func knows(_ topic: String, of connector: String) -> Bool {
        state.withLock { $0.topics[connector]?[topic] != nil }
    }

    /// Writes a status, or forgets one.
    func put(_ record: StatusRecord) async throws { try await put([record]) }

    /// Writes statuses, or forgets them.
    func put(_ records: [StatusRecord]) async throws {
        try await log.write(records.map { (ByteSlice($0.key), $0.value.map { ByteSlice($0.utf8) }) })
    }

    /// Writes a status unless another worker of a later generation has spoken since.
    ///
    /// A worker that lost a task without noticing must not cover what the task's new worker says.
    func putSafely(_ record: StatusRecord) async throws {
        let (status, previous): (ConnectStatus?, ConnectStatus?) =
            switch record {
            case .connector(let name, let status): (status, connector(name))
            case .task(let id, let status): (status, task(id))
            case .topic: (nil, nil)
            }
        if let status, let previous, previous.workerID != status.workerID, previous.generation > status.generation {
            return
        }
        try await put(record)
    }

    private func read(_ key: ByteSlice?, _ value: ByteSlice?) {
        guard let key else { return }
        do {
            let json = try value.map { try JSONValue(parsing: $0.array) }
            guard let record = try StatusRecord(key: key.string, value: json?.isNull == true ? nil : json) else {
                return
            }
            state.withLock { state in
                switch record {
                case .connector(let name, let status):
                    state.connectors[name] = status
                    if status == nil { state.tasks[name] = nil }
                case .task(let id, let status):
                    if isStale(status, state.tasks[id.connector]?[id.task]) { return }
                    state.tasks[id.connector, default: [:]][id.task] = status
                    if state.tasks[id.connector]?.isEmpty == true { state.tasks[id.connector] = nil }
                case .topic(let topic, let connector, let use):
                    state.topics[connector, default: [:]][topic] = use
                    if state.topics[connector]?.isEmpty == true { state.topics[connector] = nil }
                }
            }
        } catch {
            logger.error(
                "passing over a record of the status topic", metadata: ["key": "\(key.string)", "problem": "\(error)"])
        }
    }

    /// Whether a worker gave up a task that another one runs already: the later word stands.
    private func isStale(_ status: ConnectStatus?, _ previous: ConnectStatus?) -> Bool {
        guard let status, let previous else { return false }
        return status.state == .unassigned && previous.state == .running && previous.workerID != status.workerID
            && previous.generation >= status.generation
    }
}
