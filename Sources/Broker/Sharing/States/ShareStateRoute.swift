import Coordination
import KafkaProtocol
import RecordFormat

/// Where the state of a queue is, and how what the queue writes gets there.
enum ShareStateRoute: Sendable {
    /// This node leads the partition of `__share_group_state`, in the epoch of these states.
    case here(HostedShareStates)
    /// Another node leads it: which one is looked up with each write.
    case elsewhere(ShareStatePeers)

    /// What is known here, where this node has it.
    var states: HostedShareStates? { if case .here(let states) = self { states } else { nil } }

    func isSame(as other: ShareStateRoute) -> Bool {
        switch (self, other) {
        case (.here(let one), .here(let another)): one === another
        case (.elsewhere, .elsewhere): true
        default: false
        }
    }

    /// Stores what a queue asks for.
    ///
    /// - Parameters:
    ///   - write: What is to be stored.
    ///   - key: The queue.
    ///   - stateEpoch: The state epoch that the queue has read.
    ///   - leader: The epoch in which this node leads the queue's partition.
    ///   - completion: Called once, now or later.
    func store(
        _ write: ShareWrite, of key: SharePartitionKey, stateEpoch: @autoclosure () -> Int32, from leader: LeaderEpoch,
        completion: @escaping HostedShareStates.Completion
    ) {
        switch self {
        case .here(let states): states.append(write.record, of: key, from: leader, completion: completion)
        case .elsewhere(let peers):
            guard case .update(_, let update?) = write.record else {
                // Only who keeps the state writes the whole of it.
                return completion(.unknownServerError, nil)
            }
            let change = ShareStateChange(
                stateEpoch: stateEpoch(), leaderEpoch: leader, startOffset: update.startOffset, batches: update.batches)
            peers.ask(WriteShareGroupStateRequest.self, change, of: key) { outcome in
                if case .failure(let refusal) = outcome {
                    completion(.toMembers(refusal.code), nil)
                } else {
                    completion(.none, nil)
                }
            }
        }
    }
}

extension ErrorCode {
    /// What members are told where the node with a queue's state has refused.
    static func toMembers(_ code: ErrorCode) -> ErrorCode {
        switch code {
        case .fencedLeaderEpoch, .fencedStateEpoch, .notLeaderOrFollower: .notLeaderOrFollower
        default: .coordinatorNotAvailable
        }
    }
}
