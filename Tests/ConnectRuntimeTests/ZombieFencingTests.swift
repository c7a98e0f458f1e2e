import ConnectAPI
import Logging
import Testing

@testable import ConnectRuntime

@Suite(.timeLimit(.minutes(1))) struct ZombieFencingTests {
    private typealias Mutexed = ExactlyOnceFixture.Mutexed

    private struct Fixture {
        let configs: ConfigStore
        let fencing: ZombieFencing
        let fenced = Mutexed<[[String]]>([])

        init(onFence: @escaping @Sendable (ConfigStore) async throws -> Void = { _ in }) async throws {
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let configs = ConfigStore(log: MemoryLog(), logger: logger) { _ in }
            try await configs.start()
            self.configs = configs
            let plugins = PluginCatalog(version: "1")
            plugins.registerSource("test.NumberConnector", version: "1") { NumberConnector() }
            let fenced = fenced
            fencing = ZombieFencing(
                configs: configs, worker: try WorkerConfiguration(["group.id": "g"]), plugins: plugins, logger: logger
            ) { ids in
                fenced.change { $0.append(ids) }
                try await onFence(configs)
            }
            try await configs.putConnector("c", ["name": "c", "connector.class": "test.NumberConnector"])
        }

        func divide(_ count: Int) async throws {
            try await configs.putTasks("c", [[String: String]](repeating: ["a": "b"], count: count))
        }
    }

    @Test func formerTasksAreFencedOnceBeforeThoseThatFollow() async throws {
        let fixture = try await Fixture()
        try await fixture.divide(3)
        #expect(fixture.configs.snapshot.pendingFencing == ["c"])
        // None has written in transactions yet; how many may from now on is noted.
        try await fixture.fencing.fence("c")
        #expect(fixture.fenced.current == [])
        #expect(fixture.configs.snapshot.fencedTaskCounts == ["c": 3])
        #expect(fixture.configs.snapshot.pendingFencing == [])
        try await fixture.divide(1)
        for _ in 0..<3 { try await fixture.fencing.fence("c") }
        #expect(fixture.fenced.current == [["g-c-0", "g-c-1", "g-c-2"]])
        #expect(fixture.configs.snapshot.fencedTaskCounts == ["c": 1])
        // A single task fences the one before it by itself.
        try await fixture.divide(1)
        try await fixture.fencing.fence("c")
        #expect(fixture.fenced.current.count == 1)
        #expect(fixture.configs.snapshot.pendingFencing == [])
        try await fixture.divide(2)
        try await fixture.fencing.fence("c")
        #expect(fixture.fenced.current.last == ["g-c-0"])
    }

    @Test func aDeletedConnectorsTasksAreFencedByTheNextOfItsName() async throws {
        let fixture = try await Fixture()
        try await fixture.divide(2)
        try await fixture.fencing.fence("c")
        try await fixture.configs.removeConnector("c")
        try await fixture.configs.putConnector("c", ["name": "c", "connector.class": "test.NumberConnector"])
        try await fixture.divide(1)
        try await fixture.fencing.fence("c")
        #expect(fixture.fenced.current == [["g-c-0", "g-c-1"]])
    }

    @Test func fencingsOfOneConnectorAreOne() async throws {
        let gate = Gate()
        let fixture = try await Fixture { _ in await gate.pass() }
        try await fixture.divide(2)
        try await fixture.fencing.fence("c")
        try await fixture.divide(3)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 { group.addTask { try await fixture.fencing.fence("c") } }
            await gate.waitForArrival()
            gate.open()
            try await group.waitForAll()
        }
        #expect(fixture.fenced.current == [["g-c-0", "g-c-1"]])
        #expect(fixture.configs.snapshot.fencedTaskCounts == ["c": 3])
    }

    @Test func aFencingThatNewTasksOvertakeFailsAndNotesNothing() async throws {
        let fixture = try await Fixture { configs in try await configs.putTasks("c", [["new": "1"]]) }
        try await fixture.divide(2)
        try await fixture.fencing.fence("c")
        try await fixture.divide(3)
        let error = await #expect(throws: ConnectError.self) { try await fixture.fencing.fence("c") }
        #expect(error?.code == .conflict)
        #expect(error?.message == "Fencing failed because new task configurations were generated for the connector")
        #expect(fixture.configs.snapshot.fencedTaskCounts == ["c": 2])
        #expect(fixture.configs.snapshot.pendingFencing == ["c"])
    }

    @Test func aFencingThatFailsIsTriedAgainByTheNext() async throws {
        let fails = Mutexed(true)
        let fixture = try await Fixture { _ in if fails.current { throw ConnectError(.unavailable, "no broker") } }
        try await fixture.divide(2)
        try await fixture.fencing.fence("c")
        try await fixture.divide(3)
        await #expect(throws: ConnectError.self) { try await fixture.fencing.fence("c") }
        fails.change { $0 = false }
        try await fixture.fencing.fence("c")
        #expect(fixture.configs.snapshot.fencedTaskCounts == ["c": 3])
    }

    @Test func onlySourceConnectorsAreFenced() async throws {
        let fixture = try await Fixture()
        let missing = await #expect(throws: ConnectError.self) { try await fixture.fencing.fence("other") }
        #expect(missing?.code == .notFound && missing?.message == "Connector other not found")
        try await fixture.configs.putConnector("s", ["name": "s", "connector.class": "nobody.Knows"])
        let unknown = await #expect(throws: ConnectError.self) { try await fixture.fencing.fence("s") }
        #expect(unknown?.code == .invalidData && unknown?.message == "Connector s is not a source connector")
    }
}

/// A source connector whose tasks number records.
struct NumberConnector: SourceConnector {
    var limit = 50
    var support = ExactlyOnceSupport.supported
    var boundaries = ConnectorTransactionBoundaries.unsupported
    var makesTask: @Sendable () -> any SourceTask = { NumberSource(limit: 50) }

    var version: String { "1" }
    var definition: ConfigDefinition { ConfigDefinition() }
    var taskClass: String { "test.NumberTask" }
    func start(context: any ConnectorContext, configuration: [String: String]) async throws {}
    func taskConfigurations(maximum: Int) async throws -> [[String: String]] {
        (0..<maximum).map { ["number": "\($0)"] }
    }
    func stop() async throws {}
    func makeTask() -> any SourceTask { makesTask() }
    func exactlyOnceSupport(configuration: [String: String]) throws -> ExactlyOnceSupport {
        if configuration["breaks"] != nil { throw ConnectError(.failed, "broken") }
        return support
    }
    func canDefineTransactionBoundaries(
        configuration: [String: String]
    ) throws -> ConnectorTransactionBoundaries { boundaries }
    func alterOffsets(
        configuration: [String: String], offsets: [(partition: ConnectMap, offset: ConnectMap?)]
    ) async throws -> Bool { true }
}
