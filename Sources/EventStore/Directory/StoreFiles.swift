internal import LogCore
internal import RecordFormat

/// The files at the top of a data directory.
struct StoreFiles {
    let directory: String

    /// What the directory of a deleted partition ends with until it is gone.
    static let deletedSuffix = "-delete"

    /// What the directory of a partition is called from the moment of its deletion until it is gone.
    ///
    /// The topic's name is cut where the whole would be too long for a file system: it may have 249 characters, a
    /// file's name 255.
    static func deletedName(_ partition: TopicPartition, _ topicID: TopicID) -> String {
        let suffix = "-\(partition.partition).\(topicID)" + deletedSuffix
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

    var cleanShutdown: String { directory + "/.kafka_cleanshutdown" }
    private var recoveryPoints: OffsetCheckpoint {
        OffsetCheckpoint(path: directory + "/recovery-point-offset-checkpoint")
    }
    private var logStarts: OffsetCheckpoint { OffsetCheckpoint(path: directory + "/log-start-offset-checkpoint") }
    private var highWatermarks: OffsetCheckpoint {
        OffsetCheckpoint(path: directory + "/replication-offset-checkpoint")
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
        return states
    }

    func writeCheckpoints(_ states: [TopicPartition: PartitionLog.OpenState]) throws(LogError) {
        try recoveryPoints.write(states.mapValues(\.recoveryPoint))
        // Kafka lists only partitions whose start has moved.
        try logStarts.write(states.mapValues(\.logStartOffset).filter { $0.value > .zero })
        try highWatermarks.write(states.mapValues(\.highWatermark))
    }
}

extension PartitionLog.OpenState {
    /// What a checkpoint keeps of `marks`.
    init(_ marks: LogWatermarks) {
        self.init(
            recoveryPoint: marks.recoveryPoint, logStartOffset: marks.logStartOffset, highWatermark: marks.highWatermark
        )
    }
}

/// `meta.properties`: which cluster and node a data directory belongs to.
struct MetaProperties {
    let directory: String

    /// Reads the file, or writes it for a new directory; returns the cluster's identity.
    ///
    /// - Throws: ``LogError`` with code `.unsupportedFormat` if the directory is another node's or of another version.
    func load(nodeID: Int32) throws(LogError) -> String {
        let file = PropertiesFile(path: directory + "/meta.properties", separator: "=")
        if let values = try file.read() {
            guard values["version"] == "1" || values["version"] == "0" else {
                throw LogError(
                    .unsupportedFormat, "\(file.path): version \(values["version"] ?? "missing"), known are 0 and 1")
            }
            let stored = values["node.id"] ?? values["broker.id"]
            guard stored == nil || stored == String(nodeID) else {
                throw LogError(
                    .unsupportedFormat,
                    "\(directory) belongs to node.id \(stored ?? ""), this server has node.id \(nodeID): set node.id or log.dirs"
                )
            }
            if let clusterID = values["cluster.id"] { return clusterID }
        }
        let clusterID = TopicID.random().description
        let text = file.text([
            ("version", "1"), ("cluster.id", clusterID), ("node.id", String(nodeID)),
            ("directory.id", TopicID.random().description),
        ])
        try Directory.replaceFile(file.path, with: "#\n" + text)
        return clusterID
    }
}

/// `partition.metadata`: the identity of the topic that a partition's directory belongs to (KIP-516).
struct PartitionMetadata {
    let directory: String
    private var file: PropertiesFile {
        PropertiesFile(path: directory + "/" + FileNames.partitionMetadata, separator: ": ")
    }

    func read() throws(LogError) -> TopicID? {
        guard let values = try file.read(), let text = values["topic_id"] else { return nil }
        guard let topicID = TopicID(text) else {
            throw LogError(.unsupportedFormat, "\(file.path): '\(text)' is no topic id")
        }
        return topicID
    }

    /// Writes the file without waiting for the device: the metadata log has the identity too, and an empty file counts
    /// as none.
    func write(_ topicID: TopicID) throws(LogError) {
        try Directory.writeFile(file.path, with: file.text([("version", "0"), ("topic_id", topicID.description)]))
    }
}
