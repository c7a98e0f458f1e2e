import Coordination
import KafkaProtocol
import LogCore
import RecordFormat
import Replication

extension DescribeShareGroupOffsetsRequest: ServedRequest {
    func serve(
        by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<DescribeShareGroupOffsetsResponse>
    ) {
        Task {
            // Named twice, all that a group has would be told twice: a short request must not have an answer without end.
            var isTold: Set<String> = []
            let asked = groups.filter { $0.topics != nil || isTold.insert($0.groupID).inserted }
            let description = ShareOffsetsDescription(broker: broker, context: context)
            var response = DescribeShareGroupOffsetsResponse()
            for group in asked { response.groups.append(await description.describe(group)) }
            reply(response)
        }
    }
}

/// What one client may know of where share groups read (KIP-932).
private struct ShareOffsetsDescription: Sendable {
    typealias Response = DescribeShareGroupOffsetsResponse

    let broker: Broker
    let context: RequestContext

    /// One group, with the topics asked for, or all that it has begun to read.
    func describe(_ group: DescribeShareGroupOffsetsRequest.Group) async -> Response.Group {
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
            var answer = Response.Group(groupID: group.groupID)
            for topic in topics { answer.topics.append(await describe(topic, of: groupID)) }
            return answer
        }
        switch await broker.shares.summaries(of: groupID) {
        case .failure(let refusal): return refused(refusal.code)
        case .success(let summaries): return .init(groupID: group.groupID, topics: await describe(summaries))
        }
    }

    /// A topic that was asked for. That it does not exist is no error but the absence of an offset, as in Kafka.
    private func describe(
        _ topic: DescribeShareGroupOffsetsRequest.Topic, of groupID: GroupID
    ) async -> Response.Topic {
        guard mayKnow(topic.topicName) else {
            let refusal = RequestRefusal(.topicAuthorizationFailed)
            return .init(topicName: topic.topicName, partitions: topic.partitions.map { .init($0, refusal) })
        }
        let found = broker.partitions.topic(topic.topicName)
        let partitions = await inOrder(topic.partitions) { index in
            guard let found, found.has(index) else { return .unread(index) }
            let key = SharePartitionKey(groupID: groupID, topicID: found.id, partition: index)
            switch await broker.shares.ask(ReadShareGroupStateSummaryRequest.self, NoFinding(), of: key) {
            case .failure(let refusal): return .init(index, RequestRefusal(.toMembers(refusal.code)))
            case .success(nil): return .unread(index)
            case .success(let summary?): return await describe(index, of: found, summary)
            }
        }
        return .init(topicName: topic.topicName, topicID: found?.id ?? .zero, partitions: partitions)
    }

    /// The topics of a group's queues, sorted by name. Those that the client may not know are left out, as in Kafka.
    private func describe(_ summaries: [SharePartitionKey: ShareStateSummary]) async -> [Response.Topic] {
        var topics: [Response.Topic] = []
        for (id, keys) in Dictionary(grouping: summaries.keys, by: \.topicID) {
            guard let topic = broker.partitions.topic(id), mayKnow(topic.name) else { continue }
            let partitions = await inOrder(keys.sorted()) { key in
                guard let summary = summaries[key] else { return .unread(key.partition) }
                return await describe(key.partition, of: topic, summary)
            }
            topics.append(.init(topicName: topic.name, topicID: id, partitions: partitions))
        }
        return topics.sorted { $0.topicName < $1.topicName }
    }

    private func describe(
        _ index: Int32, of topic: PartitionRegistry.Topic, _ summary: ShareStateSummary
    ) async -> Response.Partition {
        let id = TopicPartition(topic.name, index)
        let epoch = topic.copy(index)?.ledEpoch ?? broker.metadata.image.partition(id)?.leaderEpoch
        // Where its leader cannot be asked the lag is left open, as in Kafka.
        let end = try? await broker.ends.end(of: id).get()
        return .init(
            partitionIndex: index, startOffset: summary.progress.startOffset.rawValue,
            leaderEpoch: epoch?.rawValue ?? -1, lag: end.map { summary.progress.lag(behind: $0) } ?? -1)
    }

    /// Finds out about all at once, and tells in their order.
    private func inOrder<Asked: Sendable>(
        _ asked: [Asked], _ body: @escaping @Sendable (Asked) async -> Response.Partition
    ) async -> [Response.Partition] {
        await withTaskGroup(of: (Int, Response.Partition).self) { group in
            for (place, one) in asked.enumerated() { group.addTask { (place, await body(one)) } }
            var found: [Response.Partition?] = asked.map { _ in nil }
            for await (place, partition) in group { found[place] = partition }
            return found.compactMap { $0 }
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
