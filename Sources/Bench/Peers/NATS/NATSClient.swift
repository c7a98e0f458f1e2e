import RecordFormat

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// NATS JetStream: each message published with a reply subject, where its acknowledgement comes, and consumed by a push
/// consumer, which needs no requests.
///
/// - SeeAlso: https://docs.nats.io/reference/reference-protocols/nats_api_reference
struct NATSClient: PeerClient {
    /// What comes for us: answers and acknowledgements, and messages that are consumed.
    private enum Subscription {
        static let answers = 1
        static let messages = 2
    }

    private(set) var serverVersion = ""
    /// Where what comes for us goes, which no one else has.
    private let inbox = "_INBOX.\(UInt64.random(in: 0...UInt64.max))"
    private var stream = ""
    /// What stands before each message, and for which size.
    private var head: (size: Int, bytes: [UInt8]) = (0, [])

    private struct Information: Decodable {
        var version: String
        var jetstream: Bool?
    }

    mutating func greet(_ connection: PeerConnection) throws {
        let information = try connection.ask("INFO") { input, _ in try Self.information(&input) }
        guard information.jetstream == true else {
            throw BenchFailure(description: "the NATS server runs without JetStream")
        }
        serverVersion = information.version
        let options =
            #"{"verbose":false,"pedantic":false,"lang":"swift","version":"0","protocol":1,"headers":true,"no_responders":true}"#
        connection.output.append("CONNECT \(options)\r\nSUB \(inbox).* \(Subscription.answers)\r\nPING\r\n")
        _ = try connection.ask("CONNECT") { input, output in
            try Self.next(&input, &output) { frame, _ in frame == .pong ? true : nil }
        }
    }

    private static func information(_ input: inout ReceivedBytes) throws -> Information? {
        guard let (frame, end) = try NATSFrame.next(in: input.bytes, at: 0) else { return nil }
        guard case .info(let range) = frame else {
            throw BenchFailure(description: "NATS greets with \(frame)")
        }
        defer { input.drop(end) }
        return try JSONDecoder().decode(Information.self, from: Data(input.bytes.text(range).utf8))
    }

    mutating func createStream(_ name: String, on connection: PeerConnection) throws {
        try request(
            "STREAM.CREATE.\(name)",
            #"{"name":"\#(name)","subjects":["\#(name)"],"storage":"file","retention":"limits","discard":"old","num_replicas":1,"#
                + #""max_consumers":-1,"max_msgs":-1,"max_bytes":-1,"max_age":0}"#,
            on: connection)
    }

    mutating func deleteStream(_ name: String, on connection: PeerConnection) throws {
        try request("STREAM.DELETE.\(name)", "", on: connection)
    }

    mutating func beginPublishing(to stream: String, on connection: PeerConnection) throws {
        self.stream = stream
        head = (0, [])
    }

    mutating func beginConsuming(_ stream: String, on connection: PeerConnection) throws {
        let subject = inbox + ".messages.\(stream)"
        try request(
            "CONSUMER.CREATE.\(stream)",
            #"{"stream_name":"\#(stream)","config":{"deliver_subject":"\#(subject)","deliver_policy":"all","ack_policy":"none","#
                + #""replay_policy":"instant","flow_control":true,"idle_heartbeat":5000000000}}"#,
            on: connection)
        // Now, because a consumer begins when somebody listens, and what came before the answer would stand in its way.
        connection.output.append("SUB \(subject) \(Subscription.messages)\r\n")
        try connection.send()
    }

    // MARK: Requests

    private struct Answer: Decodable {
        struct Failure: Decodable {
            var code: Int
            var description: String?
        }

        var error: Failure?
    }

