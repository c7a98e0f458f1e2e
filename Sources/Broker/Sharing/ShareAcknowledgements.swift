import Coordination
import KafkaProtocol
import RecordFormat
import Synchronization

/// The acknowledgements of one request, and what became of them partition by partition.
///
/// Safe to use from any thread.
final class ShareAcknowledgements: Sendable {
    typealias Target = ShareSessions.Target

    /// What one partition's acknowledgements say.
    struct Entry: Sendable {
        var target: Target
        var acknowledgements: [ShareAcknowledgement]
    }

    private struct State {
        var remaining: Int
        var refusals: [Target: RequestRefusal] = [:]
    }

    let entries: [Entry]
    /// Whether the request says that some are renewals (KIP-1222).
    private let allowsRenewal: Bool
    private let state: Mutex<State>

    init(_ entries: [Entry], allowsRenewal: Bool) {
        self.entries = entries
        self.allowsRenewal = allowsRenewal
        state = Mutex(State(remaining: entries.count))
    }

    /// Has each partition take its acknowledgements; `completion` hears when all that is durable, or refused.
    ///
    /// - Parameters:
    ///   - member: Who acknowledges.
    ///   - resolve: Finds a partition's queue.
    ///   - completion: Called once, with why partitions refused.
    func take(
        by member: MemberID, resolve: (Target) -> Result<SharedPartition, ErrorCode>,
        completion: @escaping @Sendable ([Target: RequestRefusal]) -> Void
    ) {
        guard !entries.isEmpty else { return completion([:]) }
        for entry in entries {
            let settle: @Sendable (RequestRefusal?) -> Void = { [self] refusal in
                let refusals = state.withLock { state -> [Target: RequestRefusal]? in
                    if let refusal { state.refusals[entry.target] = refusal }
                    state.remaining -= 1
                    return state.remaining == 0 ? state.refusals : nil
                }
                if let refusals { completion(refusals) }
            }
            if !allowsRenewal, entry.acknowledgements.contains(where: \.hasRenewals) {
                settle(RequestRefusal(.invalidRequest, "The request does not say that it renews locks."))
                continue
            }
            switch resolve(entry.target) {
            case .failure(let error): settle(RequestRefusal(error))
            case .success(let shared): shared.acknowledge(entry.acknowledgements, by: member, outcome: settle)
            }
        }
    }
}

extension ShareAcknowledgement {
    fileprivate var hasRenewals: Bool { types.contains(AcknowledgeType.renew.rawValue) }
}

extension ShareFetchRequest {
    /// The partitions that the request names.
    var targets: [ShareSessions.Target] {
        topics.flatMap { topic in
            topic.partitions.map { .init(topicID: topic.topicID, partition: $0.partitionIndex) }
        }
    }

    /// The partitions that the session is to forget.
    var forgotten: [ShareSessions.Target] {
        forgottenTopicsData.flatMap { topic in
            topic.partitions.map { .init(topicID: topic.topicID, partition: $0) }
        }
    }

    /// What the request acknowledges on the way.
    var acknowledgements: ShareAcknowledgements {
        ShareAcknowledgements(
            topics.flatMap { topic in
                topic.partitions.filter { !$0.acknowledgementBatches.isEmpty }.map { partition in
                    .init(
                        target: .init(topicID: topic.topicID, partition: partition.partitionIndex),
                        acknowledgements: partition.acknowledgementBatches.map {
                            ShareAcknowledgement(
                                first: LogOffset($0.firstOffset), last: LogOffset($0.lastOffset),
                                types: $0.acknowledgeTypes)
                        })
                }
            }, allowsRenewal: isRenewAck)
    }
}

extension ShareAcknowledgeRequest {
    /// What the request acknowledges.
    var acknowledgements: ShareAcknowledgements {
        ShareAcknowledgements(
            topics.flatMap { topic in
                topic.partitions.map { partition in
                    .init(
                        target: .init(topicID: topic.topicID, partition: partition.partitionIndex),
                        acknowledgements: partition.acknowledgementBatches.map {
                            ShareAcknowledgement(
                                first: LogOffset($0.firstOffset), last: LogOffset($0.lastOffset),
                                types: $0.acknowledgeTypes)
                        })
                }
            }, allowsRenewal: isRenewAck)
    }
}
