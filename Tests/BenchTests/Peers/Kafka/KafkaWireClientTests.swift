import KafkaProtocol
import RecordFormat
import Testing

@testable import millrace_bench

/// Against KafkaProtocol, whose own tests hold it against https://kafka.apache.org/protocol.
struct KafkaWireClientTests {
    /// A batch of messages as a log has it.
    private func batch(_ values: [String], at offset: Int64) throws -> [UInt8] {
        var builder = RecordBatchBuilder()
        for value in values {
            try builder.append(timestamp: Timestamp(milliseconds: 1), key: nil, value: ByteSlice(value))
        }
        let bytes = try builder.finish()
        bytes.withUnsafeMutableBytes { $0.storeBigEndian(offset, at: 0) }
        return bytes.array
    }

    private func response(
        _ response: some KafkaMessage, to key: APIKey, version: Int16, correlation: Int32
    ) throws -> [UInt8] {
        try KafkaFrame.encodeResponse(response, for: key, version: version, correlationID: correlation).joined().array
    }

    private func produced(_ correlation: Int32, error: ErrorCode = .none) throws -> [UInt8] {
        let partition = ProduceResponse.PartitionProduceResponse(index: 0, errorCode: error.rawValue)
        return try response(
            ProduceResponse(responses: [.init(name: "s", partitionResponses: [partition])]), to: .produce, version: 7,
            correlation: correlation)
    }

    private func fetched(_ correlation: Int32, _ records: [UInt8]?, error: ErrorCode = .none) throws -> [UInt8] {
        let partition = FetchResponse.PartitionData(
            partitionIndex: 0, errorCode: error.rawValue, abortedTransactions: nil,
            records: records.map { .bytes(ByteSlice($0)) })
        return try response(
            FetchResponse(responses: [.init(topic: "s", partitions: [partition])]), to: .fetch, version: 4,
            correlation: correlation)
    }

    /// The frames that were written, one after the other, without their lengths.
    private func frames(_ bytes: [UInt8]) throws -> [ByteSlice] {
        var input = ReceivedBytes()
        try input.append(bytes)
        var frames: [ByteSlice] = []
        while let range = try input.nextKafkaFrame() {
            frames.append(ByteSlice(input.slice(range).array))
            input.drop(range.upperBound)
        }
        #expect(input.count == 0)
        return frames
    }

    // MARK: Publishing

    @Test func publishesABatchThatWaitsForAllReplicas() throws {
        var client = ClientInPieces(KafkaWireClient(isDurable: false))
        let frame = try #require(try frames(client.published(due: [5, 6], size: 12)).first)
        var (header, body) = try KafkaFrame.decodeRequestHeader(frame)
        #expect(header.apiKey == .produce && header.apiVersion == 7)
        let request = try ProduceRequest(from: &body, version: 7)
        #expect(request.acks == -1)
        let records = try #require(request.topicData.first?.partitionData.first?.records)
        let values = try RecordBatch(validating: records).records().map { $0.value?.array }
        #expect(values == [message(due: 5, size: 12), message(due: 6, size: 12)])
    }

    @Test(arguments: [1, 3, 20, .max]) func countsWhatIsAcknowledged(piece: Int) throws {
        var client = ClientInPieces(KafkaWireClient(isDurable: false))
        _ = try client.published(due: [1, 2, 3], size: 8)
        _ = try client.published(due: [4], size: 8)
        let second = try produced(2)
        #expect(try client.acknowledge(produced(1) + second.dropLast(), pieces: piece) == second.count - 1)
        #expect(client.acknowledged == 3)
        try client.acknowledge(second)
        #expect(client.acknowledged == 4)
    }

    @Test func whatIsNoAcknowledgementIsRefused() throws {
        for bytes in [try produced(1, error: .notLeaderOrFollower), try produced(2), big(Int32(-1)), big(Int32.max)] {
            var client = ClientInPieces(KafkaWireClient(isDurable: false))
            _ = try client.published(due: [1], size: 8)
            #expect(throws: BenchFailure.self) { try client.acknowledge(bytes) }
        }
        var client = ClientInPieces(KafkaWireClient(isDurable: false))
        #expect(throws: BenchFailure.self) { try client.acknowledge(try produced(0)) }
    }

    // MARK: Consuming

    @Test(arguments: [1, 3, 100, .max]) func readsOnBehindTheLastWholeBatch(piece: Int) throws {
        var client = ClientInPieces(KafkaWireClient(isDurable: false))
        let cut = try batch(["three"], at: 2)
        let first = try fetched(1, batch(["one", "two"], at: 0) + cut.dropLast())
        let second = try fetched(2, cut)
        let third = try fetched(3, nil)
        #expect(try client.consume(first + second + third + third.dropLast(), pieces: piece) == third.count - 1)
        #expect(client.messages == ["one", "two", "three"].map { Array($0.utf8) })
        let asked = try frames(client.output.bytes).map { frame in
            var (header, body) = try KafkaFrame.decodeRequestHeader(frame)
            #expect(header.apiKey == .fetch && header.apiVersion == 4)
            return try FetchRequest(from: &body, version: 4).topics.first?.partitions.first?.fetchOffset
        }
        #expect(asked == [2, 3, 3])
    }

    @Test func whatIsNoAnswerIsRefused() throws {
        var garbage = try batch(["one"], at: 0)
        garbage[RecordBatchHeader.size] = 0x7F
        for bytes in [
            try fetched(1, nil, error: .unknownTopicOrPartition), try fetched(1, garbage), big(Int32(-1)),
            try response(FetchResponse(responses: []), to: .fetch, version: 4, correlation: 1),
        ] {
            var client = ClientInPieces(KafkaWireClient(isDurable: false))
            #expect(throws: (any Error).self) { try client.consume(bytes) }
            #expect(client.messages.isEmpty)
        }
    }
}