    /// Asks JetStream for something.
    ///
    /// - Throws: ``BenchFailure`` with its words where it refuses.
    private func request(_ subject: String, _ body: String, on connection: PeerConnection) throws {
        connection.output.append(
            "PUB $JS.API.\(subject) \(inbox).answer \(body.utf8.count)\r\n\(body)\r\n")
        _ = try connection.ask(subject) { input, output in
            try Self.next(&input, &output) { frame, bytes in
                switch frame {
                case .message(Subscription.answers, _, let payload):
                    try Self.check(bytes, payload)
                    return true
                case .status(Subscription.answers, _, let headers): throw Self.refusal(bytes, headers)
                default: return nil
                }
            }
        }
    }

    /// Takes frames until `body` finds what it looks for.
    private static func next<Found>(
        _ input: inout ReceivedBytes, _ output: inout PeerOutput,
        _ body: (NATSFrame, RawSpan) throws -> Found?
    ) throws -> Found? {
        while let (frame, end) = try NATSFrame.next(in: input.bytes, at: 0) {
            try answer(frame, input.bytes, &output)
            let found = try body(frame, input.bytes)
            input.drop(end)
            if let found { return found }
        }
        return nil
    }

    /// Says what has to be said to a frame whoever waits for it.
    private static func answer(_ frame: NATSFrame, _ bytes: RawSpan, _ output: inout PeerOutput) throws {
        switch frame {
        case .ping: output.append("PONG\r\n")
        case .failure(let range): throw BenchFailure(description: "NATS says: \(bytes.text(range))")
        default: break
        }
    }

    /// - Throws: ``BenchFailure`` if the answer is an error.
    private static func check(_ bytes: RawSpan, _ payload: Range<Int>) throws {
        // As an acknowledgement begins, of which there are many.
        if bytes.starts(with: #"{"stream":"#, at: payload.lowerBound) { return }
        let answer = try JSONDecoder().decode(Answer.self, from: Data(bytes.text(payload).utf8))
        if let error = answer.error {
            throw BenchFailure(description: "NATS says: \(error.description ?? "") (\(error.code))")
        }
    }

    private static func refusal(_ bytes: RawSpan, _ headers: Range<Int>) -> BenchFailure {
        let line = bytes.text(headers).prefix { !$0.isNewline }
        return BenchFailure(description: "NATS says: \(line)")
    }

    // MARK: Publishing

    mutating func encode(_ batch: PeerBatch, into output: inout PeerOutput) {
        if head.size != batch.size { head = (batch.size, Array("PUB \(stream) \(inbox).ack \(batch.size)\r\n".utf8)) }
        for due in batch.due {
            output.append(head.bytes)
            output.appendMessage(due: due, size: batch.size)
            output.append(Self.lineEnd)
        }
    }

    private static let lineEnd = Array("\r\n".utf8)

    mutating func takeAcknowledgements(
        from input: inout ReceivedBytes, answering output: inout PeerOutput
    ) throws -> Int {
        var (count, position) = (0, 0)
        while let (frame, end) = try NATSFrame.next(in: input.bytes, at: position) {
            switch frame {
            case .message(Subscription.answers, _, let payload):
                try Self.check(input.bytes, payload)
                count += 1
            case .status(_, _, let headers): throw Self.refusal(input.bytes, headers)
            default: try Self.answer(frame, input.bytes, &output)
            }
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
        while let (frame, end) = try NATSFrame.next(in: input.bytes, at: position) {
            switch frame {
            case .message(Subscription.messages, _, let payload): try body(input.bytes.extracting(payload))
            // Flow control: the server goes on once it is told that all before this has come. Without a reply it is a heartbeat.
            case .status(Subscription.messages, let reply, let headers):
                guard input.bytes.starts(with: "NATS/1.0 100", at: headers.lowerBound) else {
                    throw Self.refusal(input.bytes, headers)
                }
                if let reply { output.append("PUB \(input.bytes.text(reply)) 0\r\n\r\n") }
            default: try Self.answer(frame, input.bytes, &output)
            }
            position = end
        }
        input.drop(position)
    }
}
