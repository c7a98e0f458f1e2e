import Testing

@testable import millrace_bench

/// Against https://github.com/rabbitmq/rabbitmq-server/blob/main/deps/rabbitmq_stream/docs/PROTOCOL.adoc.
struct RabbitMQClientTests {
    private static func frame(_ key: UInt16, version: UInt16 = 1, _ body: [UInt8]) -> [UInt8] {
        big(UInt32(4 + body.count)) + big(key) + big(version) + body
    }

    private static func string(_ text: String) -> [UInt8] { big(UInt16(text.utf8.count)) + Array(text.utf8) }

    private static func response(
        _ key: UInt16, _ correlation: UInt32, code: UInt16 = 1, _ body: [UInt8] = []
    ) -> [UInt8] {
        frame(0x8000 | key, big(correlation) + big(code) + body)
    }

    /// What a server says to whoever greets it, with frames of `frameMax` bytes at most.
    private static func greeting(frameMax: UInt32 = 1 << 20) -> [UInt8] {
        let version = string("version") + string("3.10.8")
        let mechanisms = big(UInt32(1)) + string("PLAIN")
        return response(0x11, 1, big(UInt32(1)) + version) + response(0x12, 2, mechanisms) + response(0x13, 3)
            + frame(0x14, big(frameMax) + big(UInt32(60))) + response(0x15, 4, big(UInt32(0)))
    }

    @Test func greetsAndMakesAStream() throws {
        let server = try ScriptedServer(saying: Self.greeting(frameMax: 1000) + Self.response(0x0D, 5))
        var client = RabbitMQClient()
        let heard = try server.heard(from: &client) { try $0.createStream("s", on: $1) }
        #expect(client.serverVersion == "3.10.8")
        let properties = big(UInt32(1)) + Self.string("product") + Self.string("millrace-bench")
        let secret = Array("\0guest\0guest".utf8)
        var expected = Self.frame(0x11, big(UInt32(1)) + properties) + Self.frame(0x12, big(UInt32(2)))
        expected += Self.frame(0x13, big(UInt32(3)) + Self.string("PLAIN") + big(UInt32(secret.count)) + secret)
        expected += Self.frame(0x14, big(UInt32(1000)) + big(UInt32(0)))
        expected += Self.frame(0x15, big(UInt32(4)) + Self.string("/"))
        expected += Self.frame(0x0D, big(UInt32(5)) + Self.string("s") + big(UInt32(0)))
        #expect(heard == expected)
    }

    @Test func aRefusalIsToldInItsWords() throws {
        let answers = Self.response(0x11, 1, big(UInt32(0))) + Self.response(0x12, 2) + Self.response(0x13, 3, code: 8)
        let server = try ScriptedServer(saying: answers)
        var client = RabbitMQClient()
        let failure = #expect(throws: BenchFailure.self) { _ = try server.heard(from: &client) }
        #expect(failure?.description == "RabbitMQ refuses SaslAuthenticate: authentication failure")
    }

    @Test func anAnswerToAnotherQuestionIsRefused() throws {
        let server = try ScriptedServer(saying: Self.response(0x11, 2, big(UInt32(0))))
        var client = RabbitMQClient()
        #expect(throws: BenchFailure.self) { _ = try server.heard(from: &client) }
    }

    @Test func aServerThatClosesSaysWhy() throws {
        let server = try ScriptedServer(
            saying: Self.frame(0x16, big(UInt32(9)) + big(UInt16(14)) + Self.string("too large")))
        var client = RabbitMQClient()
        let failure = #expect(throws: BenchFailure.self) { _ = try server.heard(from: &client) }
        #expect(failure?.description == "PeerProperties: RabbitMQ closes: 14 too large")
    }

    /// News of streams, which nobody has asked for, are passed over, and a stream that has no leader yet is asked for again.
    @Test func asksUntilAStreamIsThere() throws {
        let news = Self.frame(0x10, big(UInt16(6)) + Self.string("other"))
        let answers = Self.greeting() + Self.response(0x07, 5, code: 6) + news + Self.response(0x07, 6)
        let server = try ScriptedServer(saying: answers)
        var client = RabbitMQClient()
        let heard = try server.heard(from: &client) { try $0.beginConsuming("s", on: $1) }
        func subscribe(_ correlation: UInt32) -> [UInt8] {
            Self.frame(7, big(correlation) + [1] + Self.string("s") + big(UInt16(1)) + big(UInt16(20)))
        }
        #expect(heard.suffix(2 * subscribe(5).count) == subscribe(5) + subscribe(6))
    }

    // MARK: Publishing

    private func publish(_ messages: [(id: UInt64, due: Int64)], size: Int) -> [UInt8] {
        let entries = messages.map { big($0.id) + big(UInt32(size)) + message(due: $0.due, size: size) }
        return Self.frame(2, [1] + big(UInt32(messages.count)) + entries.joined())
    }

