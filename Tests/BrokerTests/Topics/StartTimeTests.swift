import EventStore
import Foundation
import LogCore
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import Broker

/// Prints how long a start takes and what it spends its time on; the figures gate nothing.
@Suite(.serialized) struct StartTimeTests {
    private struct Silent: StoreObserver {}

    private func time(_ body: () async throws -> Void) async throws -> Duration {
        let start = ContinuousClock.now
        try await body()
        return ContinuousClock.now - start
    }

    @Test func emptyDirectoryAndFiftyOffsetsPartitions() async throws {
        let settings = ["offsets.topic.num.partitions": "50"]
        let directory = try TestDirectory()
        for what in ["on an empty directory", "with no topics", "with 50 offsets partitions"] {
            let start = ContinuousClock.now
            let server = try await TestBroker.start(settings, in: directory)
            let started = ContinuousClock.now - start
            let creating = what == "with no topics" ? try await time { try await server.makeGroupsReady() } : nil
            let stopping = try await time { try await server.broker.shutdown() }
            print(
                "start \(what): \(started); stop: \(stopping)"
                    + (creating.map { "; 50 partitions created: \($0)" } ?? ""))
        }
    }

    @Test func stepsOfAStart() async throws {
        let directory = try TestDirectory()
        let pool = NIOThreadPool(numberOfThreads: 2)
        let threads = try await time { pool.start() }
        var store: EventStore?
        let opening = try await time {
            store = try EventStore(.init(directory: directory.path, now: { WallClock.now() }), observer: Silent())
        }
        let metadata = try await time {
            _ = try LocalMetadataStore(store: store!, pool: pool, now: { WallClock.now() })
        }
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let listening = try await time {
            let channel = try await ServerBootstrap(group: loops).bind(host: "127.0.0.1", port: 0).get()
            try await channel.close()
        }
        print(
            "steps of a start: pool \(threads), data directory \(opening), metadata log \(metadata), listener \(listening)"
        )
        try store!.close()
        try await loops.shutdownGracefully()
        try await pool.shutdownGracefully()
    }
}
