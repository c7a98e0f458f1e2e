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
        if let fault = fault(for: key) { return RequestRefusal(fault) }
        return await withCheckedContinuation { continuation in
            let outcome: SharedPartition.Outcome = { continuation.resume(returning: $0) }
            if let shared = existing(key, on: partition) {
                return shared.alterStart(to: start, outcome: outcome)
            }
            let machine = SharePartition(key: key, startOffset: start, at: stateLog.now())
            let (shared, isNew) = place(machine, on: partition)
            if isNew { shared.establish(outcome: outcome) } else { shared.alterStart(to: start, outcome: outcome) }
        }
    }

    /// Deletes what a group has on a topic; with its next fetch it begins anew, where its settings say.
    ///
    /// - Returns: Why that failed; `nil` when everything is gone for good.
    func clear(_ topic: PartitionRegistry.Topic, of groupID: GroupID) async -> RequestRefusal? {
        let nothing = RequestRefusal(.unknownTopicOrPartition, "There is no offset information to delete.")
        guard stateLog.topic != nil else { return nothing }
        var cleared: [SharedPartition] = []
        for partition in topic.copies {
            let key = SharePartitionKey(groupID: groupID, topicID: topic.id, partition: partition.id.partition)
            if let fault = fault(for: key) { return RequestRefusal(fault) }
            if let shared = existing(key, on: partition) { cleared.append(shared) }
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
