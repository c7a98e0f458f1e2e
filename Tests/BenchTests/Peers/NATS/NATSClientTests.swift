import Testing

@testable import millrace_bench

/// Against https://docs.nats.io/reference/reference-protocols/nats_api_reference.
struct NATSClientTests {
    private static let greeting =
        #"INFO {"server_id":"A","version":"2.15.1","jetstream":true,"max_payload":1048576} "# + "\r\nPONG\r\n"

    private func answer(_ json: String, to inbox: String = "_INBOX.1.answer") -> String {
        "MSG \(inbox) 1 \(json.utf8.count)\r\n\(json)\r\n"
    }

    /// A message without a payload, whose headers are a status.
    private func status(_ words: String, _ status: String) -> String {
        let headers = "NATS/1.0 \(status)\r\n\r\n"
        return "HMSG \(words) \(headers.utf8.count) \(headers.utf8.count)\r\n\(headers)\r\n"
    }

    /// What a client has said, in which the inbox that it has chosen is called `INBOX`.
    private func said(_ bytes: [UInt8]) throws -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        let inbox = try #require(text.firstMatch(of: #/_INBOX\.[0-9]+/#)).output
        return text.replacing(inbox, with: "INBOX")
    }

    @Test func greetsAndMakesAStreamOnStorage() throws {
        let server = try ScriptedServer(
            saying: Array((Self.greeting + answer(#"{"type":"io.nats.jetstream.api.v1.stream_create_response"}"#)).utf8)
        )
        var client = NATSClient()
        let heard = try said(server.heard(from: &client) { try $0.createStream("s", on: $1) })
        #expect(client.serverVersion == "2.15.1")
        let lines = heard.split(separator: "\r\n")
        try #require(lines.count == 5)
        #expect(lines[0].hasPrefix("CONNECT {") && lines[0].contains(#""headers":true"#))
        #expect(lines[1] == "SUB INBOX.* 1" && lines[2] == "PING")
        #expect(lines[3] == "PUB $JS.API.STREAM.CREATE.s INBOX.answer \(lines[4].utf8.count)")
        #expect(lines[4].contains(#""storage":"file""#) && lines[4].contains(#""subjects":["s"]"#))
    }

    @Test(arguments: [
        (#"INFO {"version":"2.15.1"} "# + "\r\n", "the NATS server runs without JetStream"),
        ("+OK\r\n", "INFO: NATS greets with ok"),
        (
            #"INFO {"version":"2","jetstream":true} "# + "\r\n-ERR 'Authorization Violation'\r\n",
            "CONNECT: NATS says: 'Authorization Violation'"
        ),
    ])
    func aServerThatIsNotToBeHadIsToldOf(greeting: String, expected: String) throws {
        let server = try ScriptedServer(saying: Array(greeting.utf8))
        var client = NATSClient()
        let failure = #expect(throws: BenchFailure.self) { _ = try server.heard(from: &client) }
        #expect(failure?.description == expected)
    }

    @Test func aRefusalIsToldInItsWords() throws {
        let json = #"{"error":{"code":400,"err_code":10058,"description":"stream name already in use"}}"#
        let server = try ScriptedServer(saying: Array((Self.greeting + answer(json)).utf8))
        var client = NATSClient()
        let failure = #expect(throws: BenchFailure.self) {
            _ = try server.heard(from: &client) { try $0.createStream("s", on: $1) }
        }
        #expect(failure?.description == "STREAM.CREATE.s: NATS says: stream name already in use (400)")
    }

    @Test func whereNobodyAnswersThatIsTold() throws {
        let server = try ScriptedServer(
            saying: Array((Self.greeting + status("_INBOX.1.answer 1", "503")).utf8))
        var client = NATSClient()
        let failure = #expect(throws: BenchFailure.self) {
            _ = try server.heard(from: &client) { try $0.deleteStream("s", on: $1) }
        }
        #expect(failure?.description == "STREAM.DELETE.s: NATS says: NATS/1.0 503")
    }

    // MARK: Publishing

    private func publisher() throws -> ClientInPieces<NATSClient> {
        let server = try ScriptedServer(saying: Array(Self.greeting.utf8))
        var client = NATSClient()
        _ = try server.heard(from: &client) { try $0.beginPublishing(to: "s", on: $1) }
        return ClientInPieces(client)
    }

    @Test func publishesEachMessageWithAReplySubject() throws {
        var client = try publisher()
        let bytes = try client.published(due: [1, 2], size: 12)
        let head = try #require(
            String(decoding: bytes, as: UTF8.self).firstMatch(of: #/^PUB s _INBOX\.[0-9]+\.ack 12\r\n/#))
        let first = Array(head.output.utf8) + message(due: 1, size: 12) + Array("\r\n".utf8)
        #expect(bytes == first + Array(head.output.utf8) + message(due: 2, size: 12) + Array("\r\n".utf8))
    }

    @Test(arguments: [1, 2, 11, .max]) func countsAcknowledgementsThatAreWhole(piece: Int) throws {
        var client = try publisher()
        let text =
            answer(#"{"stream":"s", "seq":1}"#) + "PING\r\n" + answer(#"{"stream":"s", "seq":2,"duplicate":false}"#)
        let cut = Array("MSG _INBOX.1.ack 1 23\r\n{\"str".utf8)
        #expect(try client.acknowledge(Array(text.utf8) + cut, pieces: piece) == cut.count)
        #expect(client.acknowledged == 2)
        #expect(client.output.bytes == Array("PONG\r\n".utf8))
    }

    @Test func whatIsNoAcknowledgementIsRefused() throws {
        var client = try publisher()
        for text in [
            answer(#"{"error":{"code":503,"description":"insufficient resources"},"stream":"s","seq":0}"#),
            status("_INBOX.1.ack 1", "503"), "-ERR 'Maximum Payload Violation'\r\n",
        ] { #expect(throws: BenchFailure.self) { try client.acknowledge(Array(text.utf8)) } }
    }

    // MARK: Consuming

    @Test func asksForAConsumerAndListensOnceItIsThere() throws {
        let server = try ScriptedServer(saying: Array((Self.greeting + answer(#"{"name":"c"}"#)).utf8))
        var client = NATSClient()
        let lines = try said(server.heard(from: &client) { try $0.beginConsuming("s", on: $1) })
            .split(separator: "\r\n").suffix(3)
        #expect(lines.first?.hasPrefix("PUB $JS.API.CONSUMER.CREATE.s INBOX.answer ") == true)
        #expect(lines.dropFirst().first?.contains(#""deliver_subject":"INBOX.messages.s""#) == true)
        #expect(lines.last == "SUB INBOX.messages.s 2")
    }

    @Test(arguments: [1, 2, 17, .max]) func takesMessagesAndAnswersFlowControl(piece: Int) throws {
        var client = ClientInPieces(NATSClient())
        let text =
            "MSG s 2 $JS.ACK.s.c.1.1.1.1700000000000000000.1 3\r\none\r\n"
            + status("d 2 $JS.FC.s.c.xyz", "100 FlowControl Request") + status("d 2", "100 Idle Heartbeat")
            + "MSG s 2 $JS.ACK.s.c.1.2.2.1700000000000000001.0 0\r\n\r\nPING\r\nMSG s 2"
        #expect(try client.consume(Array(text.utf8), pieces: piece) == 7)
        #expect(client.messages == [Array("one".utf8), []])
        #expect(String(decoding: client.output.bytes, as: UTF8.self) == "PUB $JS.FC.s.c.xyz 0\r\n\r\nPONG\r\n")
    }

    @Test func theEndOfAConsumerIsTold() throws {
        var client = ClientInPieces(NATSClient())
        for text in [status("d 2", "409 Consumer Deleted"), "-ERR 'Slow Consumer'\r\n"] {
            #expect(throws: BenchFailure.self) { try client.consume(Array(text.utf8)) }
        }
    }
}
