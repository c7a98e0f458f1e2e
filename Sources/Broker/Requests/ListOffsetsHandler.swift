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
                    return answer(partition, topic.name, request, context)
                })
        }
        return ListOffsetsResponse(topics: topics)
    }

    private func answer(
        _ asked: ListOffsetsRequest.ListOffsetsPartition, _ topic: String, _ request: ListOffsetsRequest,
        _ context: RequestContext
    ) -> ListOffsetsResponse.ListOffsetsPartitionResponse {
        var answer = ListOffsetsResponse.ListOffsetsPartitionResponse(partitionIndex: asked.partitionIndex)
        do throws(ErrorCode) {
            guard let topic = partitions.topic(topic) else { throw .unknownTopicOrPartition }
            let partition = try topic.replica(asked.partitionIndex)
            // Tools look into replicas, whoever leads.
            let fromLeader = request.replicaID != ListOffsetsRequest.debuggingReplicaID
            if let fault = partition.fault(for: asked.currentLeaderEpoch, fromLeader: fromLeader) { throw fault }
            answer = try offset(asked, in: partition, upTo: request.isolation)
        } catch {
            // Clients of before KIP-207 know another code that has them try again.
            let isUnknown = error == .offsetNotAvailable && context.version < Self.firstListVersionWithNotAvailable
            answer.errorCode = (isUnknown ? .leaderNotAvailable : error).rawValue
        }
        // Epochs came with version 4 (KIP-320).
        if context.version < 4 { answer.leaderEpoch = -1 }
        return answer
    }

    /// The first version whose clients know OFFSET_NOT_AVAILABLE (KIP-207).
    private static let firstListVersionWithNotAvailable: Int16 = 5

    /// Finds one offset.
    ///
    /// - Throws: OFFSET_NOT_AVAILABLE for a client on a new leader, where the answer lies above what the leader knows to
    ///   be replicated: a client that has seen more under an earlier leader would see offsets go back (KIP-207). Or the
    ///   code of a fault of the log.
    private func offset(
        _ asked: ListOffsetsRequest.ListOffsetsPartition, in partition: Partition, upTo isolation: FetchIsolation
    ) throws(ErrorCode) -> ListOffsetsResponse.ListOffsetsPartitionResponse {
        var answer = ListOffsetsResponse.ListOffsetsPartitionResponse(partitionIndex: asked.partitionIndex)
        let isCertain = isolation == .logEnd || partition.mayReportEndOffset
        let (log, marks) = (partition.log, partition.log.watermarks)
        switch asked.timestamp {
        case SpecialTimestamp.latest:
            guard isCertain else { throw .offsetNotAvailable }
            answer.offset = marks.end(of: isolation).rawValue
            answer.leaderEpoch = partition.knownEpoch.rawValue
        case SpecialTimestamp.earliest, SpecialTimestamp.earliestLocal:
            answer.offset = marks.logStartOffset.rawValue
            answer.leaderEpoch = (log.leaderEpochs.epoch(at: marks.logStartOffset) ?? partition.knownEpoch).rawValue
        case SpecialTimestamp.maximum, 0...:
            let found: (offset: LogOffset, timestamp: Timestamp, leaderEpoch: LeaderEpoch)?
            let bound = isCertain ? isolation : .logEnd
            do throws(LogError) {
                found =
                    asked.timestamp == SpecialTimestamp.maximum
                    ? try log.latestTimestamp(upTo: bound)
                    : try log.offset(for: Timestamp(milliseconds: asked.timestamp), upTo: bound)
            } catch { throw ErrorCode(error) }
            let isBelowEnd = found.map { $0.offset < marks.end(of: isolation) } ?? false
            guard isCertain || isBelowEnd else { throw .offsetNotAvailable }
            if let found { answer.take(found) }
        default:
            // Places in tiered storage, of which there is none: no such offset.
            break
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
    /// Who says that it is this looks into a replica, leader or not.
    fileprivate static let debuggingReplicaID: Int32 = -2

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
