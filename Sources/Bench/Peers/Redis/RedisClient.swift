import RecordFormat

/// Redis Streams: an entry with one field for each message, pipelined, and read by `XREAD` that blocks.
///
/// - SeeAlso: https://redis.io/docs/latest/commands/xadd/ and https://redis.io/docs/latest/commands/xread/
struct RedisClient: PeerClient {
    /// Entries that are asked for at once.
    private static let entriesAtOnce = "1000"

    /// Which piece of the reply to `XREAD` comes next. The numbers are of the entries that are still to come.
    private enum Place {
        case reply
        case stream
        case name
        case entries
        case entry(Int)
        case id(Int)
        case fields(Int)
        case field(Int)
        case value(Int)
    }

    private(set) var serverVersion = ""
    /// What stands before each message, and for which size.
    private var head: (size: Int, bytes: [UInt8]) = (0, [])
    private var stream = ""
    private var place = Place.reply
    /// The entry that the next request begins behind.
    private var last = Array("0-0".utf8)

    mutating func greet(_ connection: PeerConnection) throws {
        connection.output.append(Self.command("INFO", "server"))
        let information = try connection.ask("INFO") { input, _ in try Self.reply(&input) }
        let name = "redis_version:"
        serverVersion =
            information.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name) }
            .map { String($0.dropFirst(name.count)) } ?? ""
    }

    /// A stream is there with its first entry.
    mutating func createStream(_ name: String, on connection: PeerConnection) throws {
        try deleteStream(name, on: connection)
    }

    mutating func deleteStream(_ name: String, on connection: PeerConnection) throws {
        connection.output.append(Self.command("DEL", name))
        _ = try connection.ask("DEL \(name)") { input, _ in try Self.reply(&input) }
    }

    mutating func beginPublishing(to stream: String, on connection: PeerConnection) throws {
        self.stream = stream
        head = (0, [])
    }

    mutating func beginConsuming(_ stream: String, on connection: PeerConnection) throws {
        self.stream = stream
        askForMore(&connection.output)
        try connection.send()
    }

    // MARK: Publishing

    mutating func encode(_ batch: PeerBatch, into output: inout PeerOutput) {
        if head.size != batch.size {
            let words = ["XADD", stream, "*", "d"].map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
            head = (batch.size, Array("*5\r\n\(words)$\(batch.size)\r\n".utf8))
        }
        for due in batch.due {
            output.append(head.bytes)
            output.appendMessage(due: due, size: batch.size)
            output.append(Self.lineEnd)
        }
    }

    mutating func takeAcknowledgements(
        from input: inout ReceivedBytes, answering output: inout PeerOutput
    ) throws -> Int {
        var (count, position) = (0, 0)
        while let (token, end) = try RESPToken.next(in: input.bytes, at: position) {
            // The reply is the identity of the entry.
            guard case .bulk(.some) = token else { throw Self.refusal(token, input.bytes) }
            count += 1
            position = end
        }
        input.drop(position)
        return count
    }

    // MARK: Consuming

    mutating func takeMessages(
        from input: inout ReceivedBytes, answering output: inout PeerOutput, _ body: (RawSpan) throws -> Void
    ) throws {
        var position = 0
        while let (token, end) = try RESPToken.next(in: input.bytes, at: position) {
            try take(token, input.bytes, &output, body)
            position = end
        }
        input.drop(position)
    }

    /// Takes one piece: a list of streams, of which there is one, each a pair of name and entries, each a pair of identity and
    /// fields, each a name and a value.
    private mutating func take(
        _ token: RESPToken, _ bytes: RawSpan, _ output: inout PeerOutput, _ body: (RawSpan) throws -> Void
    ) throws {
        switch (place, token) {
        case (.reply, .array(nil)): askForMore(&output)
        case (.reply, .array(1)): place = .stream
        case (.stream, .array(2)): place = .name
        case (.name, .bulk(.some)): place = .entries
        case (.entries, .array(let count?)) where count > 0: place = .entry(count)
        case (.entry(let left), .array(2)): place = .id(left)
        case (.id(let left), .bulk(let range?)):
            if left == 1 { last = bytes.extracting(range).withUnsafeBytes { Array($0) } }
            place = .fields(left)
        case (.fields(let left), .array(2)): place = .field(left)
        case (.field(let left), .bulk(.some)): place = .value(left)
        case (.value(let left), .bulk(let range?)):
            // What comes next is asked for before this is looked at.
            if left == 1 { askForMore(&output) } else { place = .entry(left - 1) }
            try body(bytes.extracting(range))
        default: throw Self.refusal(token, bytes)
        }
    }

    private mutating func askForMore(_ output: inout PeerOutput) {
        place = .reply
        output.append(
            Self.command(
                "XREAD", "COUNT", Self.entriesAtOnce, "BLOCK", "0", "STREAMS", stream,
                String(decoding: last, as: UTF8.self)))
    }

    // MARK: Commands

    private static let lineEnd = Array("\r\n".utf8)

    private static func command(_ words: String...) -> String {
        "*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
    }

    /// Takes a reply that is one piece.
    private static func reply(_ input: inout ReceivedBytes) throws -> String? {
        guard let (token, end) = try RESPToken.next(in: input.bytes, at: 0) else { return nil }
        let text: String
        switch token {
        case .bulk(let range?), .simple(let range): text = input.bytes.text(range)
        case .integer(let number): text = "\(number)"
        default: throw refusal(token, input.bytes)
        }
        input.drop(end)
        return text
    }

    private static func refusal(_ token: RESPToken, _ bytes: RawSpan) -> BenchFailure {
        guard case .failure(let range) = token else {
            return BenchFailure(description: "Redis has sent \(token) where it does not belong")
        }
        return BenchFailure(description: "Redis says: \(bytes.text(range))")
    }
}
