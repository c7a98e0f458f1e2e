import Testing

@testable import millrace_bench

/// Against https://docs.nats.io/reference/reference-protocols/nats-protocol.
struct NATSFrameTests {
    private func next(_ bytes: [UInt8], at start: Int = 0) throws -> (frame: NATSFrame, end: Int)? {
        try NATSFrame.next(in: bytes.span.bytes, at: start)
    }

    @Test(arguments: [
        ("INFO {\"version\":\"2.15.1\"}\r\n", NATSFrame.info(5..<25)), ("PING\r\n", .ping), ("PONG\r\n", .pong),
        ("+OK\r\n", .ok), ("-ERR 'Unknown Protocol Operation'\r\n", .failure(5..<33)),
        ("MSG FOO.BAR 9 11\r\nHello World\r\n", .message(subscription: 9, reply: nil, payload: 18..<29)),
        (
            "MSG FOO.BAR 9 GREETING.34 11\r\nHello World\r\n",
            .message(subscription: 9, reply: 14..<25, payload: 30..<41)
        ), ("MSG a 1 0\r\n\r\n", .message(subscription: 1, reply: nil, payload: 11..<11)),
        (
            "HMSG FOO.BAR 9 34 45\r\nNATS/1.0\r\nFoodGroup: vegetable\r\n\r\nHello World\r\n",
            .status(subscription: 9, reply: nil, headers: 22..<56)
        ),
        (
            "HMSG FOO.BAR 9 BAZ.69 34 45\r\nNATS/1.0\r\nFoodGroup: vegetable\r\n\r\nHello World\r\n",
            .status(subscription: 9, reply: 15..<21, headers: 29..<63)
        ),
    ])
    func eachKindIsReadOnceItIsWhole(text: String, expected: NATSFrame) throws {
        let bytes = Array(text.utf8)
        let found = try #require(try next(bytes))
        #expect(found.frame == expected)
        #expect(found.end == bytes.count)
        for count in 0..<bytes.count { #expect(try next(Array(bytes.prefix(count))) == nil) }
        #expect(try next(Array("+OK\r\n".utf8) + bytes, at: 5)?.end == found.end + 5)
    }

    @Test(arguments: [
        "MSG a 1 104857601\r\n", "MSG a 1 -1\r\n", "MSG a 1 99999999999999999999\r\n", "MSG a x 1\r\n", "MSG a 1\r\n",
        "MSG\r\n", "MSG a 1 3\r\nfoobar\r\n", "HMSG a 1 9 3\r\nfoo\r\n", "HMSG a 1 x 3\r\nfoo\r\n",
        "HTTP/1.1 400 Bad Request\r\n", "\r\n",
    ])
    func whatIsNotInTheProtocolIsRefused(text: String) {
        #expect(throws: BenchFailure.self) { _ = try next(Array(text.utf8)) }
    }

    @Test func aLineWithoutAnEndIsRefused() throws {
        let line = Array(repeating: UInt8(ascii: "x"), count: NATSFrame.longestLine)
        #expect(try next(line) == nil)
        #expect(throws: BenchFailure.self) { _ = try next(line + line) }
        #expect(throws: BenchFailure.self) { _ = try next(Array("INFO ".utf8) + line + line) }
    }
}
