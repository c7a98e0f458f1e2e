import KafkaProtocol
import LogCore
import NIOPosix
import RecordFormat

extension ListOffsetsRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<ListOffsetsResponse>) {
        broker.listOffsets(self, context, reply)
    }
}

/// The timestamps of ListOffsets that stand for a place instead of a time.
private enum SpecialTimestamp {
    static let latest: Int64 = -1
    static let earliest: Int64 = -2
    /// The record with the greatest timestamp (KIP-734).
    static let maximum: Int64 = -3
    /// The first record on this node's disk (KIP-405).
    static let earliestLocal: Int64 = -4
    /// The last record in tiered storage (KIP-1005).
    static let latestTiered: Int64 = -5
    /// The first record that tiered storage has not taken yet (KIP-1023).
    static let earliestPendingUpload: Int64 = -6

    /// Whether a request of `version` may ask for `timestamp`.
    static func isKnown(_ timestamp: Int64, to version: Int16) -> Bool {
        switch timestamp {
        case 0..., latest, earliest: true
        case maximum: version >= 7
        case earliestLocal: version >= 8
        case latestTiered: version >= 9
        case earliestPendingUpload: version >= 11
        default: false
        }
    }
}

extension Broker {
    /// Finds offsets by time, or those of the log's ends.
    func listOffsets(
        _ request: ListOffsetsRequest, _ context: RequestContext, _ reply: @escaping Reply<ListOffsetsResponse>
    ) {
        // A look-up by time reads from the log file, which the loop must not wait for.
        let readsLog = request.topics.contains {
            $0.partitions.contains { $0.timestamp >= 0 || $0.timestamp == SpecialTimestamp.maximum }
        }
        guard readsLog else {
            reply(listOffsets(request, context))
            return
        }
        // Run or cancelled, the client has to be answered: of a log that has been closed meanwhile it hears just that.
        pool.submit { [self] _ in reply(listOffsets(request, context)) }
    }

    private func listOffsets(_ request: ListOffsetsRequest, _ context: RequestContext) -> ListOffsetsResponse {
        var named: [TopicPartition: Int] = [:]
        for topic in request.topics {
            for partition in topic.partitions {
                named[TopicPartition(topic.name, partition.partitionIndex), default: 0] += 1
            }
        }
        let topics = request.topics.map { topic in
            ListOffsetsResponse.ListOffsetsTopicResponse(
                name: topic.name,
                partitions: topic.partitions.map { partition in
                    let isAllowed = authorizer.allows(context.principal, .describe, .topic(topic.name))
                    guard isAllowed else {
                        return .init(
                            partitionIndex: partition.partitionIndex,
                            errorCode: ErrorCode.topicAuthorizationFailed.rawValue)
                    }
                    guard named[TopicPartition(topic.name, partition.partitionIndex)] == 1 else {
                        return .init(
                            partitionIndex: partition.partitionIndex, errorCode: ErrorCode.invalidRequest.rawValue)
                    }
                    guard SpecialTimestamp.isKnown(partition.timestamp, to: context.version) else {
                        return .init(
                            partitionIndex: partition.partitionIndex, errorCode: ErrorCode.unsupportedVersion.rawValue)
                    }
                    var answer = offset(
                        partition, in: partitions.topic(topic.name),
                        upTo: request.isolation)
                    // Epochs came with version 4 (KIP-320).
                    if context.version < 4 { answer.leaderEpoch = -1 }
                    return answer
                })
        }
        return ListOffsetsResponse(topics: topics)
    }

    private func offset(
        _ request: ListOffsetsRequest.ListOffsetsPartition, in topic: PartitionRegistry.Topic?,
        upTo isolation: FetchIsolation
    ) -> ListOffsetsResponse.ListOffsetsPartitionResponse {
        var answer = ListOffsetsResponse.ListOffsetsPartitionResponse(partitionIndex: request.partitionIndex)
        let partition: Partition
        switch topic?.led(request.partitionIndex) ?? .failure(.unknownTopicOrPartition) {
        case .failure(let error):
            answer.errorCode = error.rawValue
            return answer
        case .success(let led): partition = led
        }
        if let fault = partition.epochFault(request.currentLeaderEpoch) {
            answer.errorCode = fault.rawValue
            return answer
        }
        let marks = partition.log.watermarks
        do throws(LogError) {
            switch request.timestamp {
            case SpecialTimestamp.latest:
                answer.offset = marks.end(of: isolation).rawValue
                answer.leaderEpoch = partition.leaderEpoch.rawValue
            case SpecialTimestamp.earliest, SpecialTimestamp.earliestLocal:
                answer.offset = marks.logStartOffset.rawValue
                answer.leaderEpoch =
                    (partition.log.leaderEpochs.epoch(at: marks.logStartOffset) ?? partition.leaderEpoch).rawValue
            case SpecialTimestamp.maximum:
                if let found = try partition.log.latestTimestamp(upTo: isolation) { answer.take(found) }
            case 0...:
                let time = Timestamp(milliseconds: request.timestamp)
                if let found = try partition.log.offset(for: time, upTo: isolation) { answer.take(found) }
            default:
                // Places in tiered storage, of which there is none: no such offset.
                break
            }
        } catch {
            answer.errorCode = ErrorCode(error).rawValue
        }
        return answer
    }
}

extension LogWatermarks {
    /// The offset below which a reader of that isolation sees records.
    fileprivate func end(of isolation: FetchIsolation) -> LogOffset {
        switch isolation {
        case .logEnd: logEndOffset
        case .highWatermark: highWatermark
        case .transactionCommitted: lastStableOffset
        }
    }
}

extension ListOffsetsRequest {
    /// How far who asks may see: clients up to the high watermark or the last stable offset, brokers and tools that
    /// look into a replica to the end.
    fileprivate var isolation: FetchIsolation { replicaID == -1 ? FetchIsolation(level: isolationLevel) : .logEnd }
}

extension ListOffsetsResponse.ListOffsetsPartitionResponse {
    fileprivate mutating func take(_ found: (offset: LogOffset, timestamp: Timestamp, leaderEpoch: LeaderEpoch)) {
        offset = found.offset.rawValue
        timestamp = found.timestamp.milliseconds
        leaderEpoch = found.leaderEpoch.rawValue
    }
}
