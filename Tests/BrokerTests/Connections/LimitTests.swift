import KafkaProtocol
import LogCore
import Logging
import NIOCore
import NIOEmbedded
import RecordFormat
import ServerHarness
import Testing

@testable import Broker

@Suite struct LimitTests {
    @Test func listenerHasARateOfItsOwn() throws {
        let settings = [
            "listeners": "PLAINTEXT://127.0.0.1:0,INNER://127.0.0.1:0",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,INNER:PLAINTEXT",
            "listener.name.inner.max.connection.creation.rate": "1",
        ]
        let configuration = try BrokerConfiguration(settings)
        let table = ConnectionTable(
            ConnectionLimits(configuration), files: 1_000, quotas: ClientQuotas(QuotaWindows(configuration)))
        func isHeldUp(_ listener: String) -> Bool {
            let admissions = (0..<100).map { _ in table.admit(EmbeddedChannel(), by: listener) }
            return admissions.contains { if case .servedLater = $0 { true } else { false } }
        }
        #expect(!isHeldUp("PLAINTEXT"))
        #expect(isHeldUp("INNER"))
        #expect(throws: ConfigurationError.self) {
            try BrokerConfiguration(["listener.name.plaintext.max.connections": "-1"])
        }
    }

    @Test func listenerHasLimitsOfItsOwn() async throws {
        let settings = [
            "listeners": "PLAINTEXT://127.0.0.1:0,INNER://127.0.0.1:0",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,INNER:PLAINTEXT",
            "listener.name.inner.max.connections": "1",
        ]
        try await TestBroker.with(settings) { server in
            let inner = try #require(server.broker.addresses.first { $0.listener == "INNER" }?.port)
            let kept = try await TestConnection.connect(port: inner)
            _ = try await kept.ask(DescribeClusterRequest())
            try await TestConnection.connect(port: inner).untilClosed()
            // The other one has room.
            for client in try await [server.connect(), server.connect()] {
                #expect(try await client.ask(DescribeClusterRequest()).errorCode == 0)
            }
            let name = "listener.name.inner.max.connections"
            let altered = try await server.ask(
                IncrementalAlterConfigsRequest(
                    resources: [
                        .init(
                            resourceType: 4, resourceName: "1",
                            configs: [.init(name: name, configOperation: 0, value: "2")])
                    ]))
            #expect(altered.responses[0].errorCode == 0)
            let second = try await TestConnection.connect(port: inner)
            #expect(try await second.ask(DescribeClusterRequest()).errorCode == 0)
            let described = try await server.ask(
                DescribeConfigsRequest(
                    resources: [.init(resourceType: 4, resourceName: "1", configurationKeys: [name])]))
            #expect(described.results[0].configs.map(\.value) == ["2"])
            #expect(described.results[0].configs.map(\.readOnly) == [false])
        }
    }

    @Test func connectionsAboveTheLimitAreClosed() async throws {
        try await TestBroker.with(["max.connections": "2"]) { server in
            let kept = try await [server.connect(), server.connect()]
            for client in kept { _ = try await client.ask(DescribeClusterRequest()) }
            try await server.connect().untilClosed()
            #expect(try await kept[0].ask(DescribeClusterRequest()).errorCode == 0)
            try await kept[1].close()
            try await wait(for: "a place is free") {
                (try? await server.connect().ask(DescribeClusterRequest())) != nil
            }
        }
    }

    @Test func idleConnectionsAreClosedAndThoseThatWaitAreNot() async throws {
        try await TestBroker.with(["connections.max.idle.ms": "1500"]) { server in
            try await server.createTopic("t")
            let partition = try #require(server.broker.partitions.copy(TopicPartition("t", 0)))
            var answer: EventLoopFuture<FetchResponse>
            // On a busy machine a connection may be idle for too long before it asks for anything: then another one.
            repeat {
                let waiting = try await server.connect()
                answer = try waiting.begin(TestRecords.fetch("t", wait: 600_000), version: 12)
                try await wait(for: "a request that waits, or its connection's end") {
                    partition.waitingCount.fetches == 1 || !waiting.channel.isActive
                }
            } while partition.waitingCount.fetches == 0
            try await server.connect().untilClosed()
            try await server.produce("t", ["a"])
            #expect(try await answer.get().values() == ["a"])
        }
        // The longest and the unlimited time are times like any other.
        for limit in ["-1", "9223372036854775807"] {
            try await TestBroker.with(["connections.max.idle.ms": limit]) { server in
                let client = try await server.connect()
                #expect(try await client.ask(DescribeClusterRequest()).errorCode == 0)
            }
        }
    }

    @Test func framesOutsideOfTheLimitEndTheConnection() async throws {
        try await TestBroker.with(["socket.request.max.bytes": "1000"]) { server in
            for length in [[0x00, 0x00, 0x03, 0xE9], [0x7F, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF]] as [[UInt8]] {
                let client = try await server.connect()
                try await client.sendRaw(length)
                try await client.untilClosed()
            }
            #expect(try await server.connect().ask(DescribeClusterRequest()).errorCode == 0)
        }
    }

    @Test func requestInPiecesIsOneRequest() async throws {
        try await TestBroker.with { server in
            let client = try await server.connect()
            let frame = try TestConnection.bytes(of: DescribeClusterRequest(), version: 0, correlationID: 1)
            let answer = try client.begin(ApiVersionsRequest(clientSoftwareName: "a", clientSoftwareVersion: "b"))
            _ = try await answer.get()
            for byte in frame.dropLast() { try await client.sendRaw([byte]) }
            let whole = try await client.exchange([frame.last!])
            #expect(try TestConnection.decode(whole, to: DescribeClusterRequest.self, version: 0).errorCode == 0)
        }
    }

    /// A client that asks and does not read must not have the broker pile up answers for it.
    @Test func clientThatDoesNotReadIsNotReadFrom() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            // Below the size from which answers come from the file and take no memory.
            try await server.produce("t", [String(repeating: "x", count: 60_000)])
            let client = try await server.connect()
            try await client.channel.setOption(ChannelOptions.autoRead, value: false).get()
            let count = 3_000
            let answers = try (0..<count).map { _ in try client.begin(TestRecords.fetch("t"), version: 12) }
            let connection = try #require(server.broker.connections.all.first)
            // 3,000 answers are 180 MB; what is held stays near the write buffer's mark.
            var held = 0
            try await wait(for: "reading stopped") {
                held = try await connection.getOption(.bufferedWritableBytes).get()
                return !connection.isWritable
            }
            #expect(held < ConnectionHandler.writeBufferMark + (64 << 10))
            let backlog = server.broker.connectionMemory.answers
            try await wait(for: "what is held counts") { backlog.byteCount > 0 }
            try await server.produce("t", ["others are served meanwhile"])
            try await client.channel.setOption(ChannelOptions.autoRead, value: true).get()
            client.channel.read()
            for answer in answers { #expect(try await answer.get().only.errorCode == 0) }
            try await wait(for: "nothing is held") { backlog.byteCount == 0 }
        }
    }

    /// Each of them finds the connection writable but the last, and all of them wait.
    @Test func answersThatComeOneByOneCountTogether() async throws {
        try await TestBroker.with { server in
            try await server.createTopic("t")
            try await server.produce("t", [String(repeating: "x", count: 60_000)])
            let other = try await server.connect()
            let client = try await server.connect()
            try await client.channel.setOption(ChannelOptions.autoRead, value: false).get()
            let backlog = server.broker.connectionMemory.answers
            var answers: [EventLoopFuture<FetchResponse>] = []
            // The kernel takes some megabytes first.
            while backlog.byteCount < ConnectionHandler.writeBufferMark, answers.count < 3_000 {
                answers.append(try client.begin(TestRecords.fetch("t"), version: 12))
                // Answered behind it, by the same event loop.
                _ = try await other.ask(DescribeClusterRequest())
            }
            #expect(backlog.byteCount >= ConnectionHandler.writeBufferMark)
            try await client.channel.setOption(ChannelOptions.autoRead, value: true).get()
            client.channel.read()
            for answer in answers { #expect(try await answer.get().only.errorCode == 0) }
            try await wait(for: "nothing is held") { backlog.byteCount == 0 }
        }
    }
}
