import HTTPTestSupport
import JSON
import KafkaClient
import KafkaProtocol
import ServerHarness
import Testing

@Suite struct ThrottlingTests {
    @Test func aThrottledProxySaysWhenToComeBack() async throws {
        try await ProxyFixture.with { fixture in
            let quota = AlterClientQuotasRequest(entries: [
                .init(
                    entity: [.init(entityType: "client-id", entityName: "throttled")],
                    ops: [.init(key: "producer_byte_rate", value: 10_000)])
            ])
            #expect(try await fixture.client.call(quota).entries.map(\.errorCode) == [0])
            // By a connection: what runs in the broker's process is not throttled.
            let client = try KafkaClient(
                bootstrapServers: [fixture.brokerAddress],
                configuration: KafkaClientConfiguration(clientID: "throttled"))
            try await fixture.serving(client: client) { server in
                try await server.createTopic("a")
                let body = #"{"records":[{"value":"\#(String(repeating: "x", count: 200_000))"}]}"#
                _ = try await server.produce(to: "/topics/a", body)
                let refused = try await server.send(
                    "POST", "/topics/a", body, type: "application/vnd.kafka.json.v2+json")
                #expect(refused.status == 429)
                #expect(refused.body.contains("42901"))
                let seconds = refused.headers["retry-after"].flatMap { Int($0) } ?? 0
                #expect(seconds >= 1 && seconds <= 60)
                // What concerns no producer is answered meanwhile.
                #expect(try await server.send("GET", "/brokers").status == 200)
            }
            await client.close()
        }
    }
}
