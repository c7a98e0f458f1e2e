import CShims
import KafkaProtocol
import RecordFormat

/// Kafka, as bare as it comes: a topic of one partition, a Produce request for each batch, and a Fetch request as soon as it is
/// known where the next records begin.
struct KafkaWireClient: PeerClient {
    /// The versions that requests are sent in, which brokers speak from Kafka 2.1 on, and still those of 4.
    private enum Version {
        static let produce: Int16 = 7
        static let fetch: Int16 = 4
        static let metadata: Int16 = 5
        static let apiVersions: Int16 = 0
        static let createTopics: Int16 = 3
        static let deleteTopics: Int16 = 3
    }

    /// The most bytes of records in one answer.
    private static let bytesAtOnce: Int32 = 1 << 20
    /// How long a broker waits for records before it answers with none.
    private static let fetchWait: Int32 = 500
    /// How often is asked for a topic that was created just now and has no leader yet.
    private static let attempts = 500
    /// How long a broker may take for a request, in milliseconds.
    private static let timeout: Int32 = 10_000

    let serverVersion = ""
    /// Whether what is acknowledged is on the device.
    private let isDurable: Bool
    private var topic = ""
    private var lastCorrelation: Int32 = 0
    /// The messages of each Produce request that is not acknowledged yet.
    private var unacknowledged: [(correlation: Int32, count: Int)] = []
    /// A message, whose time changes.
    private var message: [UInt8] = []
    /// Where the records begin that come next.
    private var offset = LogOffset(0)

    init(isDurable: Bool) { self.isDurable = isDurable }

    mutating func greet(_ connection: PeerConnection) throws {
        let response = try ask(ApiVersionsRequest(), Version.apiVersions, on: connection)
        try Self.check(response.errorCode, "ApiVersions")
    }

    mutating func createStream(_ name: String, on connection: PeerConnection) throws {
        // 2^63 - 1 is Kafka's own default: the page cache is what an acknowledgement means.
        let flush = isDurable ? "1" : String(Int64.max)
        let request = CreateTopicsRequest(
            topics: [
                .init(
                    name: name, numPartitions: 1, replicationFactor: 1,
                    configs: [.init(name: "flush.messages", value: flush)])
            ],
            timeoutMs: Self.timeout)
        for topic in try ask(request, Version.createTopics, on: connection).topics {
            try Self.check(topic.errorCode, "CreateTopics")
        }
        for _ in 0..<Self.attempts {
            let metadata = try ask(
                MetadataRequest(topics: [.init(name: name)], allowAutoTopicCreation: false), Version.metadata,
                on: connection)
            if metadata.topics.first?.partitions.first?.leaderID ?? -1 >= 0 { return }
            millrace_sleep(10_000_000)
        }
        throw BenchFailure(description: "the topic \(name) gets no leader")
    }

    mutating func deleteStream(_ name: String, on connection: PeerConnection) throws {
        let request = DeleteTopicsRequest(topicNames: [name], timeoutMs: Self.timeout)
        for topic in try ask(request, Version.deleteTopics, on: connection).responses {
            try Self.check(topic.errorCode, "DeleteTopics")
        }
    }

    mutating func beginPublishing(to stream: String, on connection: PeerConnection) throws { topic = stream }

    mutating func beginConsuming(_ stream: String, on connection: PeerConnection) throws {
        topic = stream
        try askForMore(&connection.output)
        try connection.send()
    }

    // MARK: Publishing

    mutating func encode(_ batch: PeerBatch, into output: inout PeerOutput) throws {
        if message.count != batch.size { message = [UInt8](repeating: UInt8(ascii: "x"), count: batch.size) }
        var builder = RecordBatchBuilder(
            capacity: RecordBatchHeader.size
                + batch.count * RecordBatchBuilder.sizeBound(key: 0, value: batch.size, headers: []))
        let now = Timestamp.now()
        for due in batch.due {
            message.withUnsafeMutableBytes { $0.storeBigEndian(due, at: 0) }
            try builder.append(timestamp: now, key: nil, value: message.span.bytes)
        }
        let request = ProduceRequest(
            acks: -1, timeoutMs: Self.timeout,
            topicData: [.init(name: topic, partitionData: [.init(index: 0, records: try builder.finish())])])
        try write(request, Version.produce, to: &output)
        unacknowledged.append((lastCorrelation, batch.count))
    }

