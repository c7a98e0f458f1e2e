public import RecordFormat

/// The names of a partition's files, as Apache Kafka gives them.
///
/// - SeeAlso: docs/format/data-directory.md
public enum FileNames {
    /// Suffixes of the files that make up a segment, and of those beside it.
    public enum Suffix {
        /// The batches.
        public static let log = ".log"
        /// From offset to position in the log.
        public static let offsetIndex = ".index"
        /// From timestamp to offset.
        public static let timeIndex = ".timeindex"
        /// Aborted transactions (KIP-98).
        public static let transactionIndex = ".txnindex"
        /// The producer table at the offset in the name.
        public static let producerSnapshot = ".snapshot"
        /// The files that a segment itself is made of; the snapshot describes what is before it.
        static let segmentFiles = [log, offsetIndex, timeIndex, transactionIndex]
        /// Marks a file that is about to be removed.
        public static let deleted = ".deleted"
        /// Marks a file of a segment that compaction is writing, which counts for nothing.
        public static let cleaned = ".cleaned"
        /// Marks a file of a compacted segment that is about to take the place of others, and counts for them.
        public static let swap = ".swap"
        /// Marks a file that is being written and counts for nothing until renamed.
        public static let temporary = ".tmp"
    }

    /// The leader epochs of one partition.
    public static let leaderEpochCheckpoint = "leader-epoch-checkpoint"
    /// An empty file that is there once batches of the log may leave offsets out: the log was compacted, or that of the
    /// leader it follows.
    public static let offsetGaps = "offset-gaps"
    /// An empty file that is there while a log is truncated: who finds it cannot rely on what was dropped being gone.
    public static let truncation = "truncation"
    /// The topic's identity, in its partition's directory.
    public static let partitionMetadata = "partition.metadata"

    /// The name of the file with `suffix` that starts at `offset`: 20 digits, so that names sort as offsets do.
    public static func segment(_ offset: LogOffset, _ suffix: String) -> String {
        let digits = String(offset.rawValue)
        return String(repeating: "0", count: max(0, 20 - digits.count)) + digits + suffix
    }

    /// The offset in a file name with `suffix`, or `nil` for any other name.
    public static func offset(of name: String, suffix: String) -> LogOffset? {
        guard name.hasSuffix(suffix) else { return nil }
        let digits = name.dropLast(suffix.count)
        guard digits.count == 20, digits.allSatisfy(\.isASCII), let value = Int64(digits), value >= 0 else {
            return nil
        }
        return LogOffset(value)
    }
}
