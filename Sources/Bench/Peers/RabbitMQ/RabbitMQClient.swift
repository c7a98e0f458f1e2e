import CShims
import RecordFormat

/// RabbitMQ streams, by their own protocol.
///
/// Messages are bare bytes, where RabbitMQ's clients put an AMQP 1.0 message: the server does not look at them.
///
/// - SeeAlso: https://github.com/rabbitmq/rabbitmq-server/blob/main/deps/rabbitmq_stream/docs/PROTOCOL.adoc
struct RabbitMQClient: PeerClient {
    private typealias Key = StreamFrame.Key

    /// The one publisher, and the one subscription, of a connection.
    private static let identity: UInt8 = 1
    /// Chunks that the server may send ahead.
    private static let credit: UInt16 = 20
    /// Bytes of what stands before the messages of a Publish frame, and before each of them.
    private static let (publishHead, messageHead) = (StreamFrame.headerSize + 1 + 4, 8 + 4)
    /// How often is asked for a stream that was created just now and has no leader yet.
    private static let attempts = 500

    private(set) var serverVersion = ""
    /// The most bytes of a frame that is sent, without its size.
    private var frameLimit = 1 << 20
    private var lastCorrelation: UInt32 = 0
    private var nextPublishing: UInt64 = 0

    mutating func greet(_ connection: PeerConnection) throws {
        serverVersion = try call("PeerProperties", Key.peerProperties, on: connection) { output in
            output.append(streamMap: [("product", "millrace-bench")])
        } response: { fields, bytes in
            var properties: [String: String] = [:]
            for _ in 0..<(try fields.next(bytes, as: UInt32.self)) {
                let name = try fields.nextString(bytes)
                properties[name] = try fields.nextString(bytes)
            }
            return properties["version"] ?? ""
        }
        try call("SaslHandshake", Key.saslHandshake, on: connection)
        try call("SaslAuthenticate", Key.saslAuthenticate, on: connection) { output in
            output.append(streamString: "PLAIN")
            let secret = Array("\0guest\0guest".utf8)
            output.append(bigEndian: UInt32(secret.count))
            output.append(secret)
        }
        let offered = try connection.ask("Tune") { input, output in
            try Self.frame(Key.tune, &input, &output) { fields, bytes in try fields.next(bytes, as: UInt32.self) }
        }
        // 0 is for no limit; ours is what there is room for anyway.
        if offered > 0 { frameLimit = min(frameLimit, Int(offered)) }
        StreamFrame.write(Key.tune, to: &connection.output) { output in
            output.append(bigEndian: UInt32(frameLimit))
            // No heartbeats.
            output.append(bigEndian: UInt32(0))
        }
        try call("Open", Key.open, on: connection) { $0.append(streamString: "/") }
    }

    mutating func createStream(_ name: String, on connection: PeerConnection) throws {
        try call("Create", Key.create, on: connection) { output in
            output.append(streamString: name)
            output.append(streamMap: [])
        }
    }

    mutating func deleteStream(_ name: String, on connection: PeerConnection) throws {
        try call("Delete", Key.delete, on: connection) { $0.append(streamString: name) }
    }

    mutating func beginPublishing(to stream: String, on connection: PeerConnection) throws {
        try callUntilAvailable("DeclarePublisher", Key.declarePublisher, on: connection) { output in
            output.append(bigEndian: Self.identity)
            // No name, by which messages would be known again.
            output.append(streamString: "")
            output.append(streamString: stream)
        }
    }

    mutating func beginConsuming(_ stream: String, on connection: PeerConnection) throws {
        try callUntilAvailable("Subscribe", Key.subscribe, on: connection) { output in
            output.append(bigEndian: Self.identity)
            output.append(streamString: stream)
            // From the first message.
            output.append(bigEndian: UInt16(1))
            output.append(bigEndian: Self.credit)
        }
    }

    // MARK: Publishing

