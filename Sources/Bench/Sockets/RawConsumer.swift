import KafkaProtocol
import RecordFormat

/// The least that a consumer can do: asks for the next records as soon as it has these, and counts what the batches say
/// they hold. The time that it takes is the server's, and that of copying bytes out of a socket.
struct RawConsumer {
    private static let version: Int16 = 4
    private static let bytesAtOnce: Int32 = 1 << 20

    private let connection: FrameConnection
    private let topic: String

    /// Connects to a server on this machine.
    ///
    /// - Parameter server: Host and port.
    init(_ server: String, topic: String) throws {
        connection = FrameConnection(try LoopbackSocket.connection(to: server))
        self.topic = topic
    }

    /// What was read.
    struct Reading: Sendable {
        var records = 0
        /// Bytes of their batches.
        var bytes = 0
        /// The offset behind them.
        var end = LogOffset(0)
        /// When they came.
        var timeline: Timeline
    }

    /// Reads partition 0 from its start until `count` records have come.
    ///
    /// - Parameter mayGoOn: Whether to wait for the next answer; what is not waited for does not count.
    func read(_ count: Int, while mayGoOn: () -> Bool = { true }) throws -> Reading {
        var reading = Reading(timeline: Timeline(from: MonotonicClock.nanoseconds))
        try ask(from: reading.end)
        while reading.records < count, mayGoOn() {
            let frame = try connection.awaitFrame()
            let response = try KafkaFrame.decodeResponse(frame, to: FetchRequest.self, version: Self.version).response
            guard let partition = response.responses.first?.partitions.first, partition.errorCode == 0 else {
                throw BenchFailure(description: "the server refuses to read \(topic)")
            }
            let batches = try partition.records?.readBytes() ?? .empty
            guard !batches.isEmpty else {
                throw BenchFailure(description: "\(topic) has \(reading.records) of \(count) records")
            }
            var position = 0
            let counted = reading.records
            // The last batch may be cut off.
            while let header = try? RecordBatchHeader(parsing: batches.bytes, at: position),
                position + header.totalSize <= batches.count
            {
                reading.records += Int(header.recordCount)
                reading.end = header.nextOffset
                position += header.totalSize
            }
            reading.bytes += position
            reading.timeline.add(reading.records - counted, at: MonotonicClock.nanoseconds)
            if reading.records < count { try ask(from: reading.end) }
        }
        return reading
    }

    private func ask(from offset: LogOffset) throws {
        let request = FetchRequest(
            maxWaitMs: 500, minBytes: 1, maxBytes: 50 << 20,
            topics: [
                .init(
                    topic: topic,
                    partitions: [
                        .init(partition: 0, fetchOffset: offset.rawValue, partitionMaxBytes: Self.bytesAtOnce)
                    ])
            ])
        try connection.enqueue(
            try KafkaFrame.encodeRequest(request, version: Self.version, correlationID: 1, clientID: "raw"))
        try connection.send()
    }
}
