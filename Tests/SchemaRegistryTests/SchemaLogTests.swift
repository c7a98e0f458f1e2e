import HTTPTestSupport
import JSON
import KafkaClient
import LogHarness
import Logging
import ServerHarness
import Testing

/// The schemas topic in a broker: as it is made, as it is found, and as others write it.
@Suite(.timeLimit(.minutes(2))) struct SchemaLogTests {
    @Test func theTopicIsMadeCompactedWithOnePartition() async throws {
        try await RegistryFixture.with { fixture async throws in
            try await fixture.serving(["kafkastore.topic.config.segment.ms": "600000"]) { server async throws in
                #expect(try await server.register("s", "a") == 1)
                let admin = KafkaAdmin(client: server.client)
                #expect(try await server.client.partitions(of: "_schemas").count == 1)
                let resource = ConfigResource.topic("_schemas")
                let entries = try #require(try await admin.describeConfigs([resource])[resource]).get()
                #expect(entries.first { $0.name == "cleanup.policy" }?.value == "compact")
                #expect(entries.first { $0.name == "segment.ms" }?.value == "600000")
            }
        }
    }

    @Test func whatWasRegisteredIsThereAfterARestart() async throws {
        try await RegistryFixture.with { fixture async throws in
            try await fixture.serving { server async throws in
                #expect(try await server.register("s", "a") == 1)
                #expect(try await server.register("s", "a b?") == 2)
                #expect(try await server.send("DELETE", "/subjects/s/versions/1").status == 200)
                #expect(try await server.send("PUT", "/config/s", #"{"compatibility":"NONE"}"#).status == 200)
            }
            let keys = try await fixture.records().map(\.key)
            #expect(
                keys.filter { !$0.contains("NOOP") } == [
                    #"{"keytype":"SCHEMA","subject":"s","version":1,"magic":1}"#,
                    #"{"keytype":"SCHEMA","subject":"s","version":2,"magic":1}"#,
                    #"{"keytype":"SCHEMA","subject":"s","version":1,"magic":1}"#,
                    #"{"keytype":"CONFIG","subject":"s","magic":0}"#,
                ])
            try await fixture.serving { server async throws in
                #expect(try await server.send("GET", "/subjects/s/versions").body == "[2]")
                #expect(try await server.get("/config/s")["compatibilityLevel"]?.string == "NONE")
                #expect(try await server.register("s", "z") == 3)
            }
        }
    }

    @Test func whatOthersWroteIsReadAndWhatIsBrokenIsPassedOver() async throws {
        try await RegistryFixture.with { fixture async throws in
            try await fixture.serving { server async throws in
                #expect(try await server.register("s", "a") == 1)
                try await fixture.write([
                    ("no json", "x"), (#"{"keytype":"SCHEMA","magic":1}"#, "{}"),
                    (#"{"keytype":"ASSOC","magic":0}"#, #"{"some":"thing"}"#),
                    (#"{"keytype":"MODE","subject":"s","magic":0}"#, #"{"mode":"WHATEVER"}"#),
                    // As Karapace writes it.
                    (
                        #"{"subject":"k","version":1,"magic":1,"keytype":"SCHEMA"}"#,
                        #"{"subject":"k","version":1,"id":9,"schema":"k1","deleted":false}"#
                    ),
                    // An id that is another schema's already.
                    (
                        #"{"keytype":"SCHEMA","subject":"t","version":1,"magic":1}"#,
                        #"{"subject":"t","version":1,"id":1,"schema":"other","deleted":false}"#
                    ),
                ])
                try await wait(for: "Karapace's record") {
                    try await server.send("GET", "/schemas/ids/9").status == 200
                }
                try await wait(for: "a warning") {
                    server.lines.messages(from: .warning).contains("a record does not count")
                }
                #expect(try await server.send("GET", "/subjects").body == #"["k","s"]"#)
                #expect(try await server.send("GET", "/mode/s").status == 404)
                let warnings = server.lines.messages(from: .warning)
                #expect(warnings.filter { $0 == "a malformed record is passed over" }.count == 3)
                #expect(try await server.register("n", "n") == 10)
                // The record that could not count has been taken back for those who counted it.
                let repaired = try await fixture.records().filter { $0.key.contains(#""subject":"t""#) }
                #expect(
                    repaired.map(\.value) == [
                        #"{"subject":"t","version":1,"id":1,"schema":"other","deleted":false}"#, nil,
                    ])
            }
        }
    }

    @Test(arguments: [
        (2, "compact", "should have only 1 partition but has 2"),
        (1, "delete", "Expected cleanup.policy to be 'compact'"),
    ])
    func aTopicThatWouldLoseSchemasIsRefused(_ partitions: Int32, _ policy: String, _ reason: String) async throws {
        try await RegistryFixture.with { fixture async throws in
            let client = KafkaClient(inProcess: fixture.broker)
            _ = try await KafkaAdmin(client: client).createTopic(
                NewTopic("_schemas", partitions: partitions, replicationFactor: 1, configs: ["cleanup.policy": policy]))
            await client.close()
            let server = try await fixture.start(isWaitedFor: false)
            let answer = try await server.send("GET", "/subjects")
            #expect(
                answer.status == 500 && answer.body.contains("50001") && answer.body.contains(reason), "\(answer.body)")
            #expect(try await server.send("GET", "/").status == 200)
            await server.stop()
        }
    }
}
