import EventStore
import LogCore
import RecordFormat

/// A store with two topics of which one has a file replaced, opened anew for each input.
final class TopicTarget {
    // One thread makes inputs, and runs them.
    nonisolated(unsafe) static let current = TopicTarget()

    private static let topic = "events"
    private static let neighbour = "other"
    /// The topics' ids, the same in each process, so that an input that is kept means the same next time.
    private static let ids = [topic: "AAAAAAAAAAcAAAAAAAAACQ", neighbour: "AAAAAAAAAAcAAAAAAAAACg"]
    private static let metadata = "\(topic)-0/partition.metadata"
    private static let descriptor = "\(ids[topic] ?? "").topic"
    /// The most partitions to open: more directories for each input would be all that there is time for.
    private static let mostPartitions = 16

    private let scratch = ScratchDirectory()
    private let files: [String: ByteSlice]

    private init() {
        do {
            let store = try Self.open(scratch)
            for name in [Self.topic, Self.neighbour] {
                try store.topic(name).appendAndWait(NewRecord(value: name), requiring: .device)
            }
            try store.close()
        } catch {
            fatalError("no store to begin with: \(error)")
        }
        files = Self.withFixedIDs(scratch.files())
    }

    private static func open(_ scratch: ScratchDirectory) throws -> EventStore {
        try EventStore(EventStore.Options(directory: scratch.path), observer: TopicObserver())
    }

    /// The files of a store as if its topics had been given the ids above.
    private static func withFixedIDs(_ files: [String: ByteSlice]) -> [String: ByteSlice] {
        var result = files
        for (name, id) in ids {
            let path = "\(name)-0/partition.metadata"
            let line = files[path]?.string.split(separator: "\n").last { $0.hasPrefix("topic_id: ") }
            guard let old = line?.split(separator: " ").last, let text = result.removeValue(forKey: "\(old).topic")
            else { fatalError("no identity in \(path)") }
            result["\(id).topic"] = ByteSlice(text.string.replacing(old, with: id))
            result[path] = files[path].map { ByteSlice($0.string.replacing(old, with: id)) }
        }
        return result
    }

    /// The identity of a partition, as it is when all is well.
    var metadataSeeds: [ByteSlice] { files[Self.metadata].map { [$0] } ?? [] }

    /// The description of a topic, as it is when all is well.
    var descriptorSeeds: [ByteSlice] { files[Self.descriptor].map { [$0] } ?? [] }

    /// Replaces a partition's identity: the partition opens with what it holds, or is refused.
    func runMetadata(_ input: ByteSlice) {
        run(replacing: Self.metadata, with: input) { store in
            demand(store.topicNames == [Self.topic, Self.neighbour], "\(store.topicNames)")
            checkIfOpen(Self.topic, in: store)
            check(Self.neighbour, in: store)
        }
    }

    /// Replaces a topic's description: whatever topic it describes opens, or is refused.
    func runDescriptor(_ input: ByteSlice) {
        let lines = input.string.split(separator: "\n")
        let partitions = lines.compactMap { $0.hasPrefix("partitions=") ? Int($0.dropFirst(11)) : nil }
        run(replacing: Self.descriptor, with: input) { store in
            if partitions.allSatisfy({ $0 <= Self.mostPartitions }) {
                for name in store.topicNames where name != Self.neighbour { checkIfOpen(name, in: store) }
            }
            // What says that it is the neighbour stands beside it, and one of the two has the name.
            if !lines.contains("name=\(Self.neighbour)") { check(Self.neighbour, in: store) }
        }
    }

    private func run(replacing name: String, with content: ByteSlice, _ body: (EventStore) -> Void) {
        scratch.restore(files)
        scratch.write(content, to: name)
        do {
            let store = try Self.open(scratch)
            body(store)
            try store.close()
        } catch {
            fatalError("the store does not open: \(error)")
        }
    }

    /// A topic whose files are right has its record and takes another.
    private func check(_ name: String, in store: EventStore) {
        do {
            let appended = try store.topic(name).appendAndWait(NewRecord(value: name), requiring: .pageCache)
            demand(appended.firstOffset.rawValue == 1, "\(name) goes on at \(appended.firstOffset)")
        } catch {
            fatalError("\(name) is as it was: \(error)")
        }
    }

    /// A topic whose files may be wrong works as far as it opens.
    private func checkIfOpen(_ name: String, in store: EventStore) {
        guard let topic = try? store.topic(name), let partition = try? topic.log(of: 0) else { return }
        let end = partition.log.watermarks.logEndOffset
        guard let appended = try? topic.appendAndWait(NewRecord(key: name, value: name), requiring: .pageCache) else {
            return
        }
        demand(appended.partition.partition != 0 || appended.firstOffset == end, "\(appended), not at \(end)")
        demand(name != Self.topic || end.rawValue == 1, "\(name) ends at \(end)")
    }
}

private struct TopicObserver: StoreObserver {}
