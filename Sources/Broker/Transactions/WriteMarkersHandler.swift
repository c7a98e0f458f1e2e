import Coordination
import KafkaProtocol
import RecordFormat

extension WriteTxnMarkersRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<WriteTxnMarkersResponse>) {
        let isAllowed =
            broker.authorizer.allows(context.principal, .alter, .cluster)
            || broker.authorizer.allows(context.principal, .clusterAction, .cluster)
        Task {
            var response = WriteTxnMarkersResponse()
            for marker in markers {
                response.markers.append(
                    isAllowed ? await broker.write(marker) : marker.result { _ in .clusterAuthorizationFailed })
            }
            reply(response)
        }
    }
}

extension Broker {
    /// Writes one marker to all of its partitions, and waits until it is durable in each.
    fileprivate func write(
        _ marker: WriteTxnMarkersRequest.WritableTxnMarker
    ) async -> WriteTxnMarkersResponse.WritableTxnMarkerResult {
        let producer = ProducerIdentity(ProducerID(marker.producerID), ProducerEpoch(marker.producerEpoch))
        let named = Set(
            marker.topics.flatMap { topic in topic.partitionIndexes.map { TopicPartition(topic.name, $0) } })
        let codes = await withTaskGroup(of: (TopicPartition, ErrorCode).self) { group in
            for partition in named {
                group.addTask { [writer = markers.writer] in
                    await withCheckedContinuation { continuation in
                        writer.write(
                            marker.transactionResult ? .commit : .abort, of: producer,
                            coordinatorEpoch: marker.coordinatorEpoch, to: partition
                        ) { continuation.resume(returning: (partition, Self.markerCode($0))) }
                    }
                }
            }
            return await group.reduce(into: [TopicPartition: ErrorCode]()) { $0[$1.0] = $1.1 }
        }
        return marker.result { codes[$0] ?? .unknownServerError }
    }

    /// Transaction coordinators know no errors of a group's: they try again when a partition's leader is not there.
    private static func markerCode(_ code: ErrorCode) -> ErrorCode {
        switch code {
        case .coordinatorNotAvailable, .coordinatorLoadInProgress, .notCoordinator: .notLeaderOrFollower
        default: code
        }
    }
}

extension WriteTxnMarkersRequest.WritableTxnMarker {
    /// What became of each partition, as the request has them.
    fileprivate func result(
        _ code: (TopicPartition) -> ErrorCode
    ) -> WriteTxnMarkersResponse.WritableTxnMarkerResult {
        .init(
            producerID: producerID,
            topics: topics.map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitionIndexes.map {
                        .init(partitionIndex: $0, errorCode: code(TopicPartition(topic.name, $0)).rawValue)
                    })
            })
    }
}
