import Foundation
import ServerHarness
import Synchronization
import Testing

/// Three workers of a Connect cluster that are killed and stopped in turn while four connectors with twelve tasks move
/// numbered lines from files to topics, exactly once, and on to files, at least once.
///
/// Few rounds among the other tests; `MILLRACE_WORKER_ROUNDS` asks for more.
@Suite(.timeLimit(.minutes(15))) struct WorkersUnderFireTests {
    private static let rounds =
        ProcessInfo.processInfo.environment["MILLRACE_WORKER_ROUNDS"].flatMap { Int($0) } ?? 2
    private static let names = ["a", "b"]
    private static let filesEach = 3

    @Test func nothingIsMissingAndNothingReadTwice() async throws {
        try await ServerProcess.with(settings: ["num.partitions": "3", "group.min.session.timeout.ms": "1000"]) {
            server in
            let directory = server.directory
            let workers = try (0..<3).map { index in
                try WorkerProcess(
                    "worker-\(index)", properties: Self.properties(server.bootstrap), in: directory)
            }
            do {
                try await Self.burn(server, workers)
            } catch {
                for (index, worker) in workers.enumerated() {
                    try? await worker.kill()
                    print("the last words of worker \(index):\n\(worker.log().suffix(3000))")
                }
                throw error
            }
            for worker in workers { try await worker.stop() }
        }
    }

    private static func properties(_ bootstrap: String) -> [String: String] {
        [
            "bootstrap.servers": bootstrap, "group.id": "under-fire", "listeners": "http://127.0.0.1:0",
            "config.storage.topic": "fire-configs", "offset.storage.topic": "fire-offsets",
            "status.storage.topic": "fire-status",
            "key.converter": "org.apache.kafka.connect.storage.StringConverter",
            "value.converter": "org.apache.kafka.connect.storage.StringConverter",
            "offset.flush.interval.ms": "500", "exactly.once.source.support": "enabled",
            "session.timeout.ms": "3000", "heartbeat.interval.ms": "300", "scheduled.rebalance.max.delay.ms": "0",
        ]
    }

    private static func burn(_ server: ServerProcess, _ workers: [WorkerProcess]) async throws {
        for worker in workers { try await worker.start() }
        let writer = LineWriter(in: server.directory, names: names, filesEach: filesEach)
        try await createConnectors(server, at: workers[0])
        try await waitUntilAllRun(workers)
        let writing = Task { try await writer.run() }
        for round in 0..<rounds {
            let victim = workers[round % workers.count]
            if round.isMultiple(of: 2) { try await victim.kill() } else { try await victim.stop() }
            // No time to settle: the next one goes while the work of this one is still on its way.
            try await victim.start()
        }
        for victim in workers.prefix(rounds > 2 ? 3 : 1) {
            try await victim.kill()
            let killed = ContinuousClock.now
            try await waitUntilAllRun(workers.filter { $0 !== victim })
            print("a killed worker's tasks all ran again after \(ContinuousClock.now - killed)")
            try await victim.start()
        }
        try await waitUntilAllRun(workers)
        writer.finish()
        try await writing.value
        for name in names {
            try await wait(for: "every line of \(name) to be in the sink's file", within: .seconds(120)) {
                let arrived = Set(try markers(inFile: server.directory.path("out-\(name)")))
                return arrived.isSuperset(of: writer.lines(of: name))
            }
            let read = try await committed(server, name)
            let lines = writer.lines(of: name)
            print("\(name): \(lines.count) lines, \(read.count) records read committed")
            #expect(read.sorted() == lines.sorted(), "exactly once")
        }
    }

    private static func createConnectors(_ server: ServerProcess, at worker: WorkerProcess) async throws {
        for name in names {
            let source = [
                "connector.class": "FileStreamSource", "topic": "fire-\(name)", "tasks.max": "\(filesEach)",
                "file": server.directory.path("in-\(name)-*.txt"), "exactly.once.support": "required",
                "transaction.boundary": "poll",
            ]
            let sink = [
                "connector.class": "FileStreamSink", "topics": "fire-\(name)", "tasks.max": "\(filesEach)",
                "file": server.directory.path("out-\(name)"), "consumer.override.isolation.level": "read_committed",
                "consumer.override.session.timeout.ms": "3000", "consumer.override.heartbeat.interval.ms": "300",
            ]
            for (connector, configuration) in [("source-\(name)", source), ("sink-\(name)", sink)] {
                let body = try JSONSerialization.data(withJSONObject: configuration)
                let answer = try await Curl.request(
                    "PUT", "\(worker.address)/connectors/\(connector)/config",
                    json: String(decoding: body, as: UTF8.self))
                #expect(answer.status == 201, "\(answer.body)")
            }
        }
    }

    /// Waits until four connectors and twelve tasks run, on workers that live.
    private static func waitUntilAllRun(_ workers: [WorkerProcess]) async throws {
        let living = Set(workers.map(\.workerID))
        try await wait(for: "all connectors and tasks to run on \(living.sorted())", within: .seconds(120)) {
            guard let answer = try? await Curl.request("GET", "\(workers[0].address)/connectors?expand=status"),
                case .object(let all)? = answer.json
            else { return false }
            let connectors = all.values.compactMap { $0["status"]?["connector"] }
            let tasks = all.values.flatMap { $0["status"]?["tasks"]?.array ?? [] }
            return connectors.count == 4 && tasks.count == 12
                && (connectors + tasks).allSatisfy { state in
                    state["state"]?.string == "RUNNING" && living.contains(state["worker_id"]?.string ?? "")
                }
        }
    }

    /// The markers in a topic as a reader of committed records sees them.
    private static func committed(_ server: ServerProcess, _ name: String) async throws -> [String] {
        let output = try await Command.check(
            "kcat",
            [
                "-b", server.bootstrap, "-C", "-t", "fire-\(name)", "-o", "beginning", "-e", "-q", "-X",
                "isolation.level=read_committed",
            ]
        ).output
        return markers(output)
    }

    private static func markers(inFile path: String) throws -> [String] {
        markers(try String(contentsOfFile: path, encoding: .utf8))
    }

    /// `<…>`, wherever it stands: a worker that is killed in the middle of a line leaves a part of it behind.
    private static func markers(_ text: String) -> [String] { text.matches(of: /<[^<>]*>/).map { String($0.output) } }
}

