public import RecordFormat

extension GroupCoordinator {
    /// Takes over one record of the partition, in the order of the log, before the first request.
    ///
    /// - Parameters:
    ///   - record: The record.
    ///   - transaction: The producer whose transaction the record's batch is part of: the record counts only once
    ///     ``replay(_:)-(GroupMarker)`` says so.
    /// - Returns: Whether the record is of a kind that is kept here; others are passed over.
    /// - Throws: ``RecordDecodingError`` if the record cannot be read; nothing has changed then.
    @discardableResult public mutating func replay(
        _ record: GroupRecord, in transaction: ProducerID? = nil
    ) throws(RecordDecodingError) -> Bool {
        switch try DecodedGroupRecord(record) {
        case .unknown: return false
        case .groupMetadata(let groupID, nil):
            if groups[groupID]?.classic != nil { forgetMembers(of: groupID) }
        case .groupMetadata(let groupID, let value?):
            groups[groupID, default: Group(id: groupID, at: value.currentStateTimestamp)].replay(value)
        case .consumerGroup(let groupID, .group(epoch: nil)):
            if groups[groupID]?.consumer != nil { forgetMembers(of: groupID) }
        case .consumerGroup(let groupID, let record):
            if record.isTombstone && groups[groupID] == nil { return true }
            groups[groupID, default: Group(consumerGroup: groupID)].replay(record)
        case .shareGroup(let groupID, .group(nil)):
            if groups[groupID]?.share != nil { forgetMembers(of: groupID) }
        case .shareGroup(let groupID, let record):
            if record.isTombstone && groups[groupID] == nil { return true }
            groups[groupID, default: Group(shareGroup: groupID)].replay(record)
        case .offsetCommit(let groupID, let partition, nil): groups[groupID]?.offsets.apply(nil, to: partition)
        case .offsetCommit(let groupID, let partition, let value?) where transaction != nil:
            replay(value, of: partition, groupID, in: transaction!)
        case .offsetCommit(let groupID, let partition, let value?):
            groups[groupID, default: Group(id: groupID, at: value.commitTimestamp)]
                .replayCommit(value, of: partition)
        }
        return true
    }

    /// Forgets a group's members, and the group unless it has offsets: the end of a group of one protocol may have been
    /// the beginning of the same group in the other.
    private mutating func forgetMembers(of groupID: GroupID) {
        groups[groupID]?.forgetMembers(at: .none)
        if groups[groupID]?.isForgettable == true { groups[groupID] = nil }
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

    /// Answers those who have waited for an append for as long as anyone is to wait.
    ///
    /// Nothing else changes. The append is still on its way, for it may yet become durable and what came after it rests
    /// on it; whoever comes to wait for it from now on waits as long again.
    mutating func dismissImpatient(at now: CoordinationTime) -> [GroupAction] {
        let error = GroupAppendFailure.unavailable.groupError
        var actions: [GroupAction] = []
        for token in pendingAppends.filter({ $0.value.patienceEnds <= now.instant }).keys.sorted() {
            guard let append = pendingAppends[token] else { continue }
            pendingAppends[token]?.held = []
            pendingAppends[token]?.patienceEnds = now.instant.advanced(by: configuration.appendTimeout)
            actions += withGroup(append.groupID, at: now) { $0.dismissWaiting(for: append.purpose, error, &$1) }
            actions += append.held.map { .respond($0.token, $0.response.failing(with: error)) }
        }
        if let next = pendingAppends.values.lazy.map(\.patienceEnds).min() { timers.schedule(.appendCheck, at: next) }
        return actions
    }
}

extension ClassicGroup {
    mutating func replayCompleted(_ effects: inout GroupEffects) {
        for memberID in roster.joinOrder { renewSession(memberID, &effects) }
        // The limit may have been lowered; a rebalance lets the members commit before the last ones are turned away.
        if roster.count > effects.configuration.groupMaxSize { prepareRebalance(&effects) }
    }
}

extension Group {
    mutating func replayCommit(_ value: OffsetCommitValue, of partition: TopicPartition) {
        offsets.apply(value, to: partition)
        isPersisted = true
    }

    fileprivate mutating func appendCompleted(_ purpose: GroupEffects.Purpose, _ effects: inout GroupEffects) {
        if case .offsetDeletion(let partitions, _) = purpose { return deletionCompleted(partitions) }
        isPersisted = true
        switch purpose {
        case .creation: creationCompleted(&effects)
        case .emptying, .offsetDeletion: break
        case .assignment(let generation, let assignments):
            withClassic { $0.assignmentCompleted(generation, assignments, &effects) }
        case .staticRejoin(let rejoin): withClassic { $0.staticRejoinCompleted(rejoin, &effects) }
        case .membership: membershipCompleted(&effects)
        case .offsetCommit(let writes): commitCompleted(writes)
        case .transactionalCommit(let writes, let producer): transactionalCommitCompleted(writes, producer.id)
        }
    }

    /// Answers those who wait for an append with an error, and leaves the append where it is.
    fileprivate mutating func dismissWaiting(
        for purpose: GroupEffects.Purpose, _ error: GroupError, _ effects: inout GroupEffects
    ) {
        switch purpose {
        case .creation: withClassic { $0.dismissMembers(error, &effects) }
        case .assignment(let generation, _): withClassic { $0.dismissSyncs(of: generation, error, &effects) }
        case .staticRejoin(let rejoin): withClassic { $0.dismiss(rejoin, error, &effects) }
        case .membership: membershipIsLate(error, &effects)
        // Only who is answered by the append itself waits for these.
        case .emptying, .offsetCommit, .transactionalCommit, .offsetDeletion: break
        }
    }

    fileprivate mutating func appendFailed(
        _ purpose: GroupEffects.Purpose, _ error: GroupError, _ effects: inout GroupEffects
    ) {
        switch purpose {
        case .creation: creationFailed(error, &effects)
        // The log still has the last generation. After a restart its members' sessions run out: nothing is lost.
        case .emptying: break
        case .assignment(let generation, _): withClassic { $0.assignmentFailed(generation, error, &effects) }
        case .staticRejoin(let rejoin): withClassic { $0.staticRejoinFailed(rejoin, error, &effects) }
        case .membership: membershipFailed(error, &effects)
        case .offsetCommit(let writes), .transactionalCommit(let writes, _):
            offsets.end(writes.lazy.map(\.partition))
        case .offsetDeletion(let partitions, let deletesGroup):
            deletionFailed(partitions, wasDeletingGroup: deletesGroup)
        }
    }
}
