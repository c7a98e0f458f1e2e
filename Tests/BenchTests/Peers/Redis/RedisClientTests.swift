import Testing

@testable import millrace_bench

/// Against https://redis.io/docs/latest/commands/xadd/ and https://redis.io/docs/latest/commands/xread/.
struct RedisClientTests {
    private static let information = "# Server\r\nredis_version:7.0.15\r\nredis_git_sha1:00000000\r\n"
    private static let greeting = "$\(information.utf8.count)\r\n\(information)\r\n"

    /// The reply to `XREAD` with one stream, and entries that are numbered from `first` on.
    private func reply(_ values: [String], first: Int = 1) -> String {
        let entries = values.enumerated().map { index, value in
            let id = "1700000000000-\(first + index)"
            return "*2\r\n$\(id.utf8.count)\r\n\(id)\r\n*2\r\n$1\r\nd\r\n$\(value.utf8.count)\r\n\(value)\r\n"
        }
        return "*1\r\n*2\r\n$1\r\ns\r\n*\(values.count)\r\n" + entries.joined()
    }

    private func read(from id: String) -> String {
        "*8\r\n$5\r\nXREAD\r\n$5\r\nCOUNT\r\n$4\r\n1000\r\n$5\r\nBLOCK\r\n$1\r\n0\r\n"
            + "$7\r\nSTREAMS\r\n$1\r\ns\r\n$\(id.utf8.count)\r\n\(id)\r\n"
    }

    @Test func greetsAndAsksForAStream() throws {
        let server = try ScriptedServer(saying: Array((Self.greeting + ":0\r\n").utf8))
        var client = RedisClient()
        let heard = try server.heard(from: &client) { client, connection in
            try client.createStream("s", on: connection)
            try client.beginConsuming("s", on: connection)
        }
        #expect(client.serverVersion == "7.0.15")
        #expect(
            String(decoding: heard, as: UTF8.self)
                == "*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n*2\r\n$3\r\nDEL\r\n$1\r\ns\r\n" + read(from: "0-0"))
    }

    @Test func aRefusalIsToldInItsWords() throws {
        let server = try ScriptedServer(saying: Array("-NOAUTH Authentication required.\r\n".utf8))
        var client = RedisClient()
        let failure = #expect(throws: BenchFailure.self) { _ = try server.heard(from: &client) }
        #expect(failure?.description == "INFO: Redis says: NOAUTH Authentication required.")
    }

    /// Sets what a client publishes to.
    private func publisher() throws -> ClientInPieces<RedisClient> {
        let server = try ScriptedServer(saying: Array(Self.greeting.utf8))
        var client = RedisClient()
        _ = try server.heard(from: &client) { try $0.beginPublishing(to: "s", on: $1) }
        return ClientInPieces(client)
    }

    @Test func publishesAnEntryForEachMessage() throws {
        var client = try publisher()
        func entry(_ due: Int64, _ size: Int) -> [UInt8] {
            Array("*5\r\n$4\r\nXADD\r\n$1\r\ns\r\n$1\r\n*\r\n$1\r\nd\r\n$\(size)\r\n".utf8)
                + message(due: due, size: size) + Array("\r\n".utf8)
        }
        #expect(try client.published(due: [1, 2], size: 12) == entry(1, 12) + entry(2, 12))
        #expect(try client.published(due: [3], size: 8) == entry(3, 8))
    }

    @Test(arguments: [1, 2, 7, .max]) func countsAcknowledgementsThatAreWhole(piece: Int) throws {
        var client = try publisher()
        let replies = Array("$15\r\n1526919030474-0\r\n$15\r\n1526919030474-1\r\n$15\r\n15269190".utf8)
        #expect(try client.acknowledge(replies, pieces: piece) == 13)
        #expect(client.acknowledged == 2)
    }

    @Test(arguments: ["-OOM command not allowed when used memory > 'maxmemory'.\r\n", ":1\r\n", "$-1\r\n", "+OK\r\n"])
    func whatIsNoAcknowledgementIsRefused(reply: String) throws {
        var client = try publisher()
        #expect(throws: BenchFailure.self) { try client.acknowledge(Array(reply.utf8)) }
    }

    /// A client that has asked for the stream `s`.
    private func consumer() throws -> ClientInPieces<RedisClient> {
        let server = try ScriptedServer(saying: Array(Self.greeting.utf8))
        var client = RedisClient()
        _ = try server.heard(from: &client) { try $0.beginConsuming("s", on: $1) }
        return ClientInPieces(client)
    }

    @Test(arguments: [1, 2, 13, .max]) func readsOnBehindTheLastEntry(piece: Int) throws {
        var client = try consumer()
        let bytes = Array((reply(["one", "two"]) + reply(["three"], first: 3) + "*-1\r\n").utf8)
        #expect(try client.consume(bytes, pieces: piece) == 0)
        #expect(client.messages == ["one", "two", "three"].map { Array($0.utf8) })
        #expect(
            String(decoding: client.output.bytes, as: UTF8.self)
                == read(from: "1700000000000-2") + read(from: "1700000000000-3") + read(from: "1700000000000-3"))
    }

    @Test func messagesComeBeforeTheReplyIsWhole() throws {
        var client = try consumer()
        let whole = Array(reply(["one", "two"]).utf8)
        #expect(try client.consume(Array(whole.dropLast(3))) > 0)
        #expect(client.messages == [Array("one".utf8)] && client.output.bytes.isEmpty)
    }

    @Test(arguments: [
        "-UNBLOCKED the stream key no longer exists\r\n", "*2\r\n", "*1\r\n*3\r\n", "*1\r\n*2\r\n$1\r\ns\r\n*0\r\n",
        "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*4\r\n", "$3\r\nfoo\r\n",
    ])
    func repliesOfAnotherFormAreRefused(reply: String) throws {
        var client = try consumer()
        #expect(throws: BenchFailure.self) { try client.consume(Array(reply.utf8)) }
    }
}
