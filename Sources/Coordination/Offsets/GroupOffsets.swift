internal import RecordFormat

/// How far a group has come: what is durable, and what is on its way to the log.
struct GroupOffsets: Hashable, Sendable {
    /// The offsets that are durable, which alone are shown.
    private(set) var committed: [TopicPartition: OffsetCommitValue] = [:]
    /// How many writes are on their way to the log, by partition.
    private var inFlight: [TopicPartition: Int] = [:]

    var isEmpty: Bool { committed.isEmpty && inFlight.isEmpty }

    /// The partitions of which the log has an offset, or soon may.
    var partitions: Set<TopicPartition> { Set(committed.keys).union(inFlight.keys) }

    func isInFlight(_ partition: TopicPartition) -> Bool { inFlight[partition] != nil }

    /// Notes that a write for each partition is on its way.
    mutating func begin(_ partitions: some Sequence<TopicPartition>) {
        for partition in partitions { inFlight[partition, default: 0] += 1 }
    }

    /// Notes that a write for each partition has ended, well or not.
    mutating func end(_ partitions: some Sequence<TopicPartition>) {
        for partition in partitions {
            guard let count = inFlight[partition] else { continue }
            inFlight[partition] = count > 1 ? count - 1 : nil
        }
    }

    /// Takes over an offset that is durable; `nil` where its tombstone is.
    mutating func apply(_ value: OffsetCommitValue?, to partition: TopicPartition) { committed[partition] = value }

    func checkInvariants() { precondition(inFlight.values.allSatisfy { $0 > 0 }, "a write ended twice") }
}
