import KafkaProtocol
import LogCore
import RecordFormat
import Replication

extension Broker {
    /// The first version that names the leader to go to, and where it is (KIP-951).
    private static let firstFetchVersionWithLeaders: Int16 = 16
    /// The first version whose clients know KAFKA_STORAGE_ERROR (KIP-112).
    private static let firstFetchVersionWithStorageError: Int16 = 6

    /// Bytes of records that an answer holds in memory; those of further partitions go out from their files, however
    /// few they are. An answer may have to wait for a client that is slow to take it.
    private static let maxBytesInMemory = 1 << 20

    /// Makes the answer from what was found.
    func response(
        _ plan: FetchPlan, _ outcomes: [FetchPlan.Outcome], sessionID: Int32, _ context: RequestContext
    ) -> FetchResponse {
        var response = FetchResponse(sessionID: sessionID)
        var bytesInMemory = 0
        for (entry, outcome) in zip(plan.entries, outcomes) {
            let isNewTopic =
                response.responses.last.map {
                    $0.topic != entry.target.topic || $0.topicID != entry.target.topicID
                } ?? true
            if isNewTopic { response.responses.append(.init(topic: entry.target.topic, topicID: entry.target.topicID)) }
            response.responses[response.responses.count - 1].partitions.append(
                data(entry, outcome, plan.isolation, context, &bytesInMemory))
        }
        // Where a client is to go instead (KIP-951).
        if context.version >= Self.firstFetchVersionWithLeaders {
            let leaders = response.responses.flatMap { $0.partitions.map(\.currentLeader.leaderID) }
            response.nodeEndpoints = endpoints(of: leaders, context).map {
                .init(nodeID: $0.nodeID, host: $0.host, port: $0.port, rack: $0.rack)
            }
        }
        return response
    }

    private func data(
        _ entry: FetchPlan.Entry, _ outcome: FetchPlan.Outcome, _ isolation: FetchIsolation,
        _ context: RequestContext, _ bytesInMemory: inout Int
    ) -> FetchResponse.PartitionData {
        var data = FetchResponse.PartitionData(
            partitionIndex: entry.target.request.partition, errorCode: outcome.error.rawValue, highWatermark: -1,
            abortedTransactions: nil, records: .bytes(.empty))
        if let marks = outcome.watermarks {
            data.highWatermark = marks.highWatermark.rawValue
            data.lastStableOffset = marks.lastStableOffset.rawValue
            data.logStartOffset = marks.logStartOffset.rawValue
        }
        if let divergence = outcome.divergence {
            data.divergingEpoch = .init(
                epoch: divergence.epoch.rawValue, endOffset: divergence.startOffset.rawValue)
        }
        if let preferred = outcome.preferredReplica { data.preferredReadReplica = preferred.rawValue }
        if outcome.error != .none {
            name(outcome.error, in: &data, of: entry, context)
        } else if isolation == .transactionCommitted {
            data.abortedTransactions = outcome.abortedTransactions.map {
                .init(producerID: $0.producerID.rawValue, firstOffset: $0.firstOffset.rawValue)
            }
        }
        guard let slice = outcome.slice else { return data }
        do throws(LogError) {
            if slice.byteCount >= ConnectionHandler.sendfileThreshold
                || bytesInMemory + slice.byteCount > Self.maxBytesInMemory
            {
                data.records = .external(FileRecords(try slice.verified()))
            } else {
                data.records = .bytes(try slice.readBytes())
                bytesInMemory += slice.byteCount
            }
        } catch {
            // What cannot be vouched for is not served; the log's observer has named file and position.
            (data.highWatermark, data.lastStableOffset, data.logStartOffset) = (-1, -1, -1)
            name(ErrorCode(error), in: &data, of: entry, context)
        }
        return data
    }

    /// Puts an error into a partition's answer in the form that the version knows.
    private func name(
        _ error: ErrorCode, in data: inout FetchResponse.PartitionData, of entry: FetchPlan.Entry,
        _ context: RequestContext
    ) {
        // Old clients take a code that they do not know for one that no new attempt would help.
        let isUnknown = error == .kafkaStorageError && context.version < Self.firstFetchVersionWithStorageError
        data.errorCode = (isUnknown ? .notLeaderOrFollower : error).rawValue
        guard context.version >= Self.firstFetchVersionWithLeaders,
            error == .notLeaderOrFollower || error == .fencedLeaderEpoch
        else { return }
        let target = entry.target
        let topic = target.topicID == .zero ? target.topic : metadata.image.topic(target.topicID)?.name
        guard let topic else { return }
        let leader = currentLeader(of: TopicPartition(topic, target.request.partition))
        data.currentLeader = .init(leaderID: leader.id, leaderEpoch: leader.epoch)
    }
}
