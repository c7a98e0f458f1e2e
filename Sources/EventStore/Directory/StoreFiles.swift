internal import LogCore
internal import RecordFormat

/// The files at the top of a data directory.
struct StoreFiles {
    let directory: LogDirectory

    /// What the directory of a deleted partition ends with until it is gone.
    static let deletedSuffix = "-delete"

    /// What the directory of a partition is called from the moment of its deletion until it is gone.
    ///
    /// The topic's name is cut where the whole would be too long for a file system: it may have 249 characters, a
    /// file's name 255.
    static func deletedName(_ partition: TopicPartition, _ topicID: TopicID) -> String {
        name(of: partition, "\(topicID)" + deletedSuffix)
    }

    /// What the directory of a partition is called that was set aside: another name each time, since what was set aside
    /// before may still be there.
    static func strayName(_ partition: TopicPartition) -> String {
        name(of: partition, "\(TopicID.random())-stray")
    }

    private static func name(of partition: TopicPartition, _ ending: String) -> String {
        let suffix = "-\(partition.partition).\(ending)"
        return partition.topic.prefix(255 - suffix.utf8.count) + suffix
    }

    /// Whether a directory's name is one that a deletion gave, ours or Apache Kafka's: `<topic>-<n>.<id>-delete`.
    ///
    /// Only such a name is ever swept away. A user's own `backup-delete` is none of ours.
    static func isDeletedName(_ name: String) -> Bool {
        guard name.hasSuffix(deletedSuffix) else { return false }
        let stem = name.dropLast(deletedSuffix.count)
        guard let dot = stem.lastIndex(of: "."), TopicPartition(directoryName: String(stem[..<dot])) != nil else {
            return false
        }
        let id = stem[stem.index(after: dot)...]
        // Kafka takes a UUID of its own, in hexadecimal without dashes.
        return TopicID(String(id)) != nil || id.utf8.count == 32 && id.allSatisfy { $0.isASCII && $0.isHexDigit }
    }

    /// Marks a directory that was closed in order.
    static let cleanShutdown = ".kafka_cleanshutdown"

    private var recoveryPoints: OffsetCheckpoint {
        OffsetCheckpoint(directory: directory, name: "recovery-point-offset-checkpoint")
    }
    private var logStarts: OffsetCheckpoint {
        OffsetCheckpoint(directory: directory, name: "log-start-offset-checkpoint")
    }
    private var highWatermarks: OffsetCheckpoint {
        OffsetCheckpoint(directory: directory, name: "replication-offset-checkpoint")
    }
    private var cleanedOffsets: OffsetCheckpoint {
        OffsetCheckpoint(directory: directory, name: "cleaner-offset-checkpoint")
    }

    /// What the checkpoints say of each partition.
    ///
    /// - Parameter report: Told of a checkpoint that cannot be read. It counts as empty then: a recovery point of 0
    ///   makes the next start read more, and nothing else.
    func readCheckpoints(reporting report: (LogError) -> Void) -> [TopicPartition: PartitionLog.OpenState] {
        func read(_ checkpoint: OffsetCheckpoint) -> [TopicPartition: LogOffset] {
            do throws(LogError) { return try checkpoint.read() } catch {
                report(error)
                return [:]
            }
        }
        var states: [TopicPartition: PartitionLog.OpenState] = [:]
        for (partition, offset) in read(recoveryPoints) { states[partition, default: .init()].recoveryPoint = offset }
        for (partition, offset) in read(logStarts) { states[partition, default: .init()].logStartOffset = offset }
        for (partition, offset) in read(highWatermarks) { states[partition, default: .init()].highWatermark = offset }
        for (partition, offset) in read(cleanedOffsets) { states[partition, default: .init()].cleanedOffset = offset }
        return states
    }

    func writeCheckpoints(_ states: [TopicPartition: PartitionLog.OpenState]) throws(LogError) {
        try recoveryPoints.write(states.mapValues(\.recoveryPoint))
        // Kafka lists only partitions whose start has moved.
        try logStarts.write(states.mapValues(\.logStartOffset).filter { $0.value > .zero })
        try highWatermarks.write(states.mapValues(\.highWatermark))
        try writeCleanerCheckpoint(states)
    }

