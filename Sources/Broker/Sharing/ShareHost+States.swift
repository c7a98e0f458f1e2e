import Coordination
import KafkaProtocol
import LogCore
import RecordFormat

/// What the node that leads a state's partition does for others: for the leaders of queues, and for the coordinators of
/// groups.
///
/// A queue that this node leads as well is asked to do it: it has what its members hold.
extension ShareHost {
    typealias StateCompletion = @Sendable (RequestRefusal?) -> Void

    /// What is known by this node, or what it is told who asks for it.
    private func leading(_ key: SharePartitionKey) -> Result<HostedShareStates, RequestRefusal> {
        coordinator(of: key).mapError { RequestRefusal(ErrorCode($0)) }.flatMap { states in
            let isKnown = site.registry.topic(key.topicID)?.has(key.partition) ?? false
            return isKnown ? .success(states) : .failure(RequestRefusal(.unknownTopicOrPartition))
        }
    }

    /// The queue's partition, if this node leads it too.
    private func led(_ key: SharePartitionKey) -> Partition? {
        try? site.registry.topic(key.topicID)?.led(key.partition).get()
    }

    /// Tells the leader of a queue in `epoch` what is known; what earlier leaders write is refused from then on.
    func readState(of key: SharePartitionKey, for epoch: LeaderEpoch) -> Result<ShareSnapshot?, RequestRefusal> {
        leading(key).flatMap { states in
            states.read(key, for: epoch).map { known in known.flatMap { $0.isEstablished ? $0.stored : nil } }
                .mapError { RequestRefusal($0 == .notLeaderOrFollower ? .fencedLeaderEpoch : $0) }
        }
    }

    /// Stores what has changed in a queue that another node leads.
    ///
    /// - Parameter change: What has changed; `nil` where what was sent makes no sense.
    func writeState(
        _ change: ShareStateChange?, of key: SharePartitionKey, completion: @escaping StateCompletion
    ) {
        guard let change else { return completion(RequestRefusal(.invalidRequest)) }
        switch leading(key) {
        case .failure(let refusal): completion(refusal)
        case .success(let states):
            let updatesPerSnapshot = policy(of: key.groupID).settings.updatesPerSnapshot
            let now = site.now()
            states.change(
                key, from: change.leaderEpoch,
                completion: { [self] error, cold in
                    if let cold { renewSnapshot(of: cold, states) }
                    completion(error == .none ? nil : RequestRefusal(error))
                }
            ) { known in
                // One that was never set up has no place to go on from.
                guard let known, known.isEstablished else { return .failure(.invalidRequest) }
                guard change.stateEpoch >= known.stateEpoch else { return .failure(.fencedStateEpoch) }
                return .success(known.record(of: change, updatesPerSnapshot: updatesPerSnapshot, at: now))
            }
        }
    }

    /// Sets up a state, or sets it up anew in a higher epoch: what was known of records is gone.
    func initializeState(
        of key: SharePartitionKey, _ setup: ShareStateSetup, completion: @escaping StateCompletion
    ) {
        guard setup.start >= .zero, setup.stateEpoch >= 0 else { return completion(RequestRefusal(.invalidRequest)) }
        switch leading(key) {
        case .failure(let refusal): completion(refusal)
        case .success(let states):
            @Sendable func refusal(_ known: SharePartition?) -> ErrorCode? {
                guard let known, known.isEstablished else { return nil }
                return setup.stateEpoch > known.stateEpoch ? nil : .fencedStateEpoch
            }
            if let partition = led(key) {
                if let refusal = refusal(states.known(key)) { return completion(RequestRefusal(refusal)) }
                return alterStart(of: key, on: partition, setup, completion: completion)
            }
            let now = site.now()
            let epoch = states.leader(of: key) ?? LeaderEpoch(0)
            states.change(
                key,
                completion: { [self] error, cold in
                    if let cold { renewSnapshot(of: cold, states) }
                    completion(error == .none ? nil : RequestRefusal(error))
                }
            ) { known in
                if let refusal = refusal(known) { return .failure(refusal) }
                let former = known ?? SharePartition(key: key, startOffset: setup.start, at: now)
                return .success(
                    former.record(settingUp: setup.stateEpoch, from: setup.start, leaderEpoch: epoch, at: now))
            }
        }
    }

    /// Deletes a state; one that there is not is no error, as in Kafka.
    func deleteState(of key: SharePartitionKey, completion: @escaping StateCompletion) {
        switch leading(key) {
        case .failure(let refusal): completion(refusal)
        case .success(let states):
            if let partition = led(key) {
                switch find(key, on: partition) {
                case .failure(let error): return completion(RequestRefusal(error))
                case .success(let shared?): return shared.clear(outcome: completion)
                case .success(nil): return completion(nil)
                }
            }
            states.change(key, completion: { error, _ in completion(error == .none ? nil : RequestRefusal(error)) }) {
                $0 == nil ? .failure(.none) : .success(.snapshot(key, nil))
            }
        }
    }

    /// How far a group has come in a partition; `nil` where it has not begun to read.
    func summarizeState(of key: SharePartitionKey) -> Result<ShareStateSummary?, RequestRefusal> {
        guard topic.topic != nil else { return .success(nil) }
        return leading(key).map { states in
            guard let known = states.known(key) else { return nil }
            var progress: SharePartitionProgress?
            if let shared = queue(key), shared.isLed, shared.route.states === states {
                progress = shared.progress()
            } else {
                var known = known
                if let partition = led(key) { known.logStartMoved(to: partition.log.watermarks.logStartOffset) }
                progress = known.progress
            }
            return progress.map {
                ShareStateSummary(
                    stateEpoch: known.stateEpoch, leaderEpoch: (states.leader(of: key) ?? LeaderEpoch(0)).rawValue,
                    progress: $0)
            }
        }
    }
}
