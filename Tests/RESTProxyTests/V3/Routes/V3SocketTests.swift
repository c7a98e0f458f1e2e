import HTTPTestSupport
import JSON
import Testing

@Suite(.timeLimit(.minutes(1))) struct V3SocketTests {
    @Test func recordsAreWrittenAndReadOverAWebSocket() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            try await RawSocket.connect(to: proxy.address) { socket in
                try await socket.send(
                    RawWebSocket.request("/v3/clusters/\(proxy.clusterID)/topics/t/records:socket"))
                let head = try await socket.receive(until: "\r\n\r\n")
                #expect(head.hasPrefix("HTTP/1.1 101 "))
                func say(_ text: String) async throws {
                    try await socket.send(bytes: RawWebSocket.bytes(.text(text)))
                }
                func hear() async throws -> JSONValue {
                    try JSONValue(parsing: try await RawWebSocket.receive(&socket).payload)
                }
                try await say(#"{"type":"produce","id":"a","value":{"type":"STRING","data":"x"}}"#)
                let produced = try await hear()
                #expect(produced["type"] == "produced" && produced["id"] == "a" && produced["offset"] == 0)
                try await say(#"{"type":"subscribe","offset":"earliest","format":"string"}"#)
                #expect(try await hear() == ["type": "subscribed", "after": "0:-1"])
                let record = try await hear()
                #expect(record["id"] == "0:0" && record["record"]?["value"]?["data"] == "x")
                try await say("nonsense")
                #expect(try await RawWebSocket.receive(&socket).code == 1007)
            }
        }
    }

    @Test func aTopicThatIsNotThereHasNoSocket() async throws {
        try await V3Fixture.with { proxy in
            try await RawSocket.connect(to: proxy.address) { socket in
                try await socket.send(
                    RawWebSocket.request("/v3/clusters/\(proxy.clusterID)/topics/none/records:socket"))
                _ = try await socket.receive(until: "\r\n\r\n")
                let end = try await RawWebSocket.receive(&socket)
                #expect(end.code == 1008)
            }
        }
    }
}
