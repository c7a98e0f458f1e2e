import Coordination
import KafkaProtocol
import LogCore
import NIOPosix
import RecordFormat

extension DescribeShareGroupOffsetsRequest: ServedRequest {
    func serve(
        by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<DescribeShareGroupOffsetsResponse>
    ) {
        // What groups have of all topics is not put together where other connections wait.
        broker.pool.submit { _ in
            // Named twice, all that a group has would be told twice: a short request must not have an answer without end.
            var isTold: Set<String> = []
            let asked = groups.filter { $0.topics != nil || isTold.insert($0.groupID).inserted }
            let description = ShareOffsetsDescription(broker: broker, context: context)
            reply(DescribeShareGroupOffsetsResponse(groups: asked.map(description.describe)))
        }
    }
}

/// What one client may know of where share groups read (KIP-932).
private struct ShareOffsetsDescription {
    typealias Response = DescribeShareGroupOffsetsResponse

    let broker: Broker
    let context: RequestContext

    /// One group, with the topics asked for, or all that it has begun to read.
    func describe(_ group: DescribeShareGroupOffsetsRequest.Group) -> Response.Group {
        let groupID = GroupID(group.groupID)
        func refused(_ error: ErrorCode, _ message: String? = nil) -> Response.Group {
            let refusal = message.map { RequestRefusal(error, $0) } ?? RequestRefusal(error)
            return .init(groupID: group.groupID, errorCode: refusal.code.rawValue, errorMessage: refusal.message)
        }
        guard broker.level(of: .shares) > 0 else { return refused(.unsupportedVersion) }
        if let refusal = broker.refusal(.describe, group.groupID, context) { return refused(refusal) }
        switch broker.groups.query(groupID, { $0.hasShareGroup(groupID) }) {
        case .failure(let fault): return refused(fault)
        case .success(false): return refused(.groupIDNotFound, "Group \(group.groupID) is not a share group.")
        case .success(true): break
        }
        if let topics = group.topics {
            return .init(groupID: group.groupID, topics: topics.map { describe($0, of: groupID) })
        }
        guard let keys = broker.shares.keys(of: groupID) else { return refused(.coordinatorNotAvailable) }
        return .init(groupID: group.groupID, topics: describe(keys))
    }

    /// A topic that was asked for. That it does not exist is no error but the absence of an offset, as in Kafka.
    private func describe(
        _ topic: DescribeShareGroupOffsetsRequest.Topic, of groupID: GroupID
    ) -> Response.Topic {
        guard mayKnow(topic.topicName) else {
            let refusal = RequestRefusal(.topicAuthorizationFailed)
            return .init(topicName: topic.topicName, partitions: topic.partitions.map { .init($0, refusal) })
        }
        let found = broker.partitions.topic(topic.topicName)
        return .init(
            topicName: topic.topicName, topicID: found?.id ?? .zero,
            partitions: topic.partitions.map { describe($0, of: found, groupID) })
    }

    /// The topics of a group's queues, sorted by name. Those that the client may not know are left out, as in Kafka.
    private func describe(_ keys: [SharePartitionKey]) -> [Response.Topic] {
        Dictionary(grouping: keys, by: \.topicID)
            .compactMap { id, keys -> Response.Topic? in
                guard let topic = broker.partitions.topic(id), mayKnow(topic.name) else { return nil }
                return .init(
                    topicName: topic.name, topicID: id,
                    partitions: keys.map { describe($0.partition, of: topic, $0.groupID) })
            }
            .sorted { $0.topicName < $1.topicName }
    }

    private func describe(
        _ index: Int32, of topic: PartitionRegistry.Topic?, _ groupID: GroupID
    ) -> Response.Partition {
        guard let topic, let partition = topic.copy(index) else { return .unread(index) }
        let key = SharePartitionKey(groupID: groupID, topicID: topic.id, partition: index)
        switch broker.shares.progress(of: key, on: partition) {
        case .failure(let error): return .init(index, RequestRefusal(error))
        case .success(nil): return .unread(index)
        case .success(let progress?):
            return .init(
                partitionIndex: index, startOffset: progress.startOffset.rawValue,
                leaderEpoch: partition.leaderEpoch.rawValue,
                lag: progress.lag(behind: partition.log.watermarks.highWatermark))
        }
    }

    private func mayKnow(_ topic: String) -> Bool {
        broker.authorizer.allows(context.principal, .describe, .topic(topic))
    }
}

extension DescribeShareGroupOffsetsResponse.Partition {
    /// The answer for a partition in which the group has not begun to read.
    fileprivate static func unread(_ partitionIndex: Int32) -> Self {
        Self(partitionIndex: partitionIndex, startOffset: -1)
    }

    /// The answer for a partition that cannot be told of.
    fileprivate init(_ partitionIndex: Int32, _ refusal: RequestRefusal) {
        self.init(
            partitionIndex: partitionIndex, startOffset: -1, errorCode: refusal.code.rawValue,
            errorMessage: refusal.message)
    }
}
