import KafkaProtocol
import RecordFormat

/// The topics of the null server, and its answers to what asks for no records.
final class NullTopics {
    /// What is spoken, for clients that name topics by their names.
    private static let spoken: [(key: APIKey, versions: ClosedRange<Int16>)] = [
        (.produce, 3...12), (.fetch, 4...12), (.listOffsets, ListOffsetsRequest.versions.lowerBound...9),
        (.metadata, MetadataRequest.versions.lowerBound...12), (.apiVersions, ApiVersionsRequest.versions),
        (.createTopics, CreateTopicsRequest.versions), (.deleteTopics, DeleteTopicsRequest.versions.lowerBound...5),
        (.initProducerID, InitProducerIdRequest.versions.lowerBound...4),
    ]

    private let directory: String
    private let port: UInt16
    private var topics: [String: [NullLog]] = [:]
    private var created = 0
    private var lastProducer: Int64 = 0

    /// - Parameters:
    ///   - directory: Where the files of partitions are put.
    ///   - port: Where clients are told to find the one broker.
    init(directory: String, port: UInt16) {
        self.directory = directory
        self.port = port
    }

    /// All partitions.
    var logs: [NullLog] { topics.values.flatMap(\.self) }

    /// A partition that was created.
    func log(_ topic: String, _ partition: Int32) -> NullLog? {
        guard let logs = topics[topic], logs.indices.contains(Int(partition)) else { return nil }
        return logs[Int(partition)]
    }

    /// The answer to a request that is no produce and no fetch; `nil` for one that is not spoken.
    func answer(_ header: RequestHeader, _ body: inout ProtocolReader) throws -> EncodedFrame? {
        let version = header.apiVersion
        func encoded(_ response: some KafkaMessage) throws -> EncodedFrame {
            try KafkaFrame.encodeResponse(
                response, for: header.apiKey, version: version, correlationID: header.correlationID)
        }
        switch header.apiKey {
        case .apiVersions:
            return try encoded(
                ApiVersionsResponse(
                    apiKeys: Self.spoken.map {
                        .init(
                            apiKey: $0.key.rawValue, minVersion: $0.versions.lowerBound,
                            maxVersion: $0.versions.upperBound)
                    }))
        case .metadata: return try encoded(metadata(try MetadataRequest(from: &body, version: version)))
        case .createTopics:
            let request = try CreateTopicsRequest(from: &body, version: version)
            return try encoded(
                CreateTopicsResponse(
                    topics: try request.topics.map { topic in
                        try create(topic.name, partitions: max(1, topic.numPartitions))
                        return .init(name: topic.name)
                    }))
        case .deleteTopics:
            let request = try DeleteTopicsRequest(from: &body, version: version)
            return try encoded(
                DeleteTopicsResponse(
                    responses: request.topicNames.map { name in
                        topics[name] = nil
                        return .init(name: name)
                    }))
        case .initProducerID:
            lastProducer += 1
            return try encoded(InitProducerIdResponse(producerID: lastProducer, producerEpoch: 0))
        case .listOffsets:
            return try encoded(offsets(try ListOffsetsRequest(from: &body, version: version)))
        default: return nil
        }
    }

    private func create(_ name: String, partitions: Int32) throws {
        guard topics[name] == nil else { return }
        topics[name] = try (0..<partitions).map { _ in
            created += 1
            return try NullLog(path: "\(directory)/null-\(created).log")
        }
    }

    private func metadata(_ request: MetadataRequest) throws -> MetadataResponse {
        let names = request.topics?.compactMap(\.name) ?? Array(topics.keys)
        for name in names where request.allowAutoTopicCreation { try create(name, partitions: 1) }
        return MetadataResponse(
            brokers: [.init(nodeID: 1, host: "127.0.0.1", port: Int32(port))], clusterID: "null", controllerID: 1,
            topics: names.map { name in
                guard let logs = topics[name] else {
                    return .init(errorCode: ErrorCode.unknownTopicOrPartition.rawValue, name: name)
                }
                return .init(
                    name: name,
                    partitions: logs.indices.map {
                        .init(
                            partitionIndex: Int32($0), leaderID: 1, leaderEpoch: 0, replicaNodes: [1], isrNodes: [1])
                    })
            })
    }

    private func offsets(_ request: ListOffsetsRequest) -> ListOffsetsResponse {
        ListOffsetsResponse(
            topics: request.topics.map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitions.map { asked in
                        guard let log = log(topic.name, asked.partitionIndex) else {
                            return .init(
                                partitionIndex: asked.partitionIndex,
                                errorCode: ErrorCode.unknownTopicOrPartition.rawValue)
                        }
                        // -2 asks for the first; whatever else is asked is at the end.
                        return .init(
                            partitionIndex: asked.partitionIndex, timestamp: -1,
                            offset: asked.timestamp == -2 ? 0 : log.committedEnd, leaderEpoch: 0)
                    })
            })
    }
}
