public import RecordFormat

extension GroupCoordinator {
    /// Takes over one record of the partition, in the order of the log, before the first request.
    ///
    /// - Parameters:
    ///   - record: The record.
    ///   - transaction: The producer whose transaction the record's batch is part of: the record counts only once
    ///     ``replay(_:)-(GroupMarker)`` says so.
    /// - Returns: Whether the record is of a kind that is kept here; others, such as those of KIP-848's groups, are
    ///   passed over.
    /// - Throws: ``RecordDecodingError`` if the record cannot be read; nothing has changed then.
    @discardableResult public mutating func replay(
        _ record: GroupRecord, in transaction: ProducerID? = nil
    ) throws(RecordDecodingError) -> Bool {
        switch try DecodedGroupRecord(record) {
        case .unknown: return false
        case .groupMetadata(let groupID, nil): groups[groupID] = nil
        case .groupMetadata(let groupID, let value?):
            groups[groupID, default: ClassicGroup(id: groupID, at: value.currentStateTimestamp)].restore(value)
        case .offsetCommit(let groupID, let partition, nil): groups[groupID]?.offsets.apply(nil, to: partition)
        case .offsetCommit(let groupID, let partition, let value?) where transaction != nil:
            replay(value, of: partition, groupID, in: transaction!)
        case .offsetCommit(let groupID, let partition, let value?):
            groups[groupID, default: ClassicGroup(id: groupID, at: value.commitTimestamp)]
                .replayCommit(value, of: partition)
        }
        return true
    }

    /// Forgets groups of which not all records could be replayed.
    ///
    /// Comes before ``replayCompleted(at:)``: until then no one waits for a group, and it has no timers.
    public mutating func discard(where isIncomplete: (GroupID) -> Bool) {
        groups = groups.filter { !isIncomplete($0.key) }
        openTransactions = openTransactions.mapValues { $0.filter { !isIncomplete($0) } }.filter { !$0.value.isEmpty }
    }

    /// All records have been replayed: from now on the members' silence counts.
    ///
    /// Members know nothing of the restart. Each gets a whole session to show that it lives.
    public mutating func replayCompleted(at now: CoordinationTime) -> [GroupAction] {
        timers.schedule(.retentionCheck, at: now.instant.advanced(by: configuration.offsetsRetentionCheckInterval))
        return groups.keys.sorted().flatMap { groupID in
            withGroup(groupID, at: now) { $0.replayCompleted(&$1) }
        }
    }

    /// An append has ended.
    ///
    /// - Parameters:
    ///   - token: The token of the append; one that is not known any more is passed over.
    ///   - result: Success if its records are durable. The successes of one group are reported in the order of the
    ///     appends, which is the order in which a log becomes durable.
    ///   - now: The moment.
    public mutating func appendCompleted(
        _ token: AppendToken, _ result: Result<Void, GroupAppendFailure>, at now: CoordinationTime
    ) -> [GroupAction] {
        if let pending = pendingMarkers.removeValue(forKey: token) {
            return markerCompleted(pending.marker, pending.request, result)
        }
        guard let append = pendingAppends.removeValue(forKey: token) else { return [] }
        if case .success = result, case .transactionalCommit(_, let producer) = append.purpose {
            openTransactions[producer.id, default: []].insert(append.groupID)
        }
        var actions = withGroup(append.groupID, at: now) { group, effects in
            group.appendsInFlight -= 1
            switch result {
            case .success: group.appendCompleted(append.purpose, &effects)
            case .failure(let failure): group.appendFailed(append.purpose, failure.groupError, &effects)
            }
        }
        // Answered whether the group is still there or not: someone waits.
        actions += append.held.map { held in
            switch result {
            case .success: .respond(held.token, held.response)
            case .failure(let failure): .respond(held.token, held.response.failing(with: failure.groupError))
            }
        }
        if case .success = result, case .offsetDeletion(_, deletesGroup: true) = append.purpose {
            groups[append.groupID] = nil
        }
        actions += advance(to: now)
        return actions
    }
}

extension ClassicGroup {
    mutating func replayCommit(_ value: OffsetCommitValue, of partition: TopicPartition) {
        offsets.apply(value, to: partition)
        isPersisted = true
    }

    mutating func replayCompleted(_ effects: inout GroupEffects) {
        for memberID in roster.joinOrder { renewSession(memberID, &effects) }
        // The limit may have been lowered; a rebalance lets the members commit before the last ones are turned away.
        if roster.count > effects.configuration.groupMaxSize { prepareRebalance(&effects) }
    }

    fileprivate mutating func appendCompleted(_ purpose: GroupEffects.Purpose, _ effects: inout GroupEffects) {
        switch purpose {
        case .creation: creationCompleted(&effects)
        case .emptying: isPersisted = true
        case .assignment(let generation, let assignments):
            isPersisted = true
            assignmentCompleted(generation, assignments, &effects)
        case .staticRejoin(let rejoin): staticRejoinCompleted(rejoin, &effects)
        case .offsetCommit(let writes): commitCompleted(writes)
        case .transactionalCommit(let writes, let producer): transactionalCommitCompleted(writes, producer.id)
        case .offsetDeletion(let partitions, _): deletionCompleted(partitions)
        }
    }

    fileprivate mutating func appendFailed(
        _ purpose: GroupEffects.Purpose, _ error: GroupError, _ effects: inout GroupEffects
    ) {
        switch purpose {
        case .creation: creationFailed(error, &effects)
        // The log still has the last generation. After a restart its members' sessions run out: nothing is lost.
        case .emptying: break
        case .assignment(let generation, _): assignmentFailed(generation, error, &effects)
        case .staticRejoin(let rejoin): staticRejoinFailed(rejoin, error, &effects)
        case .offsetCommit(let writes), .transactionalCommit(let writes, _):
            offsets.end(writes.lazy.map(\.partition))
        case .offsetDeletion(let partitions, let deletesGroup):
            deletionFailed(partitions, wasDeletingGroup: deletesGroup)
        }
    }
}
