import KafkaProtocol
import RecordFormat

/// Requests read and answers written, with nothing done in between.
extension HotPath {
    static let ofMessages = [produceMessages, fetchMessages]

    private static let topic = "records"

    private static let produceMessages = HotPath("ProduceRequest_answer_100Bx500", repetitions: 10_000) { _ in
        let batch = try SampleRecords(count: 500).encoded()
        let request = try WireRequest.produce(batch, to: topic)
        let frame = request[KafkaFrame.lengthPrefixSize..<request.count]
        return PreparedHotPath {
            let (header, body) = try KafkaFrame.decodeRequestHeader(frame)
            var reader = body
            let produce = try ProduceRequest(from: &reader, version: header.apiVersion)
            guard let topic = produce.topicData.first, let partition = topic.partitionData.first,
                partition.records?.count == batch.count
            else { throw HotPathFailure("the request has lost its batch") }
            let response = ProduceResponse(responses: [
                .init(
                    name: topic.name,
                    partitionResponses: [.init(index: partition.index, baseOffset: 1, logStartOffset: 0)])
            ])
            try write(response, to: header)
        }
    }

    private static let fetchMessages = HotPath("FetchRequest_answer_1MiB", repetitions: 10_000) { _ in
        let records = ByteSlice([UInt8](repeating: 0, count: 1 << 20))
        let request = try WireRequest.fetch(from: .zero, of: topic, limit: 1 << 20)
        let frame = request[KafkaFrame.lengthPrefixSize..<request.count]
        return PreparedHotPath {
            let (header, body) = try KafkaFrame.decodeRequestHeader(frame)
            var reader = body
            let fetch = try FetchRequest(from: &reader, version: header.apiVersion)
            guard let topic = fetch.topics.first, let partition = topic.partitions.first else {
                throw HotPathFailure("the request has lost its partition")
            }
            let response = FetchResponse(responses: [
                .init(
                    topic: topic.topic,
                    partitions: [
                        .init(
                            partitionIndex: partition.partition, highWatermark: 1, lastStableOffset: 1,
                            logStartOffset: 0, abortedTransactions: nil, records: .bytes(records))
                    ])
            ])
            try write(response, to: header)
        }
    }

    private static func write(_ response: some KafkaMessage, to request: RequestHeader) throws {
        let answer = try KafkaFrame.encodeResponse(
            response, for: request.apiKey, version: request.apiVersion, correlationID: request.correlationID)
        guard answer.byteCount > KafkaFrame.lengthPrefixSize else { throw HotPathFailure("the answer is empty") }
    }
}