/// Appends numbered lines to files until it is told to end.
private final class LineWriter: Sendable {
    private let directory: TemporaryDirectory
    private let names: [String]
    private let filesEach: Int
    private let state = Mutex((lines: [String: [String]](), isFinished: false))

    init(in directory: TemporaryDirectory, names: [String], filesEach: Int) {
        self.directory = directory
        self.names = names
        self.filesEach = filesEach
        for name in names {
            for file in 0..<filesEach { _ = FileManager.default.createFile(atPath: path(name, file), contents: nil) }
        }
    }

    func run() async throws {
        var number = 0
        while !state.withLock({ $0.isFinished }) {
            for name in names {
                for file in 0..<filesEach {
                    let lines = (0..<10).map { "<\(name)-\(file)-\(number * 10 + $0)>" }
                    let handle = try FileHandle(forWritingTo: URL(filePath: path(name, file)))
                    try handle.seekToEnd()
                    try handle.write(contentsOf: Data(lines.map { $0 + "\n" }.joined().utf8))
                    try handle.close()
                    state.withLock { $0.lines[name, default: []] += lines }
                }
            }
            number += 1
            // At a pace that the clients keep up with: the second look comes with the next tick.
            var looks = 0
            try await wait(for: "the next tick") {
                looks += 1
                return looks > 4
            }
        }
    }

    func finish() { state.withLock { $0.isFinished = true } }

    func lines(of name: String) -> [String] { state.withLock { $0.lines[name] ?? [] } }

    private func path(_ name: String, _ file: Int) -> String { directory.path("in-\(name)-\(file).txt") }
}
