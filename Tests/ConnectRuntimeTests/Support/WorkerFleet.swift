import ConnectAPI
import JSON
import KafkaClient
import Logging
import ServerHarness
import Synchronization

@testable import ConnectRuntime

/// Several workers of one group on one broker, who reach each other without HTTP.
final class WorkerFleet: Sendable {
    struct Worker: Sendable {
        let url: String
        let herder: DistributedHerder
        let life: Task<Void, any Error>

        /// Ends in good order.
        func stop() async throws {
            herder.shutdown()
            try await life.value
        }
    }

    private let client: KafkaClient
    private let workers = Mutex<[String: Worker]>([:])
    /// What runs where.
    let runs = RunRegistry()

    init(client: KafkaClient) { self.client = client }

    /// Starts a worker, and waits until it has a place in the group.
    ///
    /// - Parameter version: Of the connector that it has, and of that one's tasks.
    func start(
        _ name: String, _ properties: [String: String] = [:], version: String = "1"
    ) async throws -> Worker {
        var logger = Logger(label: name)
        logger.logLevel = .critical
        let plugins = PluginCatalog(version: "1")
        let runs = runs
        plugins.registerSource("test.ManyTasks", version: version) {
            ManyTasks(worker: name, version: version, runs: runs)
        }
        let settings = [
            "scheduled.rebalance.max.delay.ms": "0", "heartbeat.interval.ms": "50", "rest.advertised.host.name": name,
        ].merging(properties) { $1 }
        let herder = try DistributedHerder(
            try WorkerConfiguration(settings), client: client, plugins: plugins,
            peers: { [weak self] in try await self?.carry($0) ?? PeerResponse(status: 503, headers: [], body: []) },
            logger: logger)
        herder.setAdvertisedAddress(host: name, port: 8083)
        let worker = Worker(url: "http://\(name):8083/", herder: herder, life: Task { try await herder.run() })
        workers.withLock { $0[worker.url] = worker }
        try await herder.waitUntilReady()
        return worker
    }

    /// The worker at an address.
    func worker(at url: String?) -> Worker? { url.flatMap { url in workers.withLock { $0[url] } } }

    /// Runs a request of the worker that it is for, found by what the first one says.
    func directed<Result>(
        from worker: Worker, _ request: (DistributedHerder) async throws -> Result
    ) async throws -> Result {
        var worker = worker
        for _ in 0..<3 {
            do {
                return try await request(worker.herder)
            } catch RequestRefusal.elsewhere(let url) {
                guard let next = self.worker(at: url) else { throw RequestRefusal.elsewhere(url: url) }
                worker = next
            }
        }
        throw RequestRefusal.rebalancing
    }

    func stopAll() async throws {
        for worker in workers.withLock({ Array($0.values) }) { try await worker.stop() }
    }

    private func carry(_ request: PeerRequest) async throws -> PeerResponse {
        guard let worker = worker(at: request.worker), request.path.count == 3, request.path[2] == "tasks" else {
            return PeerResponse(status: 404, headers: [], body: [])
        }
        func field(_ name: String) -> String? { request.headers.first { $0.name == name }?.value }
        do {
            try await worker.herder.checkSignature(
                RequestSignature(
                    algorithm: field(RequestSignature.algorithmField), signature: field(RequestSignature.signatureField)
                ),
                of: request.body)
            let json = try JSONValue(parsing: request.body)
            let tasks = (json.array ?? []).map { task in
                Dictionary(uniqueKeysWithValues: (task.object ?? JSONObject()).map { ($0.name, $0.value.string ?? "") })
            }
            try await worker.herder.putTasks(of: request.path[1], tasks)
            return PeerResponse(status: 200, headers: [], body: [])
        } catch {
            return PeerResponse(status: 409, headers: [], body: Array("\(error)".utf8))
        }
    }
}

/// What runs where, and whether anything ever ran at two places at once.
final class RunRegistry: Sendable {
    private struct State {
        var running: [String: [String]] = [:]
        var overlaps: [String] = []
        var starts: [String: Int] = [:]
    }

    private let state = Mutex(State())

    func started(_ name: String, on worker: String) {
        state.withLock { state in
            state.running[name, default: []].append(worker)
            state.starts[name, default: 0] += 1
            if state.running[name, default: []].count > 1 {
                state.overlaps.append("\(name) on \(state.running[name, default: []])")
            }
        }
    }

    func stopped(_ name: String, on worker: String) {
        state.withLock { state in
            if let index = state.running[name]?.firstIndex(of: worker) { state.running[name]?.remove(at: index) }
        }
    }

    /// The worker that runs a task.
    func place(of name: String) -> String? { state.withLock { $0.running[name]?.first } }
    /// How many things each worker runs.
    var loads: [String: Int] {
        state.withLock { state in
            state.running.values.reduce(into: [:]) { loads, workers in
                for worker in workers { loads[worker, default: 0] += 1 }
            }
        }
    }
    var count: Int { state.withLock { $0.running.values.reduce(0) { $0 + $1.count } } }
    var overlaps: [String] { state.withLock { $0.overlaps } }
    func starts(of name: String) -> Int { state.withLock { $0.starts[name] ?? 0 } }
}

/// A source with as many tasks as it may have, which note where they run.
private actor ManyTasks: SourceConnector {
    nonisolated let worker: String
    nonisolated let version: String
    nonisolated let runs: RunRegistry
    private var configuration: [String: String] = [:]

    init(worker: String, version: String, runs: RunRegistry) {
        self.worker = worker
        self.version = version
        self.runs = runs
    }

    nonisolated var definition: ConfigDefinition { ConfigDefinition() }
    nonisolated var taskClass: String { "test.ManyTask" }

    func start(context: any ConnectorContext, configuration: [String: String]) async throws {
        self.configuration = configuration
    }

    func taskConfigurations(maximum: Int) async throws -> [[String: String]] {
        (0..<maximum).map { ["number": "\($0)", "connector": configuration["name"] ?? ""] }
    }

    func stop() async throws {}

    nonisolated func makeTask() -> any SourceTask { ManyTask(worker: worker, version: version, runs: runs) }
}

private actor ManyTask: SourceTask {
    nonisolated let worker: String
    nonisolated let version: String
    nonisolated let runs: RunRegistry
    private let stopped = Completion()
    private var name = ""

    init(worker: String, version: String, runs: RunRegistry) {
        self.worker = worker
        self.version = version
        self.runs = runs
    }

    func start(context: any SourceTaskContext, configuration: [String: String]) async throws {
        name = "\(configuration["connector"] ?? "")-\(configuration["number"] ?? "")"
        runs.started(name, on: worker)
    }

    /// Waits a while for the stop, as a task does that has nothing to read.
    func poll() async throws -> [SourceRecord] {
        let stop = stopped
        await Completion.await(atMost: .milliseconds(50)) { await stop.wait() }
        return []
    }

    func stop() async throws {
        stopped.complete()
        runs.stopped(name, on: worker)
    }
}
