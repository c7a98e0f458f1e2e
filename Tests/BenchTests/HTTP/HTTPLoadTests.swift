import Testing

@testable import millrace_bench

/// Requests over connections that stay open, and the null HTTP server that answers them.
@Suite(.timeLimit(.minutes(1))) struct HTTPLoadTests {
    private static let record = #"{"offset":5,"error_code":null}"#
    private static let event = "id: 0:5\ndata: {\"offset\":5}\n\n"

    private static func answer(_ body: String, status: String = "200 OK") -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static func chunked(_ chunk: String, count: Int) -> String {
        let text = String(chunk.utf8.count, radix: 16) + "\r\n" + chunk + "\r\n"
        return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + String(repeating: text, count: count)
    }

    private static let answers: [String: String] = [
        "/good": answer(record), "/two": answer(record + record), "/bad": answer(#"{"error_code":40403}"#),
        "/refused": answer("no", status: "503 Service Unavailable"),
        // Without an end, as of a stream that goes on.
        "/events": chunked(String(repeating: event, count: 100), count: 1000),
        "/stream": chunked(String(repeating: record + "\r\n", count: 3), count: 4) + "0\r\n\r\n",
    ]

    private func load(
        _ port: UInt16, _ target: String, requests: Int = 1, connections: Int = 1, pipeline: Int = 1,
        records: Int = 1
    ) -> HTTPLoad {
        HTTPLoad(
            port: port, request: HTTPRequest("POST", target, body: Array("{}".utf8)), goodCode: "null",
            requests: requests, connections: connections, pipeline: pipeline, end: .answers(records: records),
            isRecorded: true)
    }

    @Test(arguments: [(1, 1), (5, 1), (1, 16), (8, 16)])
    func eachRequestIsAnswered(connections: Int, pipeline: Int) async throws {
        try await withNullHTTPServer(Self.answers) { port in
            let began = MonotonicClock.nanoseconds
            let outcome = try load(
                port, "/two", requests: 1001, connections: connections, pipeline: pipeline, records: 2002
            ).run()
            #expect(outcome.latencies.count == 1001)
            #expect(outcome.timeline.total == 2002)
            #expect(outcome.seconds > 0 && outcome.seconds <= Double(MonotonicClock.nanoseconds - began) / 1e9)
        }
    }

    @Test func theLastAnswerIsKept() async throws {
        try await withNullHTTPServer(Self.answers) { port in
            let outcome = try load(port, "/good", requests: 3, records: 3).run()
            #expect(String(decoding: outcome.recording, as: UTF8.self) == Self.answers["/good"])
        }
    }

    @Test func bodiesAndAnswersMayComeInChunks() async throws {
        try await withNullHTTPServer(Self.answers) { port in
            let request = HTTPRequest(
                "POST", "/stream", fields: [(name: "Content-Type", value: "application/json")],
                chunk: [UInt8](repeating: 0, count: 100_000), count: 50, rest: [1])
            let all = HTTPLoad(
                port: port, request: request, goodCode: "null", requests: 4, connections: 2,
                end: .answers(records: 48))
            let outcome = try all.run()
            #expect(outcome.timeline.total == 48)
        }
    }

    /// More than a socket holds, and no end behind it.
    @Test func aStreamIsReadUntilThereIsEnough() async throws {
        try await withNullHTTPServer(Self.answers) { port in
            let all = HTTPLoad(
                port: port, request: HTTPRequest("GET", "/events"), goodCode: nil, end: .records(100_000))
            let outcome = try all.run()
            #expect(outcome.timeline.total == 100_000)
            #expect(outcome.latencies.count == 0)
        }
    }

    @Test(arguments: [
        ("/bad", #"3 answers tell of failures, the first: 200 {"error_code":40403}"#),
        ("/refused", "3 answers tell of failures, the first: 503 no"),
        ("/nowhere", "3 answers tell of failures, the first: 404 without a body"),
        ("/two", "6 of 3 records have an offset in the answers"),
    ])
    func badAnswersAreTold(target: String, message: String) async throws {
        try await withNullHTTPServer(Self.answers) { port in
            let all = load(port, target, requests: 3, records: 3)
            let failure = #expect(throws: BenchFailure.self) { _ = try all.run() }
            #expect(failure?.description == message)
        }
    }

    @Test func anAPIIsAsked() async throws {
        try await withNullHTTPServer(Self.answers) { port in
            let good = try HTTPCall(port: port, method: "GET", target: "/good").answer()
            #expect(good.status == 200 && good.text == Self.record)
            let stream = try HTTPCall(port: port, method: "POST", target: "/stream", body: [1, 2]).answer()
            #expect(stream.body.count == 12 * (Self.record.utf8.count + 2))
            #expect(try HTTPCall(port: port, method: "DELETE", target: "/nowhere").answer().status == 404)
        }
    }

    /// Who says what is no request goes; the others are served on.
    @Test func whatIsNoRequestEndsTheConnection() async throws {
        try await withNullHTTPServer(Self.answers) { port in
            let stranger = try PeerConnection(port: port)
            stranger.output.append("POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n")
            try stranger.send()
            #expect(throws: BenchFailure.self) { _ = try stranger.receive() }
            #expect(try load(port, "/good").run().timeline.total == 1)
        }
    }

    @Test func requestsSayHowLongTheyAre() {
        let post = HTTPRequest("POST", "/a", fields: [(name: "X", value: "y")], body: Array("body".utf8))
        #expect(
            String(decoding: post.beginning, as: UTF8.self)
                == "POST /a HTTP/1.1\r\nHost: 127.0.0.1\r\nX: y\r\nContent-Length: 4\r\n\r\nbody")
        #expect(post.pieceCount == 0 && post.ending.isEmpty)
        let stream = HTTPRequest(
            "POST", "/a", fields: [], chunk: Array("sixteen letters!".utf8), count: 2, rest: Array("more".utf8))
        #expect(String(decoding: stream.piece, as: UTF8.self) == "10\r\nsixteen letters!\r\n")
        #expect(stream.pieceCount == 2)
        #expect(String(decoding: stream.ending, as: UTF8.self) == "4\r\nmore\r\n0\r\n\r\n")
    }
}
