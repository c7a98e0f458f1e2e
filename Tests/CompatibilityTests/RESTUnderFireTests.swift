import Foundation
import ServerHarness
import Testing

/// HTTP producers and consumers while the proxy, and the broker with it, is killed and started again: every record that
/// was answered 200 is there, the instances' groups read all of them, and the memory does not grow with the work.
///
/// Short, and with few clients, among the other tests. `make rest-fire` takes two minutes, 200 producers, 200 consumers
/// and ten kills: `MILLRACE_REST_FIRE_SECONDS`, `MILLRACE_REST_FIRE_CLIENTS` (of each kind), `MILLRACE_REST_FIRE_KILLS`.
/// `SEED` repeats a run's choices.
@Suite(.timeLimit(.minutes(15)))
struct RESTUnderFireTests {
    private static let isLong = number("MILLRACE_REST_FIRE_SECONDS") != nil
    private static let seconds = number("MILLRACE_REST_FIRE_SECONDS") ?? 12
    private static let clients = number("MILLRACE_REST_FIRE_CLIENTS") ?? (isLong ? 200 : 20)
    private static let kills = number("MILLRACE_REST_FIRE_KILLS") ?? (isLong ? 10 : 2)
    /// How long a life of the server is but for the last, which is longer so that its memory shows where it goes.
    private static let life = Double(seconds) / Double(kills + lastLife)
    private static let lastLife = 5
    /// The answered produce requests after which lives are compared: half of what is asked for in a life.
    private static let rate = 600
    private static let equalWork = Int(life * Double(rate) / 2)

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }

    @Test func everyRecordThatWasAnsweredIsThereAndMemoryIsFlat() async throws {
        let seed = Self.number("SEED") ?? .random(in: 0...Int(Int32.max))
        print("REST under fire: seed \(seed)")
        // Many members join at once, and need not rebalance for each of them.
        try await ServerProcess.with(settings: ["group.initial.rebalance.delay.ms": "500"], ports: .kept) { server in
            let load = try await Load(server, clients: Self.clients, rate: Self.rate, seed: seed)
            do {
                try await Self.burn(server, load, seed: seed)
            } catch {
                load.giveUp()
                throw error
            }
        }
    }

    private static func burn(_ server: ServerProcess, _ load: Load, seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        try await load.wait(for: "assigned", toReach: clients)
        var afterEqualWork: [Int] = []
        for kill in 1...kills {
            let length = life * .random(in: 0.7...1.3, using: &random)
            afterEqualWork.append(try await live(server, load, for: length, "life \(kill)"))
            try await server.kill()
            try await server.start()
        }
        var last: [Int] = []
        for part in 1...lastLife {
            last.append(try await live(server, load, for: life, "last life, part \(part)"))
        }
        let result = try await load.finish()
        func count(_ key: String) -> Int { result[key]?.int ?? -1 }
        print(
            """
            \(clients) producers, \(clients) consumers, \(kills) kills, \(seconds) s: \(count("answers")) requests with \
            \(count("records")) records answered 200, \(count("found")) records there; \(count("reads")) reads of \
            \(count("read")) records, \(count("readAgain")) of them again; \(count("broken")) connections broken; \
            caught up \(count("caughtUpMs")) ms after the last record
            own memory after equal work: \(afterEqualWork.map { $0 >> 10 }) MiB in the lives that were ended, \
            \(last.map { $0 >> 10 }) MiB in the last one
            """)
        #expect(result["problems"] == [], "seed \(seed)")
        #expect(count("records") > 0 && count("found") >= count("records") && count("broken") > 0)
        // What is there from the first moment is warm after a part; what would grow with the work had four more.
        let first = try #require(last.first)
        #expect(try #require(last.last) < first + max(first / 2, 32 << 10), "memory, KiB: \(last)")
    }

    /// Lets the server live for some time and at least until it has done a given work.
    ///
    /// - Returns: Its own memory after that work, in KiB.
    private static func live(
        _ server: ServerProcess, _ load: Load, for seconds: Double, _ name: String
    ) async throws -> Int {
        let end = ContinuousClock.now + .seconds(seconds)
        let before = load.progress("answers")
        try await load.wait(for: "answers", toReach: before + equalWork)
        let memory = try server.memoryKiB(.anonymous)
        try await wait(for: "the time of \(name) to be over", within: .seconds(seconds + 30)) {
            ContinuousClock.now >= end
        }
        print(
            """
            \(name): own memory \(memory >> 10) MiB after \(equalWork) answers, \
            \(try server.memoryKiB(.anonymous) >> 10) MiB after \(load.progress("answers") - before); \
            with pages of files \(try server.memoryKiB(.resident) >> 10) MiB
            """)
        return memory
    }
}

/// `rest_fire.py` at work.
private struct Load {
    private let process: ChildProcess
    private let progressFile: String

    init(_ server: ServerProcess, clients: Int, rate: Int, seed: Int) async throws {
        progressFile = server.directory.path("progress.json")
        process = try await ChildProcess.start(
            Repository.python(),
            [
                Repository.clientScript("rest_fire.py"), "--rest", server.rest, "--bootstrap", server.bootstrap,
                "--producers", "\(clients)", "--consumers", "\(clients)", "--rate", "\(rate)", "--seed", "\(seed)",
                "--progress", progressFile,
            ])
    }

    /// How far it has got with something; 0 as long as it does not say.
    func progress(_ key: String) -> Int {
        let text = try? String(contentsOfFile: progressFile, encoding: .utf8)
        return text.flatMap(JSON.init(parsing:))?[key]?.int ?? 0
    }

    func wait(for key: String, toReach count: Int) async throws {
        try await ServerHarness.wait(for: "\(count) \(key)", within: .seconds(120)) {
            if process.hasEnded {
                throw HarnessError("the clients ended: \(try await process.result(within: .seconds(1)))")
            }
            return progress(key) >= count
        }
    }

    /// Tells the producers to send nothing new, and waits until all is read and looked at.
    func finish() async throws -> JSON {
        process.signal(SIGTERM)
        let result = try await process.result(within: .seconds(300))
        guard result.status == 0 else {
            throw HarnessError("the clients ended with \(result.status): \(result.errors.suffix(4000))")
        }
        return try result.json()
    }

    func giveUp() { process.signal(SIGKILL) }
}
