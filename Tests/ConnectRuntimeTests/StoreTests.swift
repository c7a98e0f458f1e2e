import ConnectAPI
import JSON
import Logging
import RecordFormat
import Synchronization
import Testing

@testable import ConnectRuntime

@Suite struct StoreTests {
    private let logger: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    @Test func offsetsAreFoundAfterARestart() async throws {
        let log = MemoryLog()
        let store = OffsetStore(log: log, logger: logger)
        try await store.start()
        let partition: ConnectMap = ["table": .string("t"), "shard": .int32(3)]
        try await store.commit([OffsetRecord(connector: "c", partition: partition, offset: ["row": .int32(7)])])
        let restarted = OffsetStore(log: log, logger: logger)
        try await restarted.start()
        #expect(try restarted.offset(of: "c", partition) == ["row": .int64(7)])
        // Another worker may have written the members in another order.
        #expect(try restarted.offset(of: "c", ["shard": .int64(3), "table": .string("t")]) == ["row": .int64(7)])
        #expect(try restarted.offset(of: "other", partition) == nil)
        try await restarted.commit([OffsetRecord(connector: "c", partition: partition, offset: nil)])
        #expect(try restarted.offset(of: "c", partition) == nil)
        #expect(restarted.offsets(of: "c").isEmpty)
    }

    @Test func damagedRecordsArePassedOver() async throws {
        let log = MemoryLog()
        try await log.write([(ByteSlice("{"), ByteSlice("}")), (ByteSlice(#"["c",{}]"#), ByteSlice("[1]"))])
        try await log.write([(ByteSlice(#"["c",{}]"#), ByteSlice(#"{"n":1}"#))])
        let store = OffsetStore(log: log, logger: logger)
        try await store.start()
        #expect(try store.offset(of: "c", [:]) == ["n": .int64(1)])
    }

    @Test func aWorkerDoesNotCoverWhatALaterGenerationSaid() async throws {
        let store = StatusStore(log: MemoryLog(), logger: logger)
        try await store.start()
        let id = ConnectorTaskID(connector: "c", task: 0)
        let theirs = ConnectStatus(state: .running, workerID: "other:1", generation: 5)
        try await store.put(.task(id, theirs))
        try await store.putSafely(.task(id, ConnectStatus(state: .unassigned, workerID: "me:1", generation: 4)))
        #expect(store.task(id) == theirs)
        let later = ConnectStatus(state: .failed, trace: "t", workerID: "me:1", generation: 6)
        try await store.putSafely(.task(id, later))
        #expect(store.task(id) == later)
        try await store.put(.connector("c", nil))
        #expect(store.tasks(of: "c").isEmpty)
    }

    @Test func statusesOfOlderAndNewerWorkersAreReadTogether() async throws {
        let log = MemoryLog()
        let status = #"{"state":"RUNNING","trace":null,"worker_id":"other:1","generation":3"#
        let members = ["}", #","version":"2.0"}"#, #","version":null}"#]
        try await log.write(
            members.enumerated().map { (ByteSlice("status-task-c-\($0.offset)"), ByteSlice(status + $0.element)) })
        let store = StatusStore(log: log, logger: logger)
        try await store.start()
        #expect(store.tasks(of: "c").map(\.status.state) == [.running, .running, .running])
        #expect(store.tasks(of: "c").map(\.status.version) == [nil, "2.0", nil])
    }

    @Test func aConfigurationIsReadBackAndToldOfOnce() async throws {
        let events = Mutex<[ClusterConfigState.Event]>([])
        let log = MemoryLog()
        let store = ConfigStore(log: log, logger: logger) { event in events.withLock { $0.append(event) } }
        try await store.start()
        try await store.putConnector("c", ["name": "c"], initialState: .stopped)
        try await store.putTasks("c", [["t": "0"], ["t": "1"]])
        try await store.putRestart(RestartRequest(connector: "c", onlyFailed: false, includesTasks: true))
        #expect(store.snapshot.tasks["c"] == [["t": "0"], ["t": "1"]])
        #expect(store.snapshot.targetState(of: "c") == .stopped)
        #expect(
            events.withLock { $0 } == [
                .connectorUpdated("c"), .tasksCommitted("c"),
                .restartRequested(RestartRequest(connector: "c", onlyFailed: false, includesTasks: true)),
            ])
        // A worker that starts takes the state and does not repeat what happened.
        let repeated = Mutex(0)
        let restarted = ConfigStore(log: log, logger: logger) { _ in repeated.withLock { $0 += 1 } }
        try await restarted.start()
        #expect(restarted.snapshot == store.snapshot)
        #expect(repeated.withLock { $0 } == 0)
    }
}
