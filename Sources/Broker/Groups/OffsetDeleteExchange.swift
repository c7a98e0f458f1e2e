import Coordination
import KafkaProtocol
import RecordFormat

/// One OffsetDelete request on its way through the group's coordinator (KIP-496).
///
/// Topics that the client may not read, and partitions that are not there, are answered with their error and never reach
/// the group.
struct OffsetDeleteExchange {
    /// What the group is asked.
    let deletion: OffsetDelete
    private let request: OffsetDeleteRequest
    private let refused: [TopicPartition: ErrorCode]

    /// Reads an OffsetDelete request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - mayRead: Whether the client may read a topic.
    ///   - hasPartition: Whether there is such a partition.
    init(
        _ request: OffsetDeleteRequest, mayRead: (String) -> Bool, hasPartition: (TopicPartition) -> Bool
    ) {
        var refused: [TopicPartition: ErrorCode] = [:]
        var asked: [TopicPartition] = []
        for topic in request.topics {
            let isAllowed = mayRead(topic.name)
            for partition in topic.partitions.map({ TopicPartition(topic.name, $0.partitionIndex) }) {
                if !isAllowed {
                    refused[partition] = .topicAuthorizationFailed
                } else if hasPartition(partition) {
                    asked.append(partition)
                } else {
                    refused[partition] = .unknownTopicOrPartition
                }
            }
        }
        self.request = request
        self.refused = refused
        deletion = OffsetDelete(groupID: GroupID(request.groupID), partitions: asked)
    }

    /// The answer once the group has taken the deletion.
    func response(to result: OffsetUpdateResult) -> OffsetDeleteResponse {
        // An error of the whole group stands alone: its topics are not told.
        if let error = result.error { return OffsetDeleteResponse(ErrorCode(error)) }
        let errors = Dictionary(
            result.entries.map { ($0.partition, ErrorCode($0.error)) }, uniquingKeysWith: { first, _ in first })
        return OffsetDeleteResponse(
            topics: request.topics.map { topic in
                OffsetDeleteResponse.OffsetDeleteResponseTopic(
                    name: topic.name,
                    partitions: topic.partitions.map {
                        let partition = TopicPartition(topic.name, $0.partitionIndex)
                        let error = refused[partition] ?? errors[partition] ?? .unknownServerError
                        return OffsetDeleteResponse.OffsetDeleteResponsePartition(
                            partitionIndex: $0.partitionIndex, errorCode: error.rawValue)
                    })
            })
    }
}

extension OffsetDeleteResponse {
    /// The answer to a deletion that failed as a whole.
    init(_ error: ErrorCode) { self.init(errorCode: error.rawValue) }
}
