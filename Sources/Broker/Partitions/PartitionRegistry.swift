import KafkaProtocol
import LogCore
import RecordFormat
import Synchronization

/// The topics of the cluster and this node's copies of their partitions, by name and identity.
///
/// Safe to use from any thread.
final class PartitionRegistry: Sendable {
    /// One topic's partitions.
    struct Topic: Sendable {
        var name: String
        var id: TopicID
        var isInternal: Bool
        /// By number; `nil` for one that has no copy on this node.
        var partitions: [Partition?]

        /// The number of partitions, wherever they are.
        var partitionCount: Int32 { Int32(partitions.count) }

        /// The partitions that have a copy here, in order.
        var copies: some Sequence<Partition> { partitions.lazy.compactMap(\.self) }

        /// Whether there is a partition of that number, here or elsewhere.
        func has(_ number: Int32) -> Bool { partitions.indices.contains(Int(number)) }

        /// This node's copy of the partition of that number, if there is one.
        func copy(_ number: Int32) -> Partition? { has(number) ? partitions[Int(number)] : nil }

        /// This node's copy of the partition of that number, or what a client is told that takes it for a replica.
        func replica(_ number: Int32) throws(ErrorCode) -> Partition {
            guard has(number) else { throw .unknownTopicOrPartition }
            guard let copy = partitions[Int(number)] else { throw .notLeaderOrFollower }
            return copy
        }

        /// The partition of that number if this node leads it, or what a client is told that takes it for the leader.
        func led(_ number: Int32) -> Result<Partition, ErrorCode> {
            guard has(number) else { return .failure(.unknownTopicOrPartition) }
            guard let copy = partitions[Int(number)], copy.isLed else { return .failure(.notLeaderOrFollower) }
            return .success(copy)
        }

        /// Ends every wait for its partitions with `error`, those included that begin later.
        func retire(with error: ErrorCode) {
            var batch = CompletionBatch()
            for partition in copies { partition.retire(with: error, into: &batch) }
            batch.dispatch()
        }
    }

    private struct State {
        var topics: [String: Topic] = [:]
        var names: [TopicID: String] = [:]
    }

    private let state = Mutex(State())
    private let changes = Atomic<UInt64>(0)

    /// The number of changes so far: as long as it is the same, a name or an identity stands for the same partitions.
    var version: UInt64 { changes.load(ordering: .acquiring) }

    func topic(_ name: String) -> Topic? { state.withLock { $0.topics[name] } }

    func topic(_ id: TopicID) -> Topic? { state.withLock { state in state.names[id].flatMap { state.topics[$0] } } }

    /// Whether there is such a partition, here or elsewhere.
    func has(_ id: TopicPartition) -> Bool { topic(id.topic)?.has(id.partition) ?? false }

    /// This node's copy of a partition, if there is one.
    func copy(_ id: TopicPartition) -> Partition? { topic(id.topic)?.copy(id.partition) }

    /// A partition that this node leads, or what a client is told that takes it for the leader.
    func led(_ id: TopicPartition) -> Result<Partition, ErrorCode> {
        topic(id.topic)?.led(id.partition) ?? .failure(.unknownTopicOrPartition)
    }

    /// Adds a topic, or puts it in the place of the one of its name.
    func set(_ topic: Topic) {
        state.withLock { state in
            state.topics[topic.name] = topic
            state.names[topic.id] = topic.name
        }
        changes.wrappingAdd(1, ordering: .acquiringAndReleasing)
    }

    /// Takes a topic out.
    func remove(_ name: String) -> Topic? {
        defer { changes.wrappingAdd(1, ordering: .acquiringAndReleasing) }
        return state.withLock { state in
            guard let topic = state.topics.removeValue(forKey: name) else { return nil }
            state.names[topic.id] = nil
            return topic
        }
    }

    /// All topics, in no order.
    var topics: [Topic] { state.withLock { Array($0.topics.values) } }

    /// All copies on this node, in no order.
    var all: [Partition] { state.withLock { $0.topics.values.flatMap(\.copies) } }
}
