import ServerHarness
import Testing

@testable import millrace_bench

/// The ruler on the servers that it was made for, where they are installed: `Scripts/setup peers`.
@Suite(.serialized, .timeLimit(.minutes(3))) struct RealPeersTests {
    private static func isInstalled(_ peer: Peer) -> Bool { (try? PeerPrograms().path(of: peer)) != nil }

    /// Starts a server, measures everything with few messages, and ends it.
    ///
    /// Not asynchronous, because the server ends with the thread that has started it.
    private func measure(_ peer: Peer, isDurable: Bool) throws {
        let directory = try TemporaryDirectory()
        let server = try PeerServer.start(
            peer, isDurable: isDurable, programs: PeerPrograms(), directory: directory.path("server"))
        defer { server.stop() }
        #expect(try !server.target.makeSession().serverVersion.isEmpty)
        let ruler = PeerRuler(size: 40, rates: [100], seconds: 1, messages: 3000, singleTime: 50_000_000)
        let figures = try ruler.measure(server).figures
        #if os(Linux)
        #expect(figures.count == 7)
        #else
        #expect(figures.count == 6)
        #endif
        #expect(figures.values.allSatisfy { $0 > 0 && $0.isFinite })
        server.stop()
        #expect(throws: BenchFailure.self) { _ = try server.target.makeSession() }
    }

    @Test(.enabled(if: isInstalled(.redis), "redis-server is not installed"), arguments: [false, true])
    func redis(isDurable: Bool) throws { try measure(.redis, isDurable: isDurable) }

    @Test(.enabled(if: isInstalled(.nats), "nats-server is not installed"), arguments: [false, true])
    func nats(isDurable: Bool) throws { try measure(.nats, isDurable: isDurable) }

    @Test(.enabled(if: isInstalled(.rabbitmq), "rabbitmq-server is not installed"))
    func rabbitMQ() throws { try measure(.rabbitmq, isDurable: false) }
}