    mutating func encode(_ batch: PeerBatch, into output: inout PeerOutput) throws {
        let most = (frameLimit - Self.publishHead) / (Self.messageHead + batch.size)
        guard most > 0 else {
            throw BenchFailure(
                description: "a message of \(batch.size) bytes is too large for RabbitMQ's frames of \(frameLimit)")
        }
        for start in stride(from: 0, to: batch.count, by: most) {
            let dues = batch.due[start..<min(start + most, batch.count)]
            StreamFrame.write(Key.publish, to: &output) { output in
                output.append(bigEndian: Self.identity)
                output.append(bigEndian: UInt32(dues.count))
                for due in dues {
                    output.append(bigEndian: nextPublishing)
                    nextPublishing += 1
                    output.append(bigEndian: UInt32(batch.size))
                    output.appendMessage(due: due, size: batch.size)
                }
            }
        }
    }

    mutating func takeAcknowledgements(
        from input: inout ReceivedBytes, answering output: inout PeerOutput
    ) throws -> Int {
        var (count, position) = (0, 0)
        while let frame = try StreamFrame.next(in: input.bytes, at: position) {
            var fields = StreamFields(frame.body)
            switch frame.key {
            case Key.publishConfirm:
                _ = try fields.next(input.bytes, as: UInt8.self)
                let confirmed = Int(try fields.next(input.bytes, as: UInt32.self))
                _ = try fields.take(confirmed * MemoryLayout<UInt64>.size)
                count += confirmed
            case Key.publishError:
                // Behind the publisher and the number of messages, the first of these and why.
                _ = try fields.take(1 + 4 + 8)
                let code = try fields.next(input.bytes, as: UInt16.self)
                throw BenchFailure(
                    description: "RabbitMQ refuses messages: \(StreamFrame.ResponseCode.text(code))")
            default: try Self.answer(frame, input.bytes, &output)
            }
            position = frame.body.upperBound
        }
        input.drop(position)
        return count
    }

    // MARK: Consuming

    mutating func takeMessages(
        from input: inout ReceivedBytes, answering output: inout PeerOutput, _ body: (RawSpan) throws -> Void
    ) throws {
        var position = 0
        while let frame = try StreamFrame.next(in: input.bytes, at: position) {
            if frame.key == Key.deliver {
                // For this chunk, another one.
                StreamFrame.write(Key.credit, to: &output) { output in
                    output.append(bigEndian: Self.identity)
                    output.append(bigEndian: UInt16(1))
                }
                try Self.takeChunk(frame, input.bytes, body)
            } else {
                try Self.answer(frame, input.bytes, &output)
            }
            position = frame.body.upperBound
        }
        input.drop(position)
    }

    private static func takeChunk(_ frame: StreamFrame, _ bytes: RawSpan, _ body: (RawSpan) throws -> Void) throws {
        var fields = StreamFields(frame.body)
        _ = try fields.next(bytes, as: UInt8.self)
        // The offset up to which messages are stored, since version 2.
        if frame.version >= 2 { _ = try fields.next(bytes, as: UInt64.self) }
        _ = try fields.next(bytes, as: UInt8.self)
        // 0 for messages; the server keeps notes of its own in chunks of other types.
        guard try fields.next(bytes, as: UInt8.self) == 0 else { return }
        let entries = try fields.next(bytes, as: UInt16.self)
        // Records, timestamp, epoch, first offset, checksum, data's and trailer's length, and four bytes without use.
        _ = try fields.take(4 + 8 + 8 + 8 + 4 + 4 + 4 + 4)
        for _ in 0..<entries {
            let size = try fields.next(bytes, as: UInt32.self)
            guard size < 1 << 31 else {
                throw BenchFailure(description: "RabbitMQ has sent a batch within a chunk, which nobody has published")
            }
            try body(bytes.extracting(try fields.take(Int(size))))
        }
    }

    // MARK: Requests

    /// Asks for something that has no more to answer than whether it was done.
    private mutating func call(
        _ name: String, _ key: UInt16, on connection: PeerConnection,
        request: (inout PeerOutput) -> Void = { _ in }
    ) throws {
        try call(name, key, on: connection, request: request) { _, _ in }
    }

