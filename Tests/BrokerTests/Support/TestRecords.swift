import KafkaProtocol
import RecordFormat

@testable import Broker

/// Makes batches and requests the way most tests want them.
enum TestRecords {
    static func batch(
        _ values: [String], producer: RecordBatchBuilder.Producer? = nil, timestamp: Timestamp = WallClock.now()
    ) throws -> ByteSlice {
        var builder = RecordBatchBuilder(producer: producer)
        for value in values { try builder.append(timestamp: timestamp, key: nil, value: ByteSlice(value)) }
        return try builder.finish()
    }

    static func produce(
        _ topic: String, partition: Int32 = 0, acks: Int16 = -1, timeout: Int32 = 30_000, _ records: ByteSlice?
    ) -> ProduceRequest {
        ProduceRequest(
            acks: acks, timeoutMs: timeout,
            topicData: [.init(name: topic, partitionData: [.init(index: partition, records: records)])])
    }

    static func fetch(
        _ topic: String, partition: Int32 = 0, from offset: Int64 = 0, wait: Int32 = 0, minBytes: Int32 = 1,
        maxBytes: Int32 = 1 << 20, partitionMaxBytes: Int32 = 1 << 20
    ) -> FetchRequest {
        FetchRequest(
            maxWaitMs: wait, minBytes: minBytes, maxBytes: maxBytes,
            topics: [
                .init(
                    topic: topic,
                    partitions: [.init(partition: partition, fetchOffset: offset, partitionMaxBytes: partitionMaxBytes)]
                )
            ])
    }
}

extension FetchResponse {
    /// The values of all records, in the order in which they came.
    func values() throws -> [String] { try records().map { $0.value?.string ?? "" } }

    func records() throws -> [Record] {
        try responses.flatMap(\.partitions).flatMap { try $0.decodedRecords() }
    }

    /// The answer for the only partition asked for.
    var only: PartitionData { responses[0].partitions[0] }
}

extension FetchResponse.PartitionData {
    /// The records of whole batches.
    func decodedRecords() throws -> [Record] {
        guard let records else { return [] }
        var sequence = RecordBatchSequence(try records.readBytes())
        var result: [Record] = []
        while let batch = try sequence.next() { result += try batch.records() }
        return result
    }
}

extension TestBroker {
    /// Produces by name.
    func produce(
        _ topic: String, partition: Int32 = 0, acks: Int16 = -1, _ records: ByteSlice
    ) async throws -> ProduceResponse.PartitionProduceResponse {
        let response = try await ask(TestRecords.produce(topic, partition: partition, acks: acks, records), version: 12)
        return response.responses[0].partitionResponses[0]
    }

    /// Produces plain records, which must succeed.
    @discardableResult
    func produce(_ topic: String, partition: Int32 = 0, acks: Int16 = -1, _ values: [String]) async throws -> Int64 {
        let answer = try await produce(topic, partition: partition, acks: acks, TestRecords.batch(values))
        guard answer.errorCode == 0 else { throw TestFailure("produce: \(ErrorCode(rawValue: answer.errorCode).name)") }
        return answer.baseOffset
    }

    /// The values of all records of a partition.
    func values(_ topic: String, partition: Int32 = 0, from offset: Int64 = 0) async throws -> [String] {
        try await ask(TestRecords.fetch(topic, partition: partition, from: offset), version: 12).values()
    }
}

extension ErrorCode {
    /// The code of a wire field, by name in failures.
    static func of(_ value: Int16) -> ErrorCode { ErrorCode(rawValue: value) }
}
