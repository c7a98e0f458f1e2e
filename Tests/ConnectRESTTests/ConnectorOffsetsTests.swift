import ConnectAPI
import HTTPTestSupport
import JSON
import Testing

/// Where connectors go on, seen and set over REST.
@Suite(.serialized) struct ConnectorOffsetsTests {
    private static let altered = #"{"message":"The offsets for this connector have been altered successfully"}"#
    private static let reset = #"{"message":"The offsets for this connector have been reset successfully"}"#

    private static func error(_ status: Int, _ message: String) -> String {
        let json: JSONValue = ["error_code": .integer(status), "message": .string(message)]
        return json.text
    }

    private func create(_ name: String, _ config: String, on server: ConnectServer) async throws {
        let answer = try await server.send("POST", "/connectors", #"{"name":"\#(name)","config":\#(config)}"#)
        #expect(answer.status == 201, "\(answer.body)")
        try await server.wait(for: name, "RUNNING", tasks: ["RUNNING"])
    }

    private func stop(_ name: String, on server: ConnectServer) async throws {
        #expect(try await server.send("PUT", "/connectors/\(name)/stop").status == 204)
        try await server.wait(for: name, "STOPPED", tasks: [])
    }

    @Test func aSourcesOffsetsAreSeenSetAndForgotten() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving(["offset.flush.interval.ms": "50"]) { server in
                let file = fixture.file("in.txt")
                fixture.append("one\ntwo\n", to: file)
                try await create(
                    "src", #"{"connector.class":"FileStreamSource","file":"\#(file)","topic":"t"}"#, on: server)
                let path = "/connectors/src/offsets"
                try await Wait.until("the offset of both lines") {
                    let json = try JSONValue(parsing: try await server.send("GET", path).body)
                    return json["offsets"]?.array?.first?["offset"]?["position"] == 8
                }
                let shown = try JSONValue(parsing: try await server.send("GET", path).body)
                #expect(shown["offsets"]?.array?.first?["partition"] == ["filename": .string(file)])
                let change = #"{"offsets":[{"partition":{"filename":"\#(file)"},"offset":{"position":4}}]}"#
                let running = try await server.send("PATCH", path, change)
                #expect(running.status == 400)
                #expect(running.body.contains("Connectors must be in the STOPPED state before their offsets can be"))
                #expect(try await server.send("DELETE", path).status == 400)

                try await stop("src", on: server)
                let answer = try await server.send("PATCH", path, change)
                #expect(answer.status == 200 && answer.body == Self.altered)
                #expect(try await server.send("GET", path).body == change)
                #expect(try await server.send("PUT", "/connectors/src/resume").status == 202)
                #expect(try await fixture.values(of: "t", count: 3) == ["one", "two", "two"])

                try await stop("src", on: server)
                let reset = try await server.send("DELETE", path)
                #expect(reset.status == 200 && reset.body == Self.reset)
                #expect(try await server.send("GET", path).body == #"{"offsets":[]}"#)
                #expect(try await server.send("PUT", "/connectors/src/resume").status == 202)
                #expect(try await fixture.values(of: "t", count: 5) == ["one", "two", "two", "one", "two"])
            }
        }
    }

