import LogCore
import RecordFormat
import Replication
import Testing

/// What a leader knows of its followers' logs that concerns who reads and who deletes.
@Suite struct ReplicaReadersTests {
    /// A leader of epoch 3 that has 20 records.
    private func leader(inSync: [Int32] = [1, 2, 3]) throws -> ReplicaHost {
        let host = ReplicaHost(1, end: 20, epochs: [(3, 0)])
        host.become(try Cluster.state([1, 2, 3], inSync: inSync, leader: 1))
        return host
    }

    private func best(_ host: ReplicaHost, _ offset: Int64, of candidates: [Int32] = [1, 2, 3, 4]) -> Int32? {
        host.replica.mostCaughtUp(of: Set(Cluster.ids(candidates)), having: LogOffset(offset))?.rawValue
    }

    private func low(_ host: ReplicaHost) -> Int64? { host.replica.lowWatermark(host.brokers)?.rawValue }

    @Test func theLowWatermarkIsTheLeastBeginningOfThoseThatAreThere() throws {
        let host = try leader()
        #expect(low(host) == nil, "nobody has said where it begins")
        _ = try host.fetch(2, at: 20)
        #expect(low(host) == nil)
        _ = try host.fetch(3, at: 10, start: 4)
        #expect(low(host) == 0)
        var log = host.replica.log
        log.startOffset = LogOffset(5)
        host.on { $0.logChanged(log, &$1) }
        _ = try host.fetch(2, at: 20, start: 5)
        #expect(low(host) == 4)
        host.brokers = Cluster.brokers(ready: [1, 2], away: [3])
        #expect(low(host) == 5)
        host.brokers = Cluster.brokers(ready: [1, 2], draining: [3])
        #expect(low(host) == 4)
        host.become(try Cluster.state([1, 2, 3], inSync: [1, 2, 3], leader: 2, epoch: 4, version: 6))
        #expect(low(host) == nil)
    }

    @Test func readersGoToTheFollowerThatHasMost() throws {
        let host = try leader()
        #expect(best(host, 0) == nil)
        _ = try host.fetch(2, at: 12)
        #expect(best(host, 12) == 2 && best(host, 13) == nil)
        _ = try host.fetch(3, at: 15)
        #expect(best(host, 0) == 3 && best(host, 0, of: [1, 2]) == 2 && best(host, 0, of: [1]) == nil)
        // Of equals, who has last had everything; and the one of the greatest number.
        _ = try host.fetch(2, at: 20)
        _ = try host.fetch(3, at: 20)
        #expect(best(host, 20) == 3)
        host.now = 5
        _ = try host.fetch(2, at: 20)
        #expect(best(host, 20) == 2)
        // Its log begins above.
        _ = try host.fetch(2, at: 20, start: 8)
        #expect(best(host, 7) == 3 && best(host, 8) == 2)
    }

    @Test func readersAreNotSentToWhoIsNotInSync() throws {
        let host = try leader(inSync: [1, 3])
        _ = try host.fetch(2, at: 15)
        #expect(best(host, 10) == nil)
        _ = try host.fetch(3, at: 12)
        #expect(best(host, 10) == 3)
    }
}
