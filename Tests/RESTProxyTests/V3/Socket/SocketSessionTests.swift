import JSON
import Synchronization
import Testing

@testable import RESTProxy

@Suite(.timeLimit(.minutes(1))) struct SocketSessionTests {
    /// A client in this process.
    private final class Client: SocketPeer {
        let messages: AsyncStream<[UInt8]>
        private let input: AsyncStream<[UInt8]>.Continuation
        private let state = Mutex((texts: [String](), code: UInt16?.none))

        init() { (messages, input) = AsyncStream<[UInt8]>.makeStream() }

        func say(_ text: String) { input.yield(Array(text.utf8)) }
        func leave() { input.finish() }

        func send(text: String) async throws { state.withLock { $0.texts.append(text) } }
        func close(code: UInt16, reason: String) { state.withLock { $0.code = code } }

        var code: UInt16? { state.withLock { $0.code } }

        /// What it was told, but for what is of another type.
        func heard(_ type: String) -> [JSONValue] {
            state.withLock { $0.texts }.compactMap { try? JSONValue(parsing: $0) }.filter {
                $0["type"] == .string(type)
            }
        }

        /// Waits until it was told so often.
        func hears(_ count: Int, _ type: String) async {
            while heard(type).count < count { await Task.yield() }
        }
    }

    private func withSession(
        _ properties: [String: String] = [:], _ body: (Client, V3Fixture, RecordReaders) async throws -> Void
    ) async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            let settings = try RESTProxySettings(properties)
            let clients = try ProxyClients(proxy.client, settings: settings, schemas: nil)
            let configuration = try V3Settings(settings)
            let readers = RecordReaders(clients: clients, settings: configuration.records)
            let session = SocketSession(
                production: Production(clients: clients, settings: configuration), readers: readers,
                settings: configuration, clients: clients, topic: "t", clusterID: proxy.clusterID)
            let client = Client()
            let running = Task { try await session.run(client) }
            try await body(client, proxy, readers)
            client.leave()
            try await running.value
            #expect(readers.openCount == 0)
            await clients.close()
        }
    }

    @Test func recordsAreWrittenAndReadOverOneSocket() async throws {
        try await withSession { client, _, _ in
            client.say(#"{"type":"subscribe","offset":"earliest","format":"json","max_unacknowledged":2}"#)
            await client.hears(1, "subscribed")
            #expect(client.heard("subscribed").first?["after"] == "0:-1")
            for number in 0..<3 {
                client.say(#"{"type":"produce","id":\#(number),"value":{"type":"JSON","data":\#(number)}}"#)
            }
            await client.hears(3, "produced")
            #expect(client.heard("produced").map { $0["id"] } == [0, 1, 2])
            #expect(client.heard("produced").map { $0["offset"] } == [0, 1, 2])
            await client.hears(2, "record")
            #expect(client.heard("record").map { $0["id"] } == ["0:0", "0:1"])
            #expect(client.heard("record").first?["record"]?["value"] == ["type": "JSON", "data": 0])
            client.say(#"{"type":"ack","id":"0:1"}"#)
            await client.hears(3, "record")
            #expect(client.heard("record").last?["id"] == "0:2")
        }
    }

    @Test func aSubscriptionEndsAndAnotherOneGoesOn() async throws {
        try await withSession { client, proxy, _ in
            try await proxy.write(["a", "b"], to: "t")
            client.say(#"{"type":"subscribe","offset":"earliest"}"#)
            await client.hears(2, "record")
            client.say(#"{"type":"unsubscribe"}"#)
            await client.hears(1, "unsubscribed")
            client.say(#"{"type":"subscribe","after":"0:0"}"#)
            await client.hears(3, "record")
            #expect(client.heard("record").map { $0["id"] } == ["0:0", "0:1", "0:1"])
        }
    }

    @Test func moreThanMayBeInFlightIsWrittenAllTheSame() async throws {
        try await withSession(["api.v3.produce.stream.max.in.flight": "3"]) { client, _, _ in
            for number in 0..<500 { client.say(#"{"type":"produce","id":\#(number)}"#) }
            await client.hears(500, "produced")
            #expect(client.heard("produced").map { $0["id"]?.int64 } == (0..<500).map { Int64($0) })
        }
    }

    @Test func whatCannotBeReadIsSaidToBe() async throws {
        try await withSession { client, _, _ in
            client.say(#"{"type":"subscribe","partition":9}"#)
            await client.hears(1, "error")
            #expect(client.heard("error").first?["error_code"] == 40402)
            client.say(#"{"type":"subscribe"}"#)
            await client.hears(1, "subscribed")
        }
    }

    @Test func whatIsNoMessageClosesTheSocket() async throws {
        try await withSession { client, _, _ in
            client.say("nonsense")
            while client.code == nil { await Task.yield() }
            #expect(client.code == 1007)
        }
    }
}
