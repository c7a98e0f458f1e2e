import Glibc
import HTTPTestSupport
import JSON
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct DamagedTopicTests {
    /// A bit that flipped on the disk must neither keep the server from serving nor pass for a topic without connectors.
    @Test(arguments: ["connect-configs-0"]) func connectSaysWhereItsTopicIsDamaged(partition: String) async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving { server in
                let config = #"{"connector.class":"FileStreamSource","file":"\#(fixture.file("none"))","topic":"t"}"#
                let created = try await server.send("PUT", "/connectors/c/config", config)
                #expect(created.status == 201)
                // The tasks' records are batches of their own, so that the first is not the only one.
                try await server.wait(for: "c", "RUNNING", tasks: ["RUNNING"])
            }
            try await fixture.restartBroker { data in
                let path = "\(data)/\(partition)/00000000000000000000.log"
                let descriptor = open(path, O_RDWR)
                defer { close(descriptor) }
                // Behind the header of the first batch, in what its checksum covers.
                var byte: UInt8 = 0
                let read = pread(descriptor, &byte, 1, 70)
                byte ^= 0x10
                let written = pwrite(descriptor, &byte, 1, 70)
                #expect(read == 1 && written == 1)
            }
            try await fixture.serving { server in
                try await Wait.until("the reason") {
                    try await server.send("GET", "/health").status == 500
                }
                let health = try JSONValue(parsing: try await server.send("GET", "/health").body)
                #expect(health["status"] == "unhealthy")
                let reason = try #require(health["message"]?.string)
                #expect(reason.contains("\(partition) at offset 0"), "\(reason)")
                let answer = try await server.send("GET", "/connectors")
                #expect(answer.status == 500)
                let message = try JSONValue(parsing: answer.body)["message"]
                #expect(message?.string == reason)
            }
        }
    }
}
