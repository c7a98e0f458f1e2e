public import LogCore
public import RecordFormat

/// The offset commits of one group: how far those have come who read topics under a common name.
///
/// An offset commit is durable when the call returns, and outlives a crash. It is the offset of the next record to
/// read: commit ``TailBatch/nextOffset`` once a batch is dealt with, and begin again with ``TailStart/group(_:otherwise:)``.
/// What was dealt with and not committed is read twice after a crash.
///
/// A light handle. Safe to use from any thread.
///
/// - SeeAlso: docs/format/consumer-offsets.md
public struct GroupOffsets: Sendable {
    /// The group's name.
    public let group: String
    let store: EventStore
    let table: OffsetTable

    /// Commits offsets: all of them or none, as long as they fit one batch, which takes some ten thousand.
    ///
    /// - Parameters:
    ///   - offsets: The next record to read, by partition.
    ///   - metadata: What to keep beside them, at most 32,767 bytes of UTF-8.
    /// - Throws: ``LogError`` with code `.invalidRecord` if a name or the metadata is too long, `.storageFull`, `.io`,
    ///   `.readOnly`, `.closed`.
    public func commit(_ offsets: [TopicPartition: LogOffset], metadata: String = "") async throws(LogError) {
        guard let pending = try write(offsets, metadata) else { return }
        try await pending.wait()
        table.settle(pending)
    }

    /// Commits offsets as the asynchronous form does, and blocks the thread until they are durable.
    ///
    /// - Throws: as the asynchronous form.
    public func commitAndWait(_ offsets: [TopicPartition: LogOffset], metadata: String = "") throws(LogError) {
        guard let pending = try write(offsets, metadata) else { return }
        try pending.waitBlocking()
        table.settle(pending)
    }

    private func write(
        _ offsets: [TopicPartition: LogOffset], _ metadata: String
    ) throws(LogError) -> PendingOffsets? {
        guard !offsets.isEmpty else { return nil }
        guard group.fitsRecord, metadata.fitsRecord, offsets.keys.allSatisfy({ $0.topic.fitsRecord }) else {
            throw LogError(.invalidRecord, "a name or the metadata has more than 32767 bytes")
        }
        let now = store.options.now()
        var changes: [OffsetCommitKey: OffsetCommitValue?] = [:]
        for (partition, offset) in offsets {
            changes[OffsetCommitKey(group: group, partition: partition)] = .some(
                OffsetCommitValue(offset: offset, metadata: metadata, commitTimestamp: now))
        }
        return try table.write(changes, of: group, in: store)
    }

    /// What the group has committed for a partition; `nil` if nothing.
    public func committed(_ partition: TopicPartition) -> OffsetCommitValue? {
        table.offset(of: OffsetCommitKey(group: group, partition: partition))
    }

    /// What the group has committed, by partition.
    public var all: [TopicPartition: OffsetCommitValue] { table.offsets(of: group) }

    /// Forgets what the group has committed for these partitions, or for all; durable when this returns.
    ///
    /// - Throws: ``LogError`` with code `.storageFull`, `.io`, `.readOnly`, `.closed`.
    public func delete(_ partitions: [TopicPartition]? = nil) async throws(LogError) {
        guard let pending = try writeTombstones(partitions) else { return }
        try await pending.wait()
        table.settle(pending)
    }

    /// Forgets what the group has committed for these partitions, or for all, and blocks until that is durable.
    ///
    /// - Throws: as the asynchronous form.
    public func deleteAndWait(_ partitions: [TopicPartition]? = nil) throws(LogError) {
        guard let pending = try writeTombstones(partitions) else { return }
        try pending.waitBlocking()
        table.settle(pending)
    }

    private func writeTombstones(_ partitions: [TopicPartition]?) throws(LogError) -> PendingOffsets? {
        let present = all
        let doomed = (partitions ?? Array(present.keys)).filter { present[$0] != nil }
        guard !doomed.isEmpty else { return nil }
        var changes: [OffsetCommitKey: OffsetCommitValue?] = [:]
        for partition in doomed {
            changes.updateValue(nil, forKey: OffsetCommitKey(group: group, partition: partition))
        }
        return try table.write(changes, of: group, in: store)
    }
}