    @Test func aSinksOffsetsAreThoseOfItsGroup() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving(["offset.flush.interval.ms": "50"]) { server in
                let file = fixture.file("in.txt")
                let out = fixture.file("out.txt")
                fixture.append("one\ntwo\nthree\n", to: file)
                try await create(
                    "src", #"{"connector.class":"FileStreamSource","file":"\#(file)","topic":"t"}"#, on: server)
                try await create(
                    "snk", #"{"connector.class":"FileStreamSink","file":"\#(out)","topics":"t"}"#, on: server)
                let path = "/connectors/snk/offsets"
                try await Wait.until("the offset of three lines") {
                    try await server.send("GET", path).body == Self.body(#"{"kafka_offset":3}"#)
                }
                #expect(try await server.send("PATCH", path, Self.body("null")).status == 400, "it is running")
                try await stop("snk", on: server)
                for (offset, partition, message) in Self.wrong {
                    let answer = try await server.send("PATCH", path, Self.body(offset, partition: partition))
                    #expect(answer.status == 400 && answer.body == Self.error(400, message), "\(answer.body)")
                }
                // Numbers may be text.
                let text = Self.body(#"{"kafka_offset":"1"}"#, partition: #""kafka_topic":"t","kafka_partition":"0""#)
                let altered = try await server.send("PATCH", path, text)
                #expect(altered.status == 200 && altered.body == Self.altered, "\(altered.body)")
                #expect(try await server.send("GET", path).body == Self.body(#"{"kafka_offset":1}"#))
                #expect(try await server.send("PATCH", path, Self.body("null")).body == Self.altered)
                #expect(try await server.send("GET", path).body == #"{"offsets":[]}"#)
                #expect(try await server.send("PATCH", path, Self.body(#"{"kafka_offset":2}"#)).status == 200)
                #expect(try await server.send("DELETE", path).body == Self.reset)
                #expect(try await server.send("DELETE", path).body == Self.reset, "there is nothing left to forget")
                #expect(try await server.send("GET", path).body == #"{"offsets":[]}"#)
                #expect(try await server.send("PUT", "/connectors/snk/resume").status == 202)
                try await Wait.until("all lines twice") {
                    fixture.contents(of: out) == Array("one\ntwo\nthree\none\ntwo\nthree\n".utf8)
                }
            }
        }
    }

    private static func body(
        _ offset: String, partition: String = #""kafka_topic":"t","kafka_partition":0"#
    ) -> String { #"{"offsets":[{"partition":{\#(partition)},"offset":\#(offset)}]}"# }

    /// Offsets and partitions that no sink has, with what is said of them.
    private static let wrong = [
        (
            "null", #""kafka_topic":"t""#,
            "The partition for a sink connector offset must contain the keys 'kafka_topic' and 'kafka_partition'"
        ),
        (
            "null", #""kafka_topic":null,"kafka_partition":0"#,
            "Kafka topic names must be valid strings and may not be null"
        ),
        (
            "null", #""kafka_topic":"t","kafka_partition":"x""#,
            "Failed to parse the following Kafka partition value in the provided offsets: 'x'. Partition values for sink"
                + " connectors need to be integers."
        ),
        (
            #"{"offset":1}"#, #""kafka_topic":"t","kafka_partition":0"#,
            "The offset for a sink connector should either be null or contain the key 'kafka_offset'"
        ),
        (
            #"{"kafka_offset":-1}"#, #""kafka_topic":"t","kafka_partition":0"#,
            "Failed to parse the following Kafka offset value in the provided offsets: '-1'. Offset values for sink"
                + " connectors need to be integers."
        ),
    ]

    @Test func whatIsNoOffsetIsRefused() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving { server in
                let config = #"{"connector.class":"FileStreamSource","file":"\#(fixture.file("none"))","topic":"t"}"#
                try await create("src", config, on: server)
                try await stop("src", on: server)
                let path = "/connectors/src/offsets"
                let nothing = "Partitions / offsets need to be provided for an alter offsets request"
                for (body, message) in [
                    (#"{"offsets":[]}"#, nothing), ("{}", nothing), ("[]", nothing),
                    (#"{"offsets":[{"offset":{}}]}"#, "Each of the offsets needs a 'partition' that is a JSON object"),
                    (
                        #"{"offsets":[{"partition":{},"offset":7}]}"#,
                        "An 'offset' has to be a JSON object, or null to begin anew"
                    ),
                    (
                        #"{"offsets":[{"partition":{"filename":"f"},"offset":{"position":-1}}]}"#,
                        "The 'position' of an offset must not be negative"
                    ),
                ] {
                    let answer = try await server.send("PATCH", path, body)
                    #expect(answer.status == 400 && answer.body == Self.error(400, message), "\(answer.body)")
                }
                #expect(try await server.send("GET", path).body == #"{"offsets":[]}"#)
                for (method, body) in [("GET", nil), ("DELETE", nil), ("PATCH", #"{"offsets":[{"partition":{}}]}"#)] {
                    let answer = try await server.send(method, "/connectors/x/offsets", body)
                    #expect(answer.status == 404 && answer.body == Self.error(404, "Connector x not found"))
                }
            }
        }
    }
}
