import Coordination
import KafkaProtocol
import LogCore
import RecordFormat

/// What administrators do to the queues of groups without members, whichever nodes lead the partitions and their states.
///
/// That a group has none is asked before, by the group's coordinator. A member that joins in the moment between loses
/// what it was given, and is told so when it acknowledges.
extension ShareHost {
    /// How often a start is set anew that another one came before.
    private static let maxTries = 3

    /// Has the node that has a state do something with it.
    func ask<Request: ShareStateRequest>(
        _ request: Request.Type, _ wish: Request.Wish, of key: SharePartitionKey
    ) async -> Request.Outcome {
        await withCheckedContinuation { continuation in
            let completion: Request.Report = { continuation.resume(returning: $0) }
            if let peers, peers.leader(of: key) != nil {
                peers.ask(request, wish, of: key, completion: completion)
            } else {
                Request.perform(wish, on: key, by: self, completion: completion)
            }
        }
    }

    /// The share-partitions that a group has begun to read, in ascending order, and how far it has come; a refusal where
    /// some may not be known.
    ///
    /// - Complexity: O(*n*) in the number of partitions of all topics, in a cluster, else in that of queues.
    func summaries(
        of groupID: GroupID
    ) async -> Result<[SharePartitionKey: ShareStateSummary], RequestRefusal> {
        guard let topic = topic.topic else { return .success([:]) }
        guard let peers else {
            var keys: [SharePartitionKey] = []
            for index in 0..<topic.partitionCount {
                guard case .success(let states) = self.topic.coordinator(of: index) else {
                    return .failure(RequestRefusal(.coordinatorNotAvailable))
                }
                keys += states.keys.filter { $0.groupID == groupID && site.registry.topic($0.topicID) != nil }
            }
            return await summaries(of: keys)
        }
        return await summaries(of: peers.keys(of: groupID))
    }

    /// How far a group has come in those of some partitions that it has begun to read.
    func summaries(
        of keys: [SharePartitionKey]
    ) async -> Result<[SharePartitionKey: ShareStateSummary], RequestRefusal> {
        await withTaskGroup(
            of: (SharePartitionKey, Result<ShareStateSummary?, RequestRefusal>).self
        ) { group in
            for key in keys {
                group.addTask { (key, await self.ask(ReadShareGroupStateSummaryRequest.self, NoFinding(), of: key)) }
            }
            var found: [SharePartitionKey: ShareStateSummary] = [:]
            var refusal: RequestRefusal?
            for await (key, outcome) in group {
                switch outcome {
                case .failure(let failure): refusal = failure
                case .success(let summary): found[key] = summary
                }
            }
            return refusal.map { .failure(RequestRefusal(.toMembers($0.code))) } ?? .success(found)
        }
    }

    /// Has a group read on from `start` in a partition, whether it has begun to read there or not.
    ///
    /// - Returns: Why that failed; `nil` when it is durable.
    func alterStart(of key: SharePartitionKey, to start: LogOffset) async -> RequestRefusal? {
        var refusal: RequestRefusal?
        for _ in 0..<Self.maxTries {
            switch await ask(ReadShareGroupStateSummaryRequest.self, NoFinding(), of: key) {
            case .failure(let failure): return RequestRefusal(.toMembers(failure.code))
            case .success(let summary):
                let setup = ShareStateSetup(stateEpoch: (summary?.stateEpoch ?? -1) + 1, start: start)
                guard case .failure(let failure) = await ask(InitializeShareGroupStateRequest.self, setup, of: key)
                else { return nil }
                refusal = failure
            }
            guard refusal?.code == .fencedStateEpoch else { break }
        }
        return refusal.map { RequestRefusal(.toMembers($0.code), $0.message) }
    }

    /// Sets a start where this node leads the partition and the state.
    func alterStart(
        of key: SharePartitionKey, on partition: Partition, _ setup: ShareStateSetup,
        completion outcome: @escaping SharedPartition.Outcome
    ) {
        switch find(key, on: partition) {
        case .failure(let error): outcome(RequestRefusal(error))
        case .success(let shared?):
            shared.alterStart(to: setup.start, stateEpoch: setup.stateEpoch, outcome: outcome)
        case .success(nil):
            let machine = SharePartition(
                key: key, startOffset: setup.start, stateEpoch: setup.stateEpoch, at: site.now())
            switch place(machine, on: partition) {
            case .failure(let error): outcome(RequestRefusal(error))
            case .success((let shared, isNew: true)): shared.establish(outcome: outcome)
            case .success((let shared, isNew: false)):
                shared.alterStart(to: setup.start, stateEpoch: setup.stateEpoch, outcome: outcome)
            }
        }
    }

    /// Deletes what a group has on a topic; with its next fetch it begins anew, where its settings say.
    ///
    /// - Returns: Why that failed; `nil` when everything is gone for good.
    func clear(_ topic: PartitionRegistry.Topic, of groupID: GroupID) async -> RequestRefusal? {
        let keys = (0..<topic.partitionCount).map {
            SharePartitionKey(groupID: groupID, topicID: topic.id, partition: $0)
        }
        switch await summaries(of: keys) {
        case .failure(let refusal): return refusal
        case .success(let found) where found.isEmpty:
            return RequestRefusal(.unknownTopicOrPartition, "There is no offset information to delete.")
        case .success(let found): return await deleteStates(of: found.keys)
        }
    }

    /// Deletes the states of share-partitions.
    ///
    /// - Returns: Why that failed; `nil` when they are gone for good.
    func deleteStates(of keys: some Sequence<SharePartitionKey>) async -> RequestRefusal? {
        await withTaskGroup(of: RequestRefusal?.self) { group in
            for key in keys {
                group.addTask {
                    guard
                        case .failure(let refusal) = await self.ask(
                            DeleteShareGroupStateRequest.self, NoFinding(), of: key)
                    else { return nil }
                    return RequestRefusal(.toMembers(refusal.code), refusal.message)
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
