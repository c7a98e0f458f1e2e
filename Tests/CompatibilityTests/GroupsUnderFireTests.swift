import Foundation
import ServerHarness
import Testing

/// Groups whose members join, leave and die at random: no record is skipped, no generation has two owners of a
/// partition, and the group settles.
///
/// Short, and of all protocols at once, among the other tests. `make fire` takes two minutes and 50 members for each
/// protocol, one after the other, and the classic ones with a second client, which joins again at once where librdkafka
/// waits: `MILLRACE_FIRE_SECONDS` and `MILLRACE_FIRE_MEMBERS`. `SEED` repeats a run's choices.
@Suite(.timeLimit(.minutes(30)))
struct GroupsUnderFireTests {
    /// The classic protocol with assignors of both kinds, and the consumer protocol (KIP-848).
    private static let protocols = ["eager", "cooperative", "consumer"]
    /// What each client runs when there is time.
    private static let longRuns =
        protocols.map { ("confluent", $0) } + protocols.dropLast().map { ("kafka-python", $0) }
    /// The seconds after which a silent member counts as dead: fewer than by default, or a run is all waiting. Among
    /// the other tests more of them: a machine that stands still for as long has a living member lose what it holds.
    private static let session = number("MILLRACE_FIRE_SECONDS") == nil ? 10 : 3
    private static let settings = [
        "group.initial.rebalance.delay.ms": "0",
        "group.min.session.timeout.ms": "\(session * 1000)",
        "group.consumer.min.session.timeout.ms": "\(session * 1000)",
        "group.consumer.session.timeout.ms": "\(session * 1000)",
        "group.consumer.min.heartbeat.interval.ms": "200",
        "group.consumer.heartbeat.interval.ms": "200",
    ]

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }

    @Test func nothingIsSkippedOrOwnedTwiceAndTheGroupSettles() async throws {
        let seed = Self.number("SEED") ?? .random(in: 0...Int(Int32.max))
        print("groups under fire: seed \(seed)")
        try await ServerProcess.with(settings: Self.settings) { server in
            guard let seconds = Self.number("MILLRACE_FIRE_SECONDS") else {
                try await withThrowingTaskGroup { group in
                    for name in Self.protocols {
                        group.addTask {
                            try await Self.burn(server, "confluent", name, members: 6, seconds: 8, seed: seed)
                        }
                    }
                    try await group.waitForAll()
                }
                return
            }
            for (client, name) in Self.longRuns {
                let members = Self.number("MILLRACE_FIRE_MEMBERS") ?? 50
                try await Self.burn(server, client, name, members: members, seconds: seconds, seed: seed)
            }
        }
    }

    private static func burn(
        _ server: ServerProcess, _ client: String, _ name: String, members: Int, seconds: Int, seed: Int
    ) async throws {
        let result = try await Command.python(
            "fire.py",
            [
                "--bootstrap", server.bootstrap, "--topic", "fire-\(client)-\(name)", "--client", client,
                "--protocol", name, "--members", "\(members)", "--partitions", "\(members + 4)", "--seconds",
                "\(seconds)",
                "--session", "\(session)", "--seed", "\(seed)",
            ],
            within: .seconds(seconds + 600)
        ).json()
        func count(_ key: String) -> Int { result[key]?.int ?? -1 }
        print(
            """
            \(client), \(name): \(count("joined")) joined, \(count("left")) left, \(count("died")) died, \
            \(count("generations")) generations; \(count("records")) records, \(count("readAgain")) of them read again; \
            settled \(count("settledMs")) ms after the last change
            """)
        #expect(result["problems"] == [], "\(client), \(name), seed \(seed)")
        #expect(
            count("died") > 0 && count("records") > 0 && count("settledMs") >= 0, "\(client), \(name), seed \(seed)")
    }
}