    /// Writes how far each log is compacted, as far as any is.
    func writeCleanerCheckpoint(_ states: [TopicPartition: PartitionLog.OpenState]) throws(LogError) {
        let cleaned = states.mapValues(\.cleanedOffset).filter { $0.value > .zero }
        // A directory without compacted logs gets no file; one that has it keeps it, so that logs can be forgotten.
        let isThere = try cleanedOffsets.exists()
        if isThere || !cleaned.isEmpty { try cleanedOffsets.write(cleaned) }
    }
}

extension PartitionLog.OpenState {
    /// What the checkpoints keep of `log`.
    init(_ log: PartitionLog) {
        let marks = log.watermarks
        self.init(
            recoveryPoint: marks.recoveryPoint, logStartOffset: marks.logStartOffset,
            highWatermark: marks.highWatermark, cleanedOffset: log.cleanedOffset)
    }
}

/// `meta.properties`: which cluster and node a data directory belongs to.
struct MetaProperties {
    let directory: LogDirectory

    /// What the file says.
    struct Identity {
        /// The cluster's identity.
        var clusterID: String
        /// The directory's own, which no other directory has; `nil` for one that was made before directories had one.
        var directoryID: String?
    }

    /// Reads the file, or writes it for a new directory.
    ///
    /// - Parameter clusterID: The cluster that the directory has to belong to; a new one is made up without it.
    /// - Throws: ``LogError`` with code `.unsupportedFormat` if the directory is another node's, another cluster's or of
    ///   another version.
    func load(nodeID: Int32, clusterID expected: String?) throws(LogError) -> Identity {
        let file = PropertiesFile(directory: directory, name: "meta.properties", separator: "=")
        let values = try file.read() ?? [:]
        if !values.isEmpty {
            guard values["version"] == "1" || values["version"] == "0" else {
                throw LogError(
                    .unsupportedFormat, "\(file.path): version \(values["version"] ?? "missing"), known are 0 and 1")
            }
            let stored = values["node.id"] ?? values["broker.id"]
            guard stored == nil || stored == String(nodeID) else {
                throw LogError(
                    .unsupportedFormat,
                    "\(directory.path) belongs to node.id \(stored ?? ""), this server has node.id \(nodeID): set node.id or log.dirs"
                )
            }
            if let expected, let other = values["cluster.id"], other != expected {
                throw LogError(
                    .unsupportedFormat,
                    "\(directory.path) belongs to the cluster \(other), and this server is to be one of \(expected): set log.dirs to a directory of its own"
                )
            }
            // Only a node of a cluster needs an id of its directory: the file of any other stays as it is.
            if let clusterID = values["cluster.id"], values["directory.id"] != nil || expected == nil {
                return Identity(clusterID: clusterID, directoryID: values["directory.id"])
            }
        }
        let directoryID = values["directory.id"] ?? TopicID.random().description
        let identity = Identity(
            clusterID: values["cluster.id"] ?? expected ?? TopicID.random().description, directoryID: directoryID)
        let text = file.text([
            ("version", "1"), ("cluster.id", identity.clusterID), ("node.id", String(nodeID)),
            ("directory.id", directoryID),
        ])
        try directory.replaceFile(file.name, with: "#\n" + text)
        return identity
    }
}

/// `partition.metadata`: the identity of the topic that a partition's directory belongs to (KIP-516).
struct PartitionMetadata {
    let directory: LogDirectory
    private var file: PropertiesFile {
        PropertiesFile(directory: directory, name: FileNames.partitionMetadata, separator: ": ")
    }

    func read() throws(LogError) -> TopicID? {
        guard let values = try file.read(isSynced: false), let text = values["topic_id"] else { return nil }
        guard let topicID = TopicID(text) else {
            throw LogError(.unsupportedFormat, "\(file.path): '\(text)' is no topic id")
        }
        return topicID
    }

    /// Writes the file without waiting for the device: the metadata log has the identity too, and a file that is not whole
    /// counts as none.
    func write(_ topicID: TopicID) throws(LogError) {
        try directory.writeFile(file.name, with: file.text([("version", "0"), ("topic_id", topicID.description)]))
    }
}
