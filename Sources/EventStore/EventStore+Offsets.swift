public import LogCore
internal import RecordFormat
internal import Synchronization

extension EventStore {
    /// The topic that offset commits are kept in, as Kafka names it.
    static let offsetsTopic = "__consumer_offsets"

    /// The offset commits of a group.
    ///
    /// The first call replays what was committed, and creates the topic for it if there is none.
    ///
    /// - Throws: ``LogError`` with code `.corruptBatch` if the commits cannot be read, `.storageFull`, `.io` or
    ///   `.closed`.
    public func offsets(group: String) throws(LogError) -> GroupOffsets {
        GroupOffsets(group: group, store: self, table: try loadedOffsets())
    }

    /// The names of the groups that have committed offsets, in alphabetical order.
    ///
    /// - Throws: as ``offsets(group:)``.
    public func groups() throws(LogError) -> [String] { try loadedOffsets().groups.sorted() }

    private func loadedOffsets() throws(LogError) -> OffsetTable {
        // Held while the topic is replayed: two tables would each know half.
        try offsetTable.withLock { table throws(LogError) in
            if let table { return table }
            var configuration = LogConfiguration()
            configuration.cleanupPolicy = .compact
            configuration.retention = nil
            // Kafka's value: what is replayed at a start should be little.
            configuration.segmentBytes = 100 << 20
            // One partition: the groups of one process share its syncs.
            let known = topicTable.withLock { $0.descriptors[Self.offsetsTopic] != nil }
            let topic = try openTopic(
                Self.offsetsTopic, partitions: known ? nil : 1, configuration: known ? nil : configuration)
            let loaded = try OffsetTable(topic)
            table = loaded
            return loaded
        }
    }

    /// Forgets what groups have committed for a topic that is deleted: one of the same name begins anew.
    func dropOffsets(ofTopic name: String) throws(LogError) {
        guard topicTable.withLock({ $0.descriptors[Self.offsetsTopic] != nil }) else { return }
        let table = try loadedOffsets()
        let groups = Dictionary(grouping: table.keys(ofTopic: name), by: \.group)
        for (group, keys) in groups.sorted(by: { $0.key < $1.key }) {
            try offsets(group: group).deleteAndWait(keys.map(\.partition))
        }
    }
}