    /// Asks for something.
    ///
    /// - Parameter response: Reads what stands behind the code.
    /// - Throws: ``BenchFailure`` with the code's meaning where the server refuses.
    private mutating func call<Answer>(
        _ name: String, _ key: UInt16, on connection: PeerConnection, request: (inout PeerOutput) -> Void,
        response: (inout StreamFields, RawSpan) throws -> Answer
    ) throws -> Answer {
        let (code, answer) = try callForCode(name, key, on: connection, request: request) { code, fields, bytes in
            (code, code == StreamFrame.ResponseCode.ok ? try response(&fields, bytes) : nil)
        }
        guard let answer else { throw Self.refusal(name, code) }
        return answer
    }

    /// Asks for something of a stream that was created just now, until its leader is there.
    private mutating func callUntilAvailable(
        _ name: String, _ key: UInt16, on connection: PeerConnection, request: (inout PeerOutput) -> Void
    ) throws {
        for _ in 0..<Self.attempts {
            let code = try callForCode(name, key, on: connection, request: request) { code, _, _ in code }
            if code == StreamFrame.ResponseCode.ok { return }
            guard code == StreamFrame.ResponseCode.streamNotAvailable else { throw Self.refusal(name, code) }
            millrace_sleep(10_000_000)
        }
        throw Self.refusal(name, StreamFrame.ResponseCode.streamNotAvailable)
    }

    private mutating func callForCode<Answer>(
        _ name: String, _ key: UInt16, on connection: PeerConnection, request: (inout PeerOutput) -> Void,
        response: (UInt16, inout StreamFields, RawSpan) throws -> Answer
    ) throws -> Answer {
        lastCorrelation += 1
        let correlation = lastCorrelation
        StreamFrame.write(key, to: &connection.output) { output in
            output.append(bigEndian: correlation)
            request(&output)
        }
        return try connection.ask(name) { input, output in
            try Self.frame(key | Key.response, &input, &output) { fields, bytes in
                guard try fields.next(bytes, as: UInt32.self) == correlation else {
                    throw BenchFailure(description: "RabbitMQ answers what was not asked")
                }
                return try response(try fields.next(bytes, as: UInt16.self), &fields, bytes)
            }
        }
    }

    /// Takes frames until one of a key has come.
    private static func frame<Answer>(
        _ key: UInt16, _ input: inout ReceivedBytes, _ output: inout PeerOutput,
        _ body: (inout StreamFields, RawSpan) throws -> Answer
    ) throws -> Answer? {
        while let frame = try StreamFrame.next(in: input.bytes, at: 0) {
            var answer: Answer?
            if frame.key == key {
                var fields = StreamFields(frame.body)
                answer = try body(&fields, input.bytes)
            } else {
                try Self.answer(frame, input.bytes, &output)
            }
            input.drop(frame.body.upperBound)
            if let answer { return answer }
        }
        return nil
    }

    /// Says what has to be said to a frame whoever waits for it; others, such as news of streams, are for nobody here.
    private static func answer(_ frame: StreamFrame, _ bytes: RawSpan, _ output: inout PeerOutput) throws {
        var fields = StreamFields(frame.body)
        switch frame.key {
        case Key.heartbeat: StreamFrame.write(Key.heartbeat, to: &output) { _ in }
        case Key.close:
            // Behind the correlation.
            _ = try fields.take(4)
            let code = try fields.next(bytes, as: UInt16.self)
            throw BenchFailure(description: "RabbitMQ closes: \(code) \(try fields.nextString(bytes))")
        case Key.credit | Key.response:
            throw refusal("Credit", try fields.next(bytes, as: UInt16.self))
        default: break
        }
    }

    private static func refusal(_ what: String, _ code: UInt16) -> BenchFailure {
        BenchFailure(description: "RabbitMQ refuses \(what): \(StreamFrame.ResponseCode.text(code))")
    }
}
