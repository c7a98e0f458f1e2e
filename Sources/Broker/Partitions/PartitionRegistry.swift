import KafkaProtocol
import LogCore
import RecordFormat
import Synchronization

/// The partitions of this node, by topic name and identity.
///
/// Safe to use from any thread.
final class PartitionRegistry: Sendable {
    /// One topic's partitions, in order.
    struct Topic: Sendable {
        var name: String
        var id: TopicID
        var isInternal: Bool
        var partitions: [Partition]

        /// The partition of that number, if there is one.
        func partition(_ number: Int32) -> Partition? {
            partitions.indices.contains(Int(number)) ? partitions[Int(number)] : nil
        }

        /// Ends every wait for its partitions with `error`, those included that begin later.
        func retire(with error: ErrorCode) {
            var batch = CompletionBatch()
            for partition in partitions { partition.retire(with: error, into: &batch) }
            batch.dispatch()
        }
    }

    private struct State {
        var topics: [String: Topic] = [:]
        var names: [TopicID: String] = [:]
    }

    private let state = Mutex(State())

    func topic(_ name: String) -> Topic? { state.withLock { $0.topics[name] } }

    func topic(_ id: TopicID) -> Topic? { state.withLock { state in state.names[id].flatMap { state.topics[$0] } } }

    func partition(_ id: TopicPartition) -> Partition? { topic(id.topic)?.partition(id.partition) }

    /// Adds a topic, or puts it in the place of the one of its name.
    func set(_ topic: Topic) {
        state.withLock { state in
            state.topics[topic.name] = topic
            state.names[topic.id] = topic.name
        }
    }

    /// Takes a topic out.
    func remove(_ name: String) -> Topic? {
        state.withLock { state in
            guard let topic = state.topics.removeValue(forKey: name) else { return nil }
            state.names[topic.id] = nil
            return topic
        }
    }

    /// All partitions, in no order.
    var all: [Partition] { state.withLock { $0.topics.values.flatMap(\.partitions) } }
}
