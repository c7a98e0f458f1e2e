import ServerHarness
import Testing

@testable import millrace_bench

@Suite(.timeLimit(.minutes(1))) struct PeerRulerTests {
    private var ruler: PeerRuler {
        PeerRuler(size: 40, rates: [200], seconds: 1, messages: 20_000, singleTime: 50_000_000)
    }

    /// All figures of Kafka's ruler, beside a server of which only the least is to be expected.
    @Test(arguments: [NullServer.Storage.pageCache, .device])
    func everythingIsMeasured(storage: NullServer.Storage) async throws {
        try await withNullServer(storage) { port in
            let server = PeerServer(at: PeerTarget(peer: .kafka, port: port, isDurable: storage == .device))
            let outcome = try ruler.measure(server)
            let figures = outcome.figures
            for figure in [PeerFigure.publish, .consume, .single] { #expect(try #require(figures[figure]) > 0) }
            let latencies = PeerFigure.percentiles.compactMap { figures[.latency(rate: 200, percentile: $0)] }
            #expect(latencies.count == 3 && latencies == latencies.sorted())
            #expect(latencies.allSatisfy { $0 > 0 && $0 < 5e9 })
            #expect(outcome.latencies.keys.sorted() == [200] && (outcome.latencies[200]?.count ?? 0) >= 199)
            // It runs elsewhere, so nobody can say what it has used.
            #expect(figures.count == 6 && figures[.publishTime] == nil)
            server.stop()
        }
    }

    @Test func onlyWhatIsAskedForIsMeasured() async throws {
        try await withNullServer { port in
            var ruler = ruler
            ruler.measures = [.consume]
            let server = PeerServer(at: PeerTarget(peer: .null, port: port, isDurable: false))
            let outcome = try ruler.measure(server)
            #expect(Set(outcome.figures.keys) == [.consume] && outcome.latencies.isEmpty)
        }
    }

    /// A server that throws records away acknowledges them, but never lets a consumer have one.
    @Test func aServerThatKeepsNothingCannotKeepUp() async throws {
        try await withNullServer(.nothing) { port in
            let target = PeerTarget(peer: .null, port: port, isDurable: false)
            try target.makeSession().createStream("lost")
            let run = PeerLatencies(rate: 100, seconds: 1, size: 20, batchLimit: 10, grace: 100_000_000)
            #expect(try run.measure(target, "lost") == nil)
        }
    }

    @Test func aStreamIsNotThereOnceItIsRemoved() async throws {
        try await withNullServer { port in
            let session = try PeerTarget(peer: .null, port: port, isDurable: false).makeSession()
            try session.createStream("short")
            try session.beginPublishing(to: "short")
            var acknowledged = try session.publish(PeerBatch(size: 8, due: [1, 2, 3]))
            while acknowledged < 3 { acknowledged += try session.receiveAcknowledgements() }
            try session.deleteStream("short")
            let failure = #expect(throws: BenchFailure.self) {
                while true {
                    _ = try session.publish(PeerBatch(size: 8, due: [1]))
                    _ = try session.receiveAcknowledgements()
                }
            }
            #expect(failure?.description.contains("UNKNOWN_TOPIC_OR_PARTITION") == true)
        }
    }

    @Test func aMessageThatIsNobodysIsNoMessage() throws {
        #expect(throws: BenchFailure.self) { _ = try PeerBatch.due(([1, 2, 3, 4, 5, 6, 7] as [UInt8]).span.bytes) }
        #expect(try PeerBatch.due(message(due: -5, size: 8).span.bytes) == -5)
    }

    @Test(arguments: [(8, 500), (100, 500), (1024, 500), (64 << 10, 12), (512 << 10, 1)])
    func batchesAreNoLargerThanServersTake(size: Int, expected: Int) {
        #expect(PeerRuler(size: size).batchLimit == expected)
        #expect(PeerRuler(size: size, window: 7).batchLimit == min(7, expected))
    }
}
