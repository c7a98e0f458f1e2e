import KafkaClient
import RecordFormat
import Synchronization

/// Commits, forgets and takes up places as the group takes partitions from an instance and gives them.
final class InstanceListener: RebalanceListener {
    private let instance: WeakInstance

    init(_ instance: ConsumerInstance) { self.instance = WeakInstance(instance) }

    /// The consumer keeps its listener, and the instance its consumer: one of the three may not keep the next.
    private final class WeakInstance: Sendable {
        private struct Reference { weak var instance: ConsumerInstance? }
        private let reference: Mutex<Reference>

        init(_ instance: ConsumerInstance) { reference = Mutex(Reference(instance: instance)) }

        var value: ConsumerInstance? { reference.withLock { $0.instance } }
    }

    func partitionsRevoked(_ partitions: [TopicPartition], from consumer: KafkaConsumer) async throws {
        guard let instance = instance.value else { return }
        if instance.commitsAutomatically { try? await instance.commitAnswered() }
        instance.setAside(partitions, generation: consumer.membership?.generation)
    }

    func partitionsLost(_ partitions: [TopicPartition], from consumer: KafkaConsumer) async throws {
        instance.value?.setAside(partitions, generation: nil)
    }

    func partitionsAssigned(_ partitions: [TopicPartition], to consumer: KafkaConsumer) async throws {
        try await instance.value?.takeUp(partitions)
    }
}

extension ConsumerInstance {
    /// Forgets partitions, but for where it was in them.
    func setAside(_ partitions: [TopicPartition], generation: Int32?) {
        state.withLock { state in
            for (partition, place) in state.records.drop(partitions) {
                state.seeds[partition] = Seed(offset: place, generation: generation)
            }
        }
    }

    /// Goes on in partitions where it was, unless another instance may have had them since and has committed: then it
    /// goes on after the commit, as a consumer does.
    func takeUp(_ partitions: [TopicPartition]) async throws {
        let seeds = state.withLock { state in
            partitions.reduce(into: [TopicPartition: Seed]()) { $0[$1] = state.seeds.removeValue(forKey: $1) }
        }
        if seeds.isEmpty { return }
        let generation = consumer.membership?.generation
        let uncertain = seeds.filter { $0.value.generation == nil || $0.value.generation != generation }.keys
        let committed = try await consumer.committed(uncertain.sorted())
        for (partition, seed) in seeds where committed[partition] == nil {
            try await consumer.seek(partition, to: seed.offset)
            state.withLock { $0.records.move(partition, to: seed.offset) }
        }
    }
}
