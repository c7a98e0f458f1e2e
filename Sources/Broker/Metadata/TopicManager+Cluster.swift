import EventStore
import KafkaProtocol
import Logging
import NIOPosix
import RecordFormat
import Replication

extension TopicManager {
    /// Takes over what other nodes have changed: topics that came and went, copies that this node is to have or to give
    /// up, and what is known of each partition.
    ///
    /// Copies that cannot be opened are tried again with the next image; files that cannot be removed are named in the
    /// log, and again at the next start.
    ///
    /// - Parameter former: The image that was taken over before.
    /// - Returns: The image that was taken over: the newest when the turn came, which has all that this node has done
    ///   itself. An older one would lack a topic that was made here meanwhile, and its files would go.
    func adopt(after former: ClusterImage) async -> ClusterImage {
        let adopted = try? await inTurn { [self] in
            let image = metadata.image
            for topic in registry.topics where image.topic(topic.name)?.id != topic.id { await drop(topic) }
            for topic in image.topics.values.sorted(by: { $0.name < $1.name }) {
                let known = former.topic(topic.name)
                let isShort = await short.contains(topic.name)
                guard known != topic || isShort else { continue }
                await adopt(topic, after: known)
            }
            return image
        }
        return adopted ?? former
    }

    /// Whether some copies could not be opened, and are to be tried again.
    var isShortOfCopies: Bool { !short.isEmpty }

    private func adopt(_ topic: ClusterImage.Topic, after known: ClusterImage.Topic?) async {
        do {
            try await openLogs(of: topic)
            setShort(topic.name, false)
        } catch {
            logger.error("opening this node's copies of topic \(topic.name) failed: \(error)")
            setShort(topic.name, true)
        }
        await giveUpCopies(of: topic)
        tell(topic)
        if let known, known.configuration != topic.configuration { await apply(configuration, to: [topic]) }
    }

    /// Sets aside, before any log is opened, the directories of topics and copies that were taken away from this node
    /// while it was not there.
    ///
    /// They are not removed: metadata that was put back from a backup knows nothing of what was made since.
    func setStraysAside(_ image: ClusterImage) async throws {
        var strays: [TopicID: [TopicPartition]] = [:]
        for stored in try store.storedPartitions() {
            guard let id = stored.topicID, stored.partition != LocalMetadataStore.partition else { continue }
            let state = image.topic(stored.partition.topic)?.id == id ? image.partition(stored.partition) : nil
            guard state?.replicas.contains(BrokerID(configuration.nodeID)) != true else { continue }
            strays[id, default: []].append(stored.partition)
        }
        for (id, partitions) in strays {
            let names = partitions.map(\.directoryName).sorted().joined(separator: ", ")
            logger.warning("\(names): not this node's any more, and set aside as *-stray, to be removed by hand")
            try await pool.runIfActive { [store] in try store.setAside(partitions, topicID: id) }
        }
    }

    /// Tells the copies of a topic what is known of their partitions.
    nonisolated func tell(_ topic: ClusterImage.Topic) {
        guard let open = registry.topic(topic.name) else { return }
        for partition in open.copies {
            guard case .replicated(let replica) = partition.role else { continue }
            replica.bring(.stateChanged(topic.partitions[Int(partition.id.partition)]), to: partition)
        }
    }

    /// Lets go of a topic that was deleted, or made anew under its name.
    private func drop(_ topic: PartitionRegistry.Topic) async {
        withdraw(topic.name, topic.id)
        await coordinators.topicChanged(topic.name)
        await removeFiles(topic.copies.map(\.id), topic.id)
        // Unless a topic of that name has been made since: the offsets are its own then.
        if metadata.image.topic(topic.name) == nil { groups.topicDeleted(topic.name) }
    }

    /// Removes copies that a reassignment has taken from this node.
    private func giveUpCopies(of topic: ClusterImage.Topic) async {
        guard var open = registry.topic(topic.name) else { return }
        let given = open.copies.filter {
            !topic.partitions[Int($0.id.partition)].replicas.contains(BrokerID(configuration.nodeID))
        }
        guard !given.isEmpty else { return }
        for partition in given { open.partitions[Int(partition.id.partition)] = nil }
        registry.set(open)
        var batch = CompletionBatch()
        for partition in given { partition.retire(with: .notLeaderOrFollower, into: &batch) }
        batch.dispatch()
        await coordinators.topicChanged(topic.name)
        await removeFiles(given.map(\.id), topic.id)
    }

    private func removeFiles(_ partitions: [TopicPartition], _ id: TopicID) async {
        do {
            try await pool.runIfActive { [store] in try store.delete(partitions, topicID: id) }
        } catch {
            logger.error("removing the files of \(partitions.map(\.directoryName)) failed: \(error)")
        }
    }
}
