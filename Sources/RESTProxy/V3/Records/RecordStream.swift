import JSON
import KafkaClient

/// Records as they come, for as long as the client reads: as server-sent events, or as lines of JSON.
///
/// What the client does not take is not read from the cluster either: the next records are asked for once those before
/// have been written. A stream without records says from time to time that it lives, and so finds out that its client
/// has gone.
struct RecordStream: Sendable {
    /// How records are marked off from each other.
    enum Form: Sendable, Hashable {
        /// `text/event-stream`: each record is an event whose id says how far the stream has got.
        case events
        /// `application/x-ndjson`: each record is a line.
        case lines

        /// The media type.
        var type: String {
            switch self {
            case .events: "text/event-stream"
            case .lines: "application/x-ndjson"
            }
        }
    }

    let form: Form
    let format: RecordJSON
    /// After how long without a record the stream says that it lives.
    let heartbeat: Duration
    /// After how many records it ends; `nil` for never.
    let maximumRecords: Int?
    /// When it ends whatever comes.
    let deadline: ContinuousClock.Instant

    /// How many bytes are gathered before they are sent.
    private static let bytesAtOnce = 32 << 10

    /// Reads until the client has gone, the number is reached or the time is over.
    ///
    /// - Parameter send: Sends some bytes; it waits while the client is slow.
    /// - Throws: What `send` throws once the client has gone.
    func run(_ reader: RecordReader, send: (_ bytes: [UInt8]) async throws -> Void) async throws {
        var count = 0
        // At once, so that the client knows that the stream is open before its first record.
        try await send(Array((form == .events ? ": open\n\n" : "\n").utf8))
        while ContinuousClock.now < deadline {
            let rest = ContinuousClock.now.duration(to: deadline)
            let records: [ReadRecord]
            do {
                records = try await reader.next(wait: min(heartbeat, max(rest, .zero)))
            } catch let error as KafkaClientError {
                return try await send(failure(RESTError(v3: error)))
            }
            if records.isEmpty {
                try await send(Array((form == .events ? ":\n\n" : "\n").utf8))
                continue
            }
            var bytes: [UInt8] = []
            for record in records {
                bytes += await text(record, reader)
                count += 1
                let isLast = count == maximumRecords
                if bytes.count >= Self.bytesAtOnce || isLast {
                    try await send(bytes)
                    bytes.removeAll(keepingCapacity: true)
                }
                if isLast { return }
            }
            if !bytes.isEmpty { try await send(bytes) }
        }
    }

    private func text(_ record: ReadRecord, _ reader: RecordReader) async -> [UInt8] {
        let json = await format.json(record.record, of: record.partition).utf8
        let marks = reader.advance(record)
        switch form {
        case .lines: return json + [0x0A]
        // JSON has no line end in it, so that one line of data is enough.
        case .events: return Array("id: \(marks)\ndata: ".utf8) + json + [0x0A, 0x0A]
        }
    }

    /// What a stream ends with that cannot go on.
    private func failure(_ error: RESTError) -> [UInt8] {
        switch form {
        case .lines: error.json.utf8 + [0x0A]
        case .events: Array("event: error\ndata: ".utf8) + error.json.utf8 + [0x0A, 0x0A]
        }
    }
}
