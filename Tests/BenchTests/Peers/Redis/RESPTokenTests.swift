import Testing

@testable import millrace_bench

/// Against the examples of https://redis.io/docs/latest/develop/reference/protocol-spec/.
struct RESPTokenTests {
    private func next(_ text: String, at start: Int = 0) throws -> (token: RESPToken, end: Int)? {
        try RESPToken.next(in: Array(text.utf8).span.bytes, at: start)
    }

    @Test(arguments: [
        ("+OK\r\n", RESPToken.simple(1..<3)), ("-ERR unknown command 'asdf'\r\n", .failure(1..<27)),
        (":1000\r\n", .integer(1000)), (":-1\r\n", .integer(-1)), ("$5\r\nhello\r\n", .bulk(4..<9)),
        ("$0\r\n\r\n", .bulk(4..<4)), ("$-1\r\n", .bulk(nil)), ("*0\r\n", .array(0)), ("*3\r\n", .array(3)),
        ("*-1\r\n", .array(nil)),
    ])
    func eachKindIsReadOnceItIsWhole(text: String, expected: RESPToken) throws {
        let found = try #require(try next(text))
        #expect(found.token == expected)
        #expect(found.end == text.utf8.count)
        for count in 0..<text.utf8.count {
            #expect(try RESPToken.next(in: Array(text.utf8.prefix(count)).span.bytes, at: 0) == nil)
        }
        let behind = try #require(try next(":7\r\n" + text, at: 4))
        #expect(behind.end == found.end + 4)
    }

    @Test(arguments: [
        "$104857601\r\n", "$99999999999999999999\r\n", "$-2\r\n", "$\r\n", "$1x\r\n", "*99999999999\r\n", "*-2\r\n",
        ":\r\n", ":--1\r\n", "!5\r\n", "$3\r\nfoobar\r\n", "HTTP/1.1 400 Bad Request\r\n",
    ])
    func whatIsNotInTheProtocolIsRefused(text: String) {
        #expect(throws: BenchFailure.self) { _ = try next(text) }
    }

    @Test func aLineWithoutAnEndIsRefused() throws {
        let line = "+" + String(repeating: "x", count: RESPToken.longestLine - 1)
        #expect(try next(line) == nil)
        #expect(throws: BenchFailure.self) { _ = try next(line + "xxxx") }
    }
}
