import KafkaProtocol
import RecordFormat

/// Requests as they are on a connection, in the versions that `KafkaClient` sends.
enum WireRequest {
    private static let produceVersion: Int16 = 12
    private static let fetchVersion: Int16 = 12

    /// A request to append a batch to partition 0, acknowledged by all replicas.
    ///
    /// - Returns: The frame, its length included.
    static func produce(_ batch: ByteSlice, to topic: String) throws -> ByteSlice {
        let request = ProduceRequest(
            acks: -1, timeoutMs: 10_000,
            topicData: [.init(name: topic, partitionData: [.init(index: 0, records: batch)])])
        return try encoded(request, version: produceVersion)
    }

    /// A request for the records of partition 0 from `offset` on, outside of any fetch session.
    ///
    /// - Returns: The frame, its length included.
    static func fetch(from offset: LogOffset, of topic: String, limit: Int32) throws -> ByteSlice {
        let request = FetchRequest(
            maxWaitMs: 500, minBytes: 1, maxBytes: 50 << 20,
            topics: [
                .init(
                    topic: topic,
                    partitions: [.init(partition: 0, fetchOffset: offset.rawValue, partitionMaxBytes: limit)])
            ])
        return try encoded(request, version: fetchVersion)
    }

    private static func encoded(_ request: some KafkaRequest, version: Int16) throws -> ByteSlice {
        try KafkaFrame.encodeRequest(request, version: version, correlationID: 1, clientID: "hot-paths").joined()
    }

    /// Makes sure that a batch was appended.
    static func checkProduced(_ answer: ByteSlice) throws {
        let response = try KafkaFrame.decodeResponse(answer, to: ProduceRequest.self, version: produceVersion).response
        guard let partition = response.responses.first?.partitionResponses.first else {
            throw HotPathFailure("the broker answers nothing about the batch")
        }
        try check(partition.errorCode, "to append")
    }

    /// Makes sure that records came, as many bytes as are expected.
    static func checkFetched(_ answer: ByteSlice, atLeast size: Int) throws {
        let response = try KafkaFrame.decodeResponse(answer, to: FetchRequest.self, version: fetchVersion).response
        guard let partition = response.responses.first?.partitions.first else {
            throw HotPathFailure("the broker answers nothing about the partition")
        }
        try check(partition.errorCode, "to read")
        let count = partition.records?.byteCount ?? 0
        guard count >= size else { throw HotPathFailure("the broker gives \(count) bytes of records, not \(size)") }
    }

    private static func check(_ errorCode: Int16, _ what: String) throws {
        let error = ErrorCode(errorCode)
        guard error == .none else {
            throw HotPathFailure("the broker refuses \(what): \(error.name). \(error.message)")
        }
    }
}