    mutating func takeAcknowledgements(
        from input: inout ReceivedBytes, answering output: inout PeerOutput
    ) throws -> Int {
        var count = 0
        while let frame = try input.nextKafkaFrame() {
            let (header, response) = try KafkaFrame.decodeResponse(
                input.slice(frame), to: ProduceRequest.self, version: Version.produce)
            guard let partition = response.responses.first?.partitionResponses.first, !unacknowledged.isEmpty else {
                throw BenchFailure(description: "an answer to no request")
            }
            try Self.check(partition.errorCode, "Produce")
            let request = unacknowledged.removeFirst()
            guard header.correlationID == request.correlation else {
                throw BenchFailure(description: "answers are not in the order of requests")
            }
            count += request.count
            input.drop(frame.upperBound)
        }
        return count
    }

    // MARK: Consuming

    mutating func takeMessages(
        from input: inout ReceivedBytes, answering output: inout PeerOutput, _ body: (RawSpan) throws -> Void
    ) throws {
        while let frame = try input.nextKafkaFrame() {
            let response = try KafkaFrame.decodeResponse(
                input.slice(frame), to: FetchRequest.self, version: Version.fetch
            ).response
            guard let partition = response.responses.first?.partitions.first else {
                throw BenchFailure(description: "an answer without the partition that was asked for")
            }
            try Self.check(partition.errorCode, "Fetch")
            let records = try partition.records?.readBytes() ?? .empty
            let batches = try Self.batches(in: records)
            if let last = batches.last { offset = last.header.nextOffset }
            // What comes next is on its way while this is looked at.
            try askForMore(&output)
            try output.flush()
            for batch in batches { try Self.take(batch.header, at: batch.position, in: records.bytes, body) }
            input.drop(frame.upperBound)
        }
    }

    /// The whole batches that an answer holds; the last may be cut off.
    private static func batches(in records: ByteSlice) throws -> [(position: Int, header: RecordBatchHeader)] {
        var found: [(position: Int, header: RecordBatchHeader)] = []
        var position = 0
        while records.count - position >= RecordBatchHeader.size {
            let header = try RecordBatchHeader(parsing: records.bytes, at: position)
            guard header.totalSize <= records.count - position else { break }
            found.append((position, header))
            position += header.totalSize
        }
        return found
    }

    private static func take(
        _ header: RecordBatchHeader, at position: Int, in bytes: RawSpan, _ body: (RawSpan) throws -> Void
    ) throws {
        guard !header.attributes.isCompressed else {
            throw BenchFailure(description: "a compressed batch, which nobody has published")
        }
        let section = position + RecordBatchHeader.size..<position + header.totalSize
        var records = RecordCursor(range: section, count: header.recordCount)
        while let record = try records.next(in: bytes) {
            if let value = record.value { try body(bytes.extracting(value)) }
        }
    }

    private mutating func askForMore(_ output: inout PeerOutput) throws {
        let request = FetchRequest(
            maxWaitMs: Self.fetchWait, minBytes: 1, maxBytes: 50 << 20,
            topics: [
                .init(
                    topic: topic,
                    partitions: [
                        .init(partition: 0, fetchOffset: offset.rawValue, partitionMaxBytes: Self.bytesAtOnce)
                    ])
            ])
        try write(request, Version.fetch, to: &output)
    }

    // MARK: Requests

    private mutating func write(_ request: some KafkaRequest, _ version: Int16, to output: inout PeerOutput) throws {
        lastCorrelation &+= 1
        let frame = try KafkaFrame.encodeRequest(
            request, version: version, correlationID: lastCorrelation, clientID: "millrace-bench")
        for segment in frame.segments { output.append(try segment.readBytes()) }
    }

    private mutating func ask<Request: KafkaRequest>(
        _ request: Request, _ version: Int16, on connection: PeerConnection
    ) throws -> Request.Response {
        try write(request, version, to: &connection.output)
        return try connection.ask(Request.apiKey.knownName ?? "request") { input, _ in
            guard let frame = try input.nextKafkaFrame() else { return nil }
            defer { input.drop(frame.upperBound) }
            return try KafkaFrame.decodeResponse(input.slice(frame), to: Request.self, version: version).response
        }
    }

    private static func check(_ errorCode: Int16, _ what: String) throws {
        let error = ErrorCode(errorCode)
        guard error == .none else {
            throw BenchFailure(description: "the server refuses \(what): \(error.name). \(error.message)")
        }
    }
}
