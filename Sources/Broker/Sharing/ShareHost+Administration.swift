import Coordination
import KafkaProtocol
import LogCore
import RecordFormat

/// What administrators do to the queues of groups without members.
///
/// That a group has none is asked before, by the group's coordinator. A member that joins in the moment between loses
/// what it was given, and is told so when it acknowledges.
extension ShareHost {
    /// Has a group read on from `start` in a partition, whether it has begun to read there or not.
    ///
    /// - Returns: Why that failed; `nil` when it is durable.
    func alterStart(
        of key: SharePartitionKey, on partition: Partition, to start: LogOffset
    ) async -> RequestRefusal? {
        let found: SharedPartition?
        switch find(key, on: partition) {
        case .failure(let error): return RequestRefusal(error)
        case .success(let shared): found = shared
        }
        return await withCheckedContinuation { continuation in
            let outcome: SharedPartition.Outcome = { continuation.resume(returning: $0) }
            if let found { return found.alterStart(to: start, outcome: outcome) }
            switch place(SharePartition(key: key, startOffset: start, at: site.now()), on: partition) {
            case .failure(let error): outcome(RequestRefusal(error))
            case .success((let shared, isNew: true)): shared.establish(outcome: outcome)
            case .success((let shared, isNew: false)): shared.alterStart(to: start, outcome: outcome)
            }
        }
    }

    /// Deletes what a group has on a topic; with its next fetch it begins anew, where its settings say.
    ///
    /// - Returns: Why that failed; `nil` when everything is gone for good.
    func clear(_ topic: PartitionRegistry.Topic, of groupID: GroupID) async -> RequestRefusal? {
        let nothing = RequestRefusal(.unknownTopicOrPartition, "There is no offset information to delete.")
        guard self.topic.topic != nil else { return nothing }
        var cleared: [SharedPartition] = []
        for partition in topic.copies {
            let key = SharePartitionKey(groupID: groupID, topicID: topic.id, partition: partition.id.partition)
            switch find(key, on: partition) {
            case .failure(let error): return RequestRefusal(error)
            case .success(let shared): if let shared { cleared.append(shared) }
            }
        }
        if cleared.isEmpty { return nothing }
        return await withTaskGroup(of: RequestRefusal?.self) { group in
            for shared in cleared {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        shared.clear { continuation.resume(returning: $0) }
                    }
                }
            }
            return await group.reduce(nil) { $0 ?? $1 }
        }
    }
}

extension SharePartitionKey {
    /// Whether the group or the topic is known to be gone, so that what the log has of the two is of no use.
    ///
    /// A node of a cluster says no: it may be the last to hear of a topic, and what has become of a group another node
    /// knows.
    static func isOrphan(_ key: SharePartitionKey, groups: GroupHost, metadata: any MetadataStore) -> Bool {
        guard metadata.replication == nil else { return false }
        if metadata.image.topic(key.topicID) == nil { return true }
        // What cannot be read may have it.
        return (try? groups.query(key.groupID) { !$0.hasShareGroup(key.groupID) }.get()) ?? false
    }
}
