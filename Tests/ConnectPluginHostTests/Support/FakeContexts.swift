import ConnectAPI
import RecordFormat
import Synchronization

/// What a connector says to the worker, kept.
final class FakeConnectorContext: ConnectorContext {
    private let errors = Mutex<[String]>([])
    private let divisions = Mutex(0)

    let lines = FakeLines()

    var logger: ConnectLogger { lines.connectLogger }
    var raised: [String] { errors.withLock { $0 } }
    var requests: Int { divisions.withLock { $0 } }

    func requestTaskReconfiguration() async { divisions.withLock { $0 += 1 } }

    func raise(_ error: any Error) async {
        errors.withLock { $0.append((error as? ConnectError)?.message ?? "\(error)") }
    }
}

/// Stored offsets for a source task.
struct FakeSourceContext: SourceTaskContext, OffsetStorageReader {
    var configuration: [String: String] = [:]
    var stored: [ConnectMap: ConnectMap] = [:]
    let lines = FakeLines()

    var logger: ConnectLogger { lines.connectLogger }

    var offsetStorageReader: any OffsetStorageReader { self }

    func offset(for partition: ConnectMap) async throws -> ConnectMap? { stored[partition] }
}

/// What a sink task asks of the worker, kept.
final class FakeSinkContext: SinkTaskContext, ErrantRecordReporter {
    struct State {
        var seeks: [TopicPartition: LogOffset] = [:]
        var paused: [TopicPartition] = []
        var commits = 0
        var retryTimeout: Duration?
        var reports: [String] = []
    }

    private let state = Mutex(State())
    private let takesReports: Bool

    init(takesReports: Bool = true) { self.takesReports = takesReports }

    var seen: State { state.withLock { $0 } }
    var configuration: [String: String] { [:] }
    var assignment: Set<TopicPartition> { [] }
    var errantRecordReporter: (any ErrantRecordReporter)? { takesReports ? self : nil }

    func seek(to offsets: [TopicPartition: LogOffset]) { state.withLock { $0.seeks.merge(offsets) { $1 } } }
    func setRetryTimeout(_ timeout: Duration) { state.withLock { $0.retryTimeout = timeout } }
    func pause(_ partitions: [TopicPartition]) { state.withLock { $0.paused += partitions } }
    func resume(_ partitions: [TopicPartition]) {}
    func requestCommit() { state.withLock { $0.commits += 1 } }

    func report(_ record: SinkRecord, error: any Error) async throws {
        let text = "\(record.origin) \(record.offset): \((error as? ConnectError)?.message ?? "\(error)")"
        state.withLock { $0.reports.append(text) }
    }
}
