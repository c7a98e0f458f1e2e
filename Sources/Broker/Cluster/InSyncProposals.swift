import Logging
import Replication

/// Writes what leaders propose for the in-sync replicas of their partitions (AlterPartition in Kafka).
struct InSyncProposals: Sendable {
    let link: ClusterLink
    let logger: Logger

    /// Writes a proposal, and tells once what became of it.
    func write(
        _ proposal: InSyncProposal, _ id: PartitionID,
        completion: @escaping @Sendable (InSyncProposal.Outcome) -> Void
    ) {
        Task {
            do { completion(try await outcome(of: proposal, id)) } catch {
                logger.warning("proposing in-sync replicas of \(id) has an unknown outcome: \(error)")
                completion(.unknown)
            }
        }
    }

    private func outcome(of proposal: InSyncProposal, _ id: PartitionID) async throws -> InSyncProposal.Outcome {
        let (view, image) = link.sight
        guard let topic = image.topic(id.topic), topic.partitions.indices.contains(Int(id.index)),
            let stored = view[ClusterKey.topic(topic.name).text]
        else { return .unknown }
        let key = ClusterKey.partition(id).text
        let topicKey = ClusterKey.topic(topic.name).text
        var conditions: [ClusterWrite.Condition] = [
            .version(key, Int64(proposal.expectedVersion.rawValue)), .created(topicKey, at: stored.created),
        ]
        for member in proposal.joining {
            let registration = ClusterKey.registration(member.id).text
            guard image.brokers.isAdmitted(member.id, in: member.epoch), let stored = view[registration] else {
                // The view is newer than the one that the leader took the node in by.
                return .refused(topic.partitions[Int(id.index)])
            }
            conditions.append(.modified(registration, at: stored.modified))
        }
        let write = ClusterWrite(
            if: conditions, [.put(key, try ClusterJSON.encode(PartitionValue(proposal.state)))],
            elseReading: [key, topicKey])
        switch try await link.write(write) {
        case .done: return .accepted
        case .refused(let found):
            return try PartitionValue.state(of: id, in: found, topicKey: topicKey).map { .refused($0) } ?? .unknown
        }
    }
}

extension PartitionValue {
    /// The state of a partition by what was read of it and its topic; `nil` if the topic is gone.
    static func state(
        of id: PartitionID, in found: [String: ClusterValue], topicKey: String
    ) throws -> PartitionState? {
        guard let stored = found[topicKey] else { return nil }
        let topic = try ClusterJSON.decode(TopicValue.self, stored.bytes)
        guard try topic.topicID() == id.topic, topic.partitions.indices.contains(Int(id.index)) else { return nil }
        return try found[ClusterKey.partition(id).text].map { try state($0.bytes) }
            ?? topic.initialState(of: Int(id.index))
    }
}
