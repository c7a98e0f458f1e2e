import Coordination
import KafkaProtocol
import LogCore
import RecordFormat

extension AlterShareGroupOffsetsRequest: ServedRequest {
    func serve(
        by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<AlterShareGroupOffsetsResponse>
    ) {
        guard broker.level(of: .shares) > 0 else { return reply(.init(RequestRefusal(.unsupportedVersion))) }
        if let refusal = broker.refusal(.read, groupID, context) { return reply(.init(RequestRefusal(refusal))) }
        let group = GroupID(groupID)
        broker.groups.perform(group, { $0.prepareShareOffsets(of: group, token: $1, at: $2) }) { outcome in
            switch outcome {
            case .success(.shareOffsets(nil)): break
            case .success(.shareOffsets(let error?)): return reply(.init(RequestRefusal(ErrorCode(error))))
            default: return reply(.init(RequestRefusal(outcome.fault)))
            }
            broker.withShareStateTopic { error in
                if let error { return reply(.init(RequestRefusal(error))) }
                let alteration = ShareOffsetsAlteration(self, by: context, broker)
                Task { reply(await alteration.run(on: broker)) }
            }
        }
    }
}

/// The partitions of one AlterShareGroupOffsets request, resolved (KIP-932).
private struct ShareOffsetsAlteration: Sendable {
    /// A partition and what is to become of it.
    private struct Entry: Sendable {
        var key: SharePartitionKey
        var target: Result<(partition: TopicPartition, start: Int64), RequestRefusal>
    }

    private let request: AlterShareGroupOffsetsRequest
    /// The partitions, in the order of the request.
    private let entries: [Entry]

    init(_ request: AlterShareGroupOffsetsRequest, by context: RequestContext, _ broker: Broker) {
        self.request = request
        var named: Set<SharePartitionKey> = []
        entries = request.topics.flatMap { topic -> [Entry] in
            let mayRead = broker.authorizer.allows(context.principal, .read, .topic(topic.topicName))
            let found = mayRead ? broker.partitions.topic(topic.topicName) : nil
            return topic.partitions.map { asked in
                let key = SharePartitionKey(
                    groupID: GroupID(request.groupID), topicID: found?.id ?? .zero, partition: asked.partitionIndex)
                if !mayRead { return Entry(key: key, target: .failure(RequestRefusal(.topicAuthorizationFailed))) }
                guard let found, found.has(asked.partitionIndex) else {
                    return Entry(key: key, target: .failure(RequestRefusal(.unknownTopicOrPartition)))
                }
                guard named.insert(key).inserted else {
                    let refusal = RequestRefusal(.invalidRequest, "The partition is named twice.")
                    return Entry(key: key, target: .failure(refusal))
                }
                let id = TopicPartition(found.name, asked.partitionIndex)
                return Entry(key: key, target: .success((id, asked.startOffset)))
            }
        }
    }

    /// Where the group is to read on: in the log, whose end a member that starts above it would wait for in vain.
    private static func start(
        _ offset: Int64, in partition: TopicPartition, of broker: Broker
    ) async -> Result<LogOffset, RequestRefusal> {
        guard offset >= 0 else {
            return .failure(RequestRefusal(.invalidRequest, "The start offset \(offset) is negative."))
        }
        switch await broker.ends.end(of: partition) {
        case .failure(let error): return .failure(RequestRefusal(error))
        case .success(let end) where offset > end.rawValue:
            return .failure(
                RequestRefusal(.offsetOutOfRange, "The start offset \(offset) is above the end offset \(end)."))
        case .success:
            // Below the log's start the queue's leader moves it there, with the next fetch if not now.
            let logStart = broker.partitions.copy(partition)?.log.watermarks.logStartOffset ?? .zero
            return .success(max(LogOffset(offset), logStart))
        }
    }

    /// Sets one start.
    private static func set(_ entry: Entry, on broker: Broker) async -> RequestRefusal? {
        switch entry.target {
        case .failure(let refusal): return refusal
        case .success(let target):
            switch await start(target.start, in: target.partition, of: broker) {
            case .failure(let refusal): return refusal
            case .success(let start): return await broker.shares.alterStart(of: entry.key, to: start)
            }
        }
    }

    /// Sets every start at once; the answer comes when all are durable or have failed.
    func run(on broker: Broker) async -> AlterShareGroupOffsetsResponse {
        let refusals = await withTaskGroup(of: (Int, RequestRefusal?).self) { group in
            for (index, entry) in entries.enumerated() {
                group.addTask { (index, await Self.set(entry, on: broker)) }
            }
            return await group.reduce(into: [Int: RequestRefusal]()) { $0[$1.0] = $1.1 }
        }
        var index = 0
        var response = AlterShareGroupOffsetsResponse()
        for topic in request.topics {
            let id = topic.partitions.isEmpty ? .zero : entries[index].key.topicID
            var answer = AlterShareGroupOffsetsResponse.Topic(topicName: topic.topicName, topicID: id)
            for asked in topic.partitions {
                let refusal = refusals[index]
                answer.partitions.append(
                    .init(
                        partitionIndex: asked.partitionIndex, errorCode: (refusal?.code ?? .none).rawValue,
                        errorMessage: refusal?.message))
                index += 1
            }
            response.responses.append(answer)
        }
        return response
    }
}

extension AlterShareGroupOffsetsResponse {
    /// The answer to a request that is refused as a whole.
    fileprivate init(_ refusal: RequestRefusal) {
        self.init(errorCode: refusal.code.rawValue, errorMessage: refusal.message)
    }
}
