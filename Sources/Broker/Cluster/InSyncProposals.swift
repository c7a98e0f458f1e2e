import DequeModule
import Logging
import Replication
import Synchronization

/// Writes what leaders propose for the in-sync replicas of their partitions (AlterPartition in Kafka), some at a time: when
/// a node dies, another may have a proposal for each of thousands of partitions.
///
/// Those that wait are written in the order in which their partitions came. A partition has one of them at most: when a
/// leader makes another one, the version that the former compares has passed, and it is not written any more. Safe to use
/// from any thread.
final class InSyncProposals: Sendable {
    typealias Completion = @Sendable (InSyncProposal.Outcome) -> Void

    private struct Entry {
        var proposal: InSyncProposal
        var completion: Completion
    }

    private struct State {
        var waiting: [PartitionID: Entry] = [:]
        /// The partitions that have an entry in ``waiting``, each once.
        var order: Deque<PartitionID> = []
        var underWay = 0
    }

    /// Writes under way at a time: enough for the store to take several into one of its syncs, and few beside what else the
    /// node asks of it.
    static let limit = 64

    private let link: ClusterLink
    private let logger: Logger
    private let state = Mutex(State())

    init(link: ClusterLink, logger: Logger) {
        self.link = link
        self.logger = logger
    }

    /// Writes a proposal when its turn comes, and tells once what became of it.
    func write(_ proposal: InSyncProposal, _ id: PartitionID, completion: @escaping Completion) {
        let replaced = state.withLock { state in
            let replaced = state.waiting.updateValue(Entry(proposal: proposal, completion: completion), forKey: id)
            if replaced == nil { state.order.append(id) }
            return replaced
        }
        replaced?.completion(.unknown)
        writeNext()
    }

    private func writeNext() {
        let next = state.withLock { state -> (id: PartitionID, entry: Entry)? in
            guard state.underWay < Self.limit, let id = state.order.popFirst(),
                let entry = state.waiting.removeValue(forKey: id)
            else { return nil }
            state.underWay += 1
            return (id, entry)
        }
        guard let (id, entry) = next else { return }
        Task {
            let outcome: InSyncProposal.Outcome
            do { outcome = try await self.outcome(of: entry.proposal, id) } catch {
                logger.warning("proposing in-sync replicas of \(id) has an unknown outcome: \(error)")
                outcome = .unknown
            }
            state.withLock { $0.underWay -= 1 }
            entry.completion(outcome)
            writeNext()
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
