internal import RecordFormat

extension Group {
    /// A client wants to keep how far it has come.
    mutating func commit(_ request: OffsetCommit, token: RequestToken, _ effects: inout GroupEffects) {
        if let error = refusal(of: request, &effects) {
            let partitions = request.entries.lazy.map(\.partition)
            return effects.respond(token, .offsetCommit(.failed(error, partitions)))
        }
        let (writes, results) = writes(of: request, effects)
        if !writes.isEmpty {
            offsets.begin(writes.lazy.map(\.partition))
            let records = writes.map { GroupRecord.offsetCommit(id, $0.partition, $0.value) }
            effects.append(records, for: .offsetCommit(writes))
        }
        effects.respondWhenDurable(token, .offsetCommit(OffsetUpdateResult(entries: results)))
    }

    /// The offsets of a request that can be kept, and what the client is told of each.
    func writes(
        of request: OffsetCommit, _ effects: GroupEffects
    ) -> (writes: [OffsetWrite], results: [OffsetUpdateResult.Entry]) {
        let timestamp = effects.now.timestamp
        let expiry = request.retention.map(timestamp.saturating(adding:))
        var writes: [OffsetWrite] = []
        var results: [OffsetUpdateResult.Entry] = []
        for entry in request.entries {
            let error = Self.refusal(of: entry, effects.configuration)
            results.append(.init(partition: entry.partition, error: error))
            if error != nil { continue }
            let value = OffsetCommitValue(
                offset: entry.offset, leaderEpoch: entry.leaderEpoch, metadata: entry.metadata,
                commitTimestamp: timestamp, expireTimestamp: expiry ?? .none)
            writes.append(OffsetWrite(partition: entry.partition, value: value))
        }
        return (writes, results)
    }

    private static func refusal(
        of entry: OffsetCommit.Entry, _ configuration: GroupCoordinatorConfiguration
    ) -> GroupError? {
        // Kafka counts UTF-16 units here, as its strings have them.
        let isTooLong = entry.metadata.utf16.count > configuration.offsetMetadataMaxSize
        if isTooLong || !entry.metadata.fitsRecord { return .offsetMetadataTooLarge }
        return entry.partition.topic.fitsRecord ? nil : .unknownServerError
    }

    private func refusal(of request: OffsetCommit, _ effects: inout GroupEffects) -> GroupError? {
        if isConverting || isDeleting { return .coordinatorNotAvailable }
        if share != nil { return .groupIDNotFound }
        if let consumer { return consumer.refusal(of: request) }
        guard let classic else { return .unknownMemberID }
        if let error = classic.refusal(of: request) { return error }
        // An offset commit is a sign of life as well.
        if classic.state == .stable || classic.state == .preparingRebalance {
            classic.renewSession(request.memberID, &effects)
        }
        return nil
    }

    /// An administrator wants to forget offsets (KIP-496).
    mutating func deleteOffsets(_ request: OffsetDelete, token: RequestToken, _ effects: inout GroupEffects) {
        if let error = refusalOfOffsetDeletion {
            return effects.respond(token, .offsetDelete(.failed(error, request.partitions)))
        }
        var removed: [TopicPartition] = []
        var results: [OffsetUpdateResult.Entry] = []
        for partition in request.partitions {
            let isRead = isSubscribed(to: partition.topic)
            results.append(.init(partition: partition, error: isRead ? .groupSubscribedToTopic : nil))
            if !isRead && offsets.partitions.contains(partition) { removed.append(partition) }
        }
        if !removed.isEmpty { appendDeletion(of: removed, deletesGroup: false, &effects) }
        effects.respondWhenDurable(token, .offsetDelete(OffsetUpdateResult(entries: results)))
    }

    /// An administrator wants the group gone.
    mutating func delete(token: RequestToken, _ effects: inout GroupEffects) {
        if let error = refusalOfDeletion { return effects.respond(token, .deleteGroup(error)) }
        appendDeletion(of: offsets.partitions.sorted(), deletesGroup: true, &effects)
        effects.respondWhenDurable(token, .deleteGroup(nil))
    }

    /// Forgets the offsets that are too old and, where none is left, the group (KIP-211).
    mutating func expireOffsets(_ effects: inout GroupEffects) {
        // What has become of a share group's records has no age; the group stays until someone deletes it.
        guard !isEnding, share == nil else { return }
        var expired: [TopicPartition] = []
        var keepsAny = false
        for (partition, value) in offsets.committed {
            if isExpired(partition, value, effects) { expired.append(partition) } else { keepsAny = true }
        }
        let isChanging = offsets.partitions.contains { offsets.isUnstable($0) }
        let deletesGroup = isUnused && !keepsAny && !isChanging && isPersisted
        guard deletesGroup || !expired.isEmpty else { return }
        appendDeletion(of: expired.sorted(), deletesGroup: deletesGroup, &effects)
    }

    private func isExpired(_ partition: TopicPartition, _ value: OffsetCommitValue, _ effects: GroupEffects) -> Bool {
        if offsets.isUnstable(partition) { return false }
        let now = effects.now.timestamp.milliseconds
        guard let base = expiryBase(of: value) else { return false }
        if isSubscribed(to: partition.topic) { return false }
        if value.expireTimestamp != .none { return now >= value.expireTimestamp.milliseconds }
        return now >= base.saturating(adding: effects.configuration.offsetsRetention).milliseconds
    }

    /// Topics are gone, and with them the offsets in them.
    mutating func forgetOffsets(of topics: Set<String>, _ effects: inout GroupEffects) {
        guard !isEnding else { return }
        let partitions = offsets.partitions.filter { topics.contains($0.topic) }
        if !partitions.isEmpty { appendDeletion(of: partitions.sorted(), deletesGroup: false, &effects) }
    }

    private mutating func appendDeletion(
        of partitions: [TopicPartition], deletesGroup: Bool, _ effects: inout GroupEffects
    ) {
        offsets.begin(partitions)
        var records = partitions.map { GroupRecord.offsetCommit(id, $0, nil) }
        if deletesGroup {
            records += beginDeletion(&effects)
        }
        effects.append(records, for: .offsetDeletion(partitions, deletesGroup: deletesGroup))
    }

    /// Offset commits are durable and now become visible.
    mutating func commitCompleted(_ writes: [OffsetWrite]) {
        offsets.end(writes.lazy.map(\.partition))
        for write in writes { offsets.apply(write.value, to: write.partition) }
        isPersisted = true
    }

    /// The deletion of offsets is durable.
    mutating func deletionCompleted(_ partitions: [TopicPartition]) {
        offsets.end(partitions)
        for partition in partitions { offsets.apply(nil, to: partition) }
    }

    /// The deletion of offsets did not become durable: they are where they were.
    mutating func deletionFailed(_ partitions: [TopicPartition], wasDeletingGroup: Bool) {
        offsets.end(partitions)
        if wasDeletingGroup { endDeletion() }
    }

    /// The answer to a question for offsets.
    func fetch(_ request: OffsetFetch) -> OffsetFetchResult {
        if share != nil { return OffsetFetchResult(error: .groupIDNotFound, entries: []) }
        if let error = consumer?.refusal(of: request) { return OffsetFetchResult(error: error, entries: []) }
        let partitions = request.partitions ?? offsets.committed.keys.sorted()
        return OffsetFetchResult(
            entries: partitions.map { partition in
                if request.requiresStable && offsets.isUnstable(partition) {
                    return .init(partition: partition, error: .unstableOffsetCommit, committed: nil)
                }
                return .init(partition: partition, committed: offsets.committed[partition])
            })
    }
}
