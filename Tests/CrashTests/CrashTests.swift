import Foundation
import ServerHarness
import Testing

/// The durability contract against `kill -9`: what was acknowledged is there, once and in order.
@Suite(.timeLimit(.minutes(30)))
struct CrashTests {
    static let rounds = 50

    @Test func everyAcknowledgedRecordOutlivesFiftyKills() async throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        print("kill -9 under load: seed \(seed)")
        try await ServerProcess.with(ports: .kept) { server in
            var ledgers = [Ledger(.idempotent), Ledger(.plain)]
            for round in 1...Self.rounds {
                let idempotent = try await CrashProducer(ledgers[0], server: server, round: round)
                let plain = try await CrashProducer(ledgers[1], server: server, round: round)
                // The moment is random in what was acknowledged and, by the scheduler, in what is on its way.
                try await idempotent.waitForAcknowledgements(.random(in: 1...2000, using: &random))
                try await plain.waitForAcknowledgements(.random(in: 1...2000, using: &random))
                try await server.kill()
                async let plainEnd = plain.stop()
                try await server.start()
                let ends = [try await idempotent.stop(), try await plainEnd]

                for index in ledgers.indices {
                    let found = try await Self.read(ledgers[index].topic, from: ledgers[index].nextOffset, of: server)
                    ledgers[index].takeIn(
                        round: round, sent: ends[index].sent, acknowledgements: ends[index].acknowledgements,
                        found: found)
                    try #require(ledgers[index].problems == [], "seed \(seed)")
                }
            }
            for ledger in ledgers {
                // Once more from the first offset: nothing that an earlier round found may have gone since.
                let all = try await Self.read(ledger.topic, from: 0, of: server)
                // What a producer had under way when it was stopped may still come behind.
                #expect(all.prefix(ledger.nextOffset).map(\.offset) == Array(0..<ledger.nextOffset))
                print(
                    """
                    \(ledger.mode.rawValue) producer: \(Self.rounds) rounds, \(ledger.nextNumber) records sent, \
                    \(ledger.acknowledged) acknowledged, \(ledger.lost) lost
                    """)
            }
        }
    }

    /// Offset and number of every record of a topic from an offset to its end.
    static func read(
        _ topic: String, from offset: Int, of server: ServerProcess
    ) async throws -> [(offset: Int, number: Int)] {
        let result = try await Command.python(
            "read_payloads.py",
            ["--bootstrap", server.bootstrap, "--topic", topic, "--from", "\(offset)"]
        ).json()
        #expect(result["error"] == .null)
        #expect(result["changed"] == [])
        return (result["records"]?.array ?? []).compactMap { pair in
            guard let offset = pair[0]?.int, let number = pair[1]?.int else { return nil }
            return (offset, number)
        }
    }
}