    @Test func numbersMessages() throws {
        var client = ClientInPieces(RabbitMQClient())
        #expect(try client.published(due: [5, 6], size: 12) == publish([(0, 5), (1, 6)], size: 12))
        #expect(try client.published(due: [7], size: 8) == publish([(2, 7)], size: 8))
    }

    @Test func aFrameIsNoLongerThanTheServerTakes() throws {
        // Room for two messages of 12 bytes: 9 bytes before them, and 12 before each.
        let server = try ScriptedServer(saying: Self.greeting(frameMax: 9 + 2 * 24 + 23))
        var greeted = RabbitMQClient()
        _ = try server.heard(from: &greeted)
        var client = ClientInPieces(greeted)
        let frames = publish([(0, 1), (1, 2)], size: 12) + publish([(2, 3)], size: 12)
        #expect(try client.published(due: [1, 2, 3], size: 12) == frames)
        #expect(throws: BenchFailure.self) { _ = try client.published(due: [1], size: 100) }
    }

    @Test(arguments: [1, 3, 20, .max]) func countsWhatIsConfirmed(piece: Int) throws {
        var client = ClientInPieces(RabbitMQClient())
        let confirm = Self.frame(3, [1] + big(UInt32(2)) + big(UInt64(0)) + big(UInt64(1)))
        let heartbeat = Self.frame(0x17, [])
        #expect(try client.acknowledge(confirm + heartbeat + confirm + confirm.prefix(9), pieces: piece) == 9)
        #expect(client.acknowledged == 4)
        #expect(client.output.bytes == heartbeat)
    }

    @Test func whatIsNotStoredIsTold() throws {
        var client = ClientInPieces(RabbitMQClient())
        let failure = #expect(throws: BenchFailure.self) {
            try client.acknowledge(Self.frame(4, [1] + big(UInt32(1)) + big(UInt64(0)) + big(UInt16(0x12))))
        }
        #expect(failure?.description == "RabbitMQ refuses messages: publisher does not exist")
        // A confirmation of more messages than it names.
        #expect(throws: BenchFailure.self) {
            try client.acknowledge(Self.frame(3, [1] + big(UInt32.max) + big(UInt64(0))))
        }
    }

    // MARK: Consuming

    private func chunk(_ messages: [String], type: UInt8 = 0) -> [UInt8] {
        let data = messages.map { big(UInt32($0.utf8.count)) + Array($0.utf8) }.joined()
        let head =
            [0x50, type] + big(UInt16(messages.count)) + big(UInt32(messages.count)) + big(Int64(1_700_000_000_000))
        return head + big(UInt64(1)) + big(UInt64(0)) + big(UInt32(0)) + big(UInt32(data.count)) + big(UInt32(0))
            + big(UInt32(0)) + data
    }

    @Test(arguments: [1, 3, 50, .max]) func takesMessagesAndGivesCredit(piece: Int) throws {
        var client = ClientInPieces(RabbitMQClient())
        let first = Self.frame(8, [1] + chunk(["one", ""]))
        // With the offset of what is stored, and one that is the server's own.
        let second = Self.frame(8, version: 2, [1] + big(UInt64(1)) + chunk(["two"]))
        let own = Self.frame(8, [1] + chunk(["tracking"], type: 1))
        #expect(try client.consume(first + second + own + first.dropLast(), pieces: piece) == first.count - 1)
        #expect(client.messages == ["one", "", "two"].map { Array($0.utf8) })
        let credit = Self.frame(9, [1] + big(UInt16(1)))
        #expect(client.output.bytes == credit + credit + credit)
    }

    @Test func chunksThatLieAreRefused() throws {
        let honest = chunk(["one"])
        var longer = honest
        longer.replaceSubrange(48..<52, with: big(UInt32(4)))
        var more = honest
        more.replaceSubrange(2..<4, with: big(UInt16.max))
        for bytes in [longer, more, Array(honest.prefix(40))] {
            var client = ClientInPieces(RabbitMQClient())
            // What stands behind a frame is not part of it.
            let frames = Self.frame(8, [1] + bytes) + Self.frame(8, [1] + honest)
            let failure = #expect(throws: BenchFailure.self) { try client.consume(frames) }
            #expect(failure?.description == "RabbitMQ has sent a frame that ends within a field")
        }
        var batch = honest
        batch.replaceSubrange(48..<52, with: big(UInt32(1 << 31 | 3)))
        var client = ClientInPieces(RabbitMQClient())
        let failure = #expect(throws: BenchFailure.self) { try client.consume(Self.frame(8, [1] + batch)) }
        #expect(failure?.description == "RabbitMQ has sent a batch within a chunk, which nobody has published")
    }

    @Test func creditForNothingIsTold() throws {
        var client = ClientInPieces(RabbitMQClient())
        let failure = #expect(throws: BenchFailure.self) {
            try client.consume(Self.frame(0x8009, big(UInt16(4)) + [1]))
        }
        #expect(failure?.description == "RabbitMQ refuses Credit: subscription id does not exist")
    }
}
